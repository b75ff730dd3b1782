/* Block Kit as DOM nodes: blocks and the elements one can press or fill. */
import { $, el, freshId, state } from './base.js';
import { send } from './link.js';
import { inline, mrkdwn, plain, richText, richTextNode, textObject, withEmoji } from './text.js';

/* -- elements: where = { surface, block, inModal } ------------------------------------------------- */

const draftKey = (where, element) => [where.surface, where.block.block_id, element.action_id].join('|');

/* A press that is on its way is not repeated: until the conversation changes, or for as long as the client waits. */
function pressed(where, element, event) {
  const button = event.currentTarget;
  const act = () => {
    if (button.hasAttribute('aria-busy')) return;
    button.setAttribute('aria-busy', 'true');
    setTimeout(() => button.removeAttribute('aria-busy'), 3500);
    state.played.add(state.user);
    send({ do: 'click', surface: where.surface, block: where.block.block_id, action: element.action_id });
    if (element.url) window.open(element.url, '_blank', 'noopener');
  };
  if (!element.confirm) return act();
  $('confirm-title').textContent = plain(element.confirm.title);
  $('confirm-text').replaceChildren(textObject(element.confirm.text));
  $('confirm-yes').textContent = plain(element.confirm.confirm);
  $('confirm-no').textContent = plain(element.confirm.deny);
  $('confirm').returnValue = 'no';
  $('confirm').onclose = () => { if ($('confirm').returnValue === 'yes') act(); button.focus(); };
  return $('confirm').showModal();
}

function filled(where, element, text) {
  state.drafts.set(draftKey(where, element), text);
  const waits = where.block.type === 'input' && where.inModal && !where.block.dispatch_action;
  state.played.add(state.user);
  if (!waits) send({ do: 'fill', surface: where.surface, block: where.block.block_id, action: element.action_id, text });
}

function button(where, element) {
  return el('button', {
    type: 'button', class: `button ${element.style || ''}`, 'data-key': draftKey(where, element),
    'aria-label': element.accessibility_label, onclick: (event) => pressed(where, element, event),
  }, plain(element.text));
}

function optionGroup(where, element, describe) {
  const many = element.type !== 'radio_buttons';
  const initial = element.initial_option ? [element.initial_option] : element.initial_options || [];
  const kept = state.drafts.get(draftKey(where, element));
  const chosen = kept !== undefined ? kept.split('\n') : initial.map((option) => option.value);
  const name = freshId('choice');
  const legend = el('legend', { class: describe ? '' : 'visually-hidden' }, describe || 'Choose');
  const box = el('div', { class: 'options' });
  const options = element.options || (element.option_groups || []).flatMap((group) => group.options);
  for (const option of options) {
    const input = el('input', {
      type: many ? 'checkbox' : 'radio', name, value: option.value, checked: chosen.includes(option.value),
      'data-key': `${draftKey(where, element)}|${option.value}`,
      onchange: () => filled(where, element, [...box.querySelectorAll('input:checked')].map((one) => one.value).join('\n')),
    });
    const words = el('span', {}, ...inlineOf(option.text));
    if (option.description) words.append(el('small', {}, ...inlineOf(option.description)));
    box.append(el('label', { class: 'option' }, input, words));
  }
  return el('fieldset', { 'data-field': element.action_id }, legend, box);
}
const inlineOf = (object) => object.type === 'mrkdwn' ? inline(object.text) : [withEmoji(object.text)];

function select(where, element, id) {
  const kept = state.drafts.get(draftKey(where, element)) ?? (element.initial_option || {}).value ?? '';
  const node = el('select', {
    id, class: 'control', 'data-key': draftKey(where, element), 'aria-label': id ? undefined : plain(element.placeholder) || 'Choose',
    onchange: (event) => event.target.value && filled(where, element, event.target.value),
  }, el('option', { value: '' }, plain(element.placeholder) || 'Choose…'));
  const add = (to, option) => to.append(el('option', { value: option.value, selected: option.value === kept }, plain(option.text)));
  for (const option of element.options || []) add(node, option);
  for (const group of element.option_groups || []) {
    const part = el('optgroup', { label: plain(group.label) });
    group.options.forEach((option) => add(part, option));
    node.append(part);
  }
  return node;
}

function usersSelect(where, element, id) {
  const options = state.people.map((one) => ({ value: one.id, text: { type: 'plain_text', text: one.name } }));
  return select(where, { ...element, options, initial_option: { value: element.initial_user } }, id);
}

const INPUT_TYPES = { number_input: 'text', email_text_input: 'email', url_text_input: 'url', datepicker: 'date', timepicker: 'time' };

function typed(where, element, id) {
  const kept = state.drafts.get(draftKey(where, element)) ?? element.initial_value ?? element.initial_date ?? element.initial_time ?? '';
  const attributes = {
    id, 'data-key': draftKey(where, element), placeholder: plain(element.placeholder), maxlength: element.max_length,
    'aria-label': id ? undefined : plain(element.placeholder) || 'Answer',
    inputmode: element.type === 'number_input' ? 'decimal' : undefined,
    oninput: (event) => state.drafts.set(draftKey(where, element), event.target.value),
    onchange: (event) => filled(where, element, event.target.value),
  };
  if (element.multiline) {
    const area = el('textarea', { ...attributes, rows: 4 });
    area.value = kept;
    return area;
  }
  return el('input', { ...attributes, type: INPUT_TYPES[element.type] || 'text', value: kept });
}

function overflow(where, element) {
  const as = { ...element, placeholder: { type: 'plain_text', text: 'More…' } };
  return select(where, as);
}

const ELEMENTS = {
  button, overflow, static_select: select, users_select: usersSelect,
  radio_buttons: optionGroup, checkboxes: optionGroup, multi_static_select: optionGroup,
};
const elementNode = (where, element) => (ELEMENTS[element.type] || typed)(where, element);

function image(block) {
  const shown = /^data:image\//.test(block.image_url || '') || (block.image_url || '').startsWith(location.origin);
  const picture = shown ? el('img', { src: block.image_url, alt: block.alt_text }) : el('div', { class: 'no-image' }, `Picture: ${block.alt_text}`);
  return el('figure', { class: 'block-image' }, block.title ? el('figcaption', {}, plain(block.title)) : null, picture);
}

/* -- blocks -------------------------------------------------------------------------------------- */

function sectionBlock(where, block) {
  const main = el('div', { class: 'section-main' });
  if (block.text) main.append(textObject(block.text));
  if (block.fields) main.append(el('div', { class: 'fields' }, ...block.fields.map(textObject)));
  const box = el('div', { class: 'block-section' }, main);
  if (!block.accessory) return box;
  if (block.accessory.type === 'image') box.append(image(block.accessory));
  else if (['radio_buttons', 'checkboxes', 'multi_static_select'].includes(block.accessory.type)) main.append(elementNode(where, block.accessory));
  else box.append(elementNode(where, block.accessory));
  return box;
}

function inputBlock(where, block) {
  const element = block.element;
  const id = freshId('field');
  const label = plain(block.label);
  const optional = block.optional ? el('span', { class: 'optional' }, ' (optional)') : null;
  const box = el('div', { class: 'field', 'data-block': block.block_id, 'data-action': element.action_id, 'data-type': element.type });
  if (['radio_buttons', 'checkboxes', 'multi_static_select'].includes(element.type)) {
    box.append(optionGroup(where, element, label + (block.optional ? ' (optional)' : '')));
  } else {
    const control = (element.type === 'static_select' ? select : element.type === 'users_select' ? usersSelect : typed)(where, element, id);
    box.append(el('label', { for: id }, label, optional), control);
  }
  if (block.hint) {
    const hint = el('p', { class: 'field-hint', id: `${id}-hint` }, plain(block.hint));
    box.append(hint);
    box.querySelector('input, textarea, select, fieldset').setAttribute('aria-describedby', hint.id);
  }
  return box;
}

function tableBlock(where, block) {
  const cell = (one) => one.text !== undefined && typeof one.text === 'string' ? one.text : one.value !== undefined ? String(one.value) : richText(one);
  const rows = block.rows.map((row, index) => el('tr', {}, ...row.map((one) => el(index ? 'td' : 'th', index ? {} : { scope: 'col' }, cell(one)))));
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table' }, el('table', {}, el('tbody', {}, ...rows)));
}

const BLOCKS = {
  section: sectionBlock,
  input: inputBlock,
  table: tableBlock,
  image: (where, block) => image(block),
  divider: () => el('hr', { class: 'block-divider' }),
  header: (where, block) => el(where.inDialog ? 'h3' : 'h2', { class: 'block-header' }, plain(block.text)),
  markdown: (where, block) => mrkdwn(block.text),
  rich_text: (where, block) => richTextNode(block),
  actions: (where, block) => el('div', { class: 'block-actions' }, ...block.elements.map((element) => elementNode(where, element))),
  context: (where, block) => el('div', { class: 'block-context' }, ...block.elements.map((element) => element.type === 'image' ? image(element) : textObject(element))),
};

/* surface: the message ts or view id they belong to. */
export function blockNodes(surface, blocks, inModal, inDialog = false) {
  return blocks.map((block) => (BLOCKS[block.type] || (() => el('p', { class: 'aside' }, `(${block.type})`)))({ surface, block, inModal, inDialog }, block));
}
