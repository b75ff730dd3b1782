'use strict';
/* Shows the simulated workspace: renders what the server pushes, sends what the visitor does.
 * Everything is built from DOM nodes; no text from the app is ever read as HTML. */

const $ = (id) => document.getElementById(id);
const state = { people: [], user: '', tab: 'messages', dm: null, drafts: new Map(), busy: false };
let socket = null;
let retryMs = 300;

/* -- small helpers ------------------------------------------------------------------------------ */

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') node.className = value;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value === 'boolean') node[name] = value;
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function send(message) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function toast(text) {
  $('toast').textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $('toast').textContent = ''; }, 5000);
}

let serial = 0;
const freshId = (prefix) => `${prefix}-${++serial}`;
const person = (id) => state.people.find((one) => one.id === id);
const mark = () => document.querySelector('.brand .mark').cloneNode(true);

function avatar(name, id) {
  const initials = name.split(/\s+/).filter(Boolean).map((word) => word[0]).slice(0, 2).join('').toUpperCase();
  let tone = 0;
  for (const letter of id) tone = (tone * 31 + letter.codePointAt(0)) % 6;
  return el('span', { class: 'avatar', 'aria-hidden': 'true', 'data-tone': String(tone) }, initials || '?');
}

function zoned(ts, options) {
  const zone = (person(state.user) || {}).tz || 'UTC';
  const at = new Date(Number(ts.split('.')[0]) * 1000);
  try {
    return at.toLocaleString('en-GB', { ...options, timeZone: zone });
  } catch {
    return at.toLocaleString('en-GB', { ...options, timeZone: 'UTC' });
  }
}

/* -- mrkdwn ------------------------------------------------------------------------------------- */

const EMOJI = {
  wave: '👋', tada: '🎉', white_check_mark: '✅', heavy_check_mark: '✔️', x: '❌', warning: '⚠️', bulb: '💡',
  point_right: '👉', point_left: '👈', thumbsup: '👍', '+1': '👍', thumbsdown: '👎', '-1': '👎', clap: '👏', rocket: '🚀',
  eyes: '👀', thinking_face: '🤔', memo: '📝', pencil: '✏️', pencil2: '✏️', calendar: '📅', date: '📅', clock3: '🕒',
  hourglass: '⌛', hourglass_flowing_sand: '⏳', zzz: '💤', lock: '🔒', unlock: '🔓', key: '🔑', mag: '🔍', star: '⭐',
  sparkles: '✨', seedling: '🌱', herb: '🌿', books: '📚', book: '📖', mortar_board: '🎓', dart: '🎯', fire: '🔥',
  muscle: '💪', pray: '🙏', speech_balloon: '💬', question: '❓', exclamation: '❗', information_source: 'ℹ️',
  arrow_right: '➡️', arrow_up: '⬆️', arrow_down: '⬇️', repeat: '🔁', bar_chart: '📊', chart_with_upwards_trend: '📈',
  smile: '😄', slightly_smiling_face: '🙂', relieved: '😌', handshake: '🤝', bell: '🔔', no_bell: '🔕', pause_button: '⏸️',
  double_vertical_bar: '⏸️', arrow_forward: '▶️', large_green_circle: '🟢', large_yellow_circle: '🟡', red_circle: '🔴',
  white_circle: '⚪', large_blue_circle: '🔵', one: '1️⃣', two: '2️⃣', three: '3️⃣', four: '4️⃣', five: '5️⃣', coffee: '☕',
  sunny: '☀️', sunrise: '🌅', palm_tree: '🌴', wastebasket: '🗑️', shield: '🛡️', mailbox: '📫', compass: '🧭',
};
const decode = (text) => text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole);

const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])/u;

function inline(text) {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    if (found.index > 0) nodes.push(withEmoji(decode(rest.slice(0, found.index))));
    if (found[1] !== undefined) nodes.push(el('code', {}, decode(found[1])));
    else if (found[2] !== undefined) nodes.push(reference(found[2]));
    else if (found[3] !== undefined) nodes.push(el('strong', {}, ...inline(found[3])));
    else if (found[4] !== undefined) nodes.push(el('em', {}, ...inline(found[4])));
    else nodes.push(el('s', {}, ...inline(found[5])));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) nodes.push(withEmoji(decode(rest)));
  return nodes;
}

function reference(inside) {
  const [target, label] = inside.split(/\|(.*)/s);
  if (target.startsWith('@')) return el('strong', {}, '@' + ((person(target.slice(1)) || {}).name || label || target.slice(1)));
  if (target.startsWith('!date')) return decode(label || '');
  if (target.startsWith('!') || target.startsWith('#')) return decode(label || target);
  if (!/^(https?:|mailto:)/.test(target)) return decode(inside);
  return el('a', { href: decode(target), rel: 'noopener noreferrer', target: '_blank' }, decode(label || target));
}

function lines(text) {
  const out = [];
  let quote = null;
  let list = null;
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>)\s?(.*)$/.exec(line);
    const item = /^\s*[•◦-]\s+(.*)$/.exec(line);
    if (quoted) {
      if (!quote) out.push(quote = el('blockquote'));
      else quote.append(el('br'));
      quote.append(...inline(quoted[1]));
    } else if (item) {
      if (!list) out.push(list = el('ul'));
      list.append(el('li', {}, ...inline(item[1])));
    } else if (line.trim() === '') {
      out.push(null);
    } else if (out.length && out.at(-1) && out.at(-1).tagName === 'P') {
      out.at(-1).append(el('br'), ...inline(line));
    } else {
      out.push(el('p', {}, ...inline(line)));
    }
    if (!quoted) quote = null;
    if (!item) list = null;
  }
  return out.filter(Boolean);
}

function mrkdwn(text) {
  const box = el('div', { class: 'text' });
  text.split('```').forEach((part, index) => {
    if (index % 2 === 1) box.append(el('pre', {}, decode(part.replace(/^\n|\n$/g, ''))));
    else box.append(...lines(part));
  });
  return box;
}

function textObject(object) {
  if (!object) return el('div', { class: 'text' });
  if (object.type === 'mrkdwn') return mrkdwn(object.text);
  return el('div', { class: 'text' }, el('p', { class: 'plain' }, withEmoji(object.text)));
}
const plain = (object) => withEmoji(object ? object.text : '');

/* -- elements: where = { surface, block, inModal } ------------------------------------------------- */

const draftKey = (where, element) => [where.surface, where.block.block_id, element.action_id].join('|');

function pressed(where, element, event) {
  const act = () => {
    event.currentTarget?.setAttribute('aria-busy', 'true');
    send({ do: 'click', surface: where.surface, block: where.block.block_id, action: element.action_id });
    if (element.url) window.open(element.url, '_blank', 'noopener');
  };
  const button = event.currentTarget;
  setTimeout(() => button.removeAttribute('aria-busy'), 3500);
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

const richText = (node) => node.text || (node.elements || []).map(richText).join(node.type === 'rich_text' ? '\n' : '');

/* -- rich text ------------------------------------------------------------------------------------ */

const INLINES = {
  text: (node) => node.text,
  link: (node) => /^(https?:|mailto:)/.test(node.url) ? el('a', { href: node.url, rel: 'noopener noreferrer', target: '_blank' }, node.text || node.url) : node.text || node.url,
  user: (node) => el('strong', {}, '@' + ((person(node.user_id) || {}).name || node.user_id)),
  emoji: (node) => EMOJI[node.name] || `:${node.name}:`,
  date: (node) => node.fallback || zoned(String(node.timestamp), { dateStyle: 'medium', timeStyle: 'short' }),
};

function richInline(node) {
  let out = (INLINES[node.type] || richText)(node);
  for (const [style, tag] of [['code', 'code'], ['strike', 's'], ['italic', 'em'], ['bold', 'strong']]) {
    if (node.style && node.style[style]) out = el(tag, {}, out);
  }
  return out;
}

const PARTS = {
  rich_text_section: (part) => el('p', { class: 'plain' }, ...part.elements.map(richInline)),
  rich_text_quote: (part) => el('blockquote', { class: 'plain' }, ...part.elements.map(richInline)),
  rich_text_preformatted: (part) => el('pre', {}, ...part.elements.map(richInline)),
  rich_text_list: (part) => el(part.style === 'ordered' ? 'ol' : 'ul', { start: part.offset ? String(part.offset + 1) : undefined },
    ...part.elements.map((item) => el('li', {}, ...item.elements.map(richInline)))),
};

const BLOCKS = {
  section: sectionBlock,
  input: inputBlock,
  table: tableBlock,
  image: (where, block) => image(block),
  divider: () => el('hr', { class: 'block-divider' }),
  header: (where, block) => el(where.inDialog ? 'h3' : 'h2', { class: 'block-header' }, plain(block.text)),
  markdown: (where, block) => mrkdwn(block.text),
  rich_text: (where, block) => el('div', { class: 'text' }, ...block.elements.map((part) => (PARTS[part.type] || ((one) => el('p', {}, richText(one))))(part))),
  actions: (where, block) => el('div', { class: 'block-actions' }, ...block.elements.map((element) => elementNode(where, element))),
  context: (where, block) => el('div', { class: 'block-context' }, ...block.elements.map((element) => element.type === 'image' ? image(element) : textObject(element))),
};

function blockNodes(surface, blocks, inModal, inDialog = false) {
  return blocks.map((block) => (BLOCKS[block.type] || (() => el('p', { class: 'aside' }, `(${block.type})`)))({ surface, block, inModal, inDialog }, block));
}

/* -- the DM --------------------------------------------------------------------------------------- */

function messageNode(message) {
  const mine = person(state.user) || { name: state.dm.name, id: state.user };
  const name = message.app ? 'nudged' : mine.name;
  const time = zoned(message.ts, { hour: '2-digit', minute: '2-digit' });
  const head = el('div', { class: 'message-head' }, el('span', { class: 'message-name' }, name), message.app ? el('span', { class: 'tag' }, 'APP') : null,
    el('time', { datetime: new Date(Number(message.ts.split('.')[0]) * 1000).toISOString() }, time),
    message.edits && !message.app ? el('span', { class: 'aside' }, '(edited)') : null,
    message.ephemeral ? el('span', { class: 'aside' }, 'Only visible to you') : null);
  const card = el('div', { class: 'card' });
  if (message.blocks.length) card.append(...blockNodes(message.ts, message.blocks, false));
  else card.append(mrkdwn(message.text));
  return el('article', { class: `message${message.ephemeral ? ' ephemeral' : ''}`, tabindex: '-1', 'data-ts': message.ts, 'aria-label': `${name}, ${time}` },
    message.app ? mark() : avatar(name, mine.id), el('div', {}, head, card));
}

function keepFocus(root, replace) {
  const inside = root.contains(document.activeElement) ? document.activeElement : null;
  const key = inside && inside.dataset ? inside.dataset.key : null;
  const home = inside ? inside.closest('[data-ts]') : null;
  replace();
  if (!inside || root.ownerDocument.contains(inside)) return;
  const again = key ? root.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
  const article = home ? root.querySelector(`[data-ts="${CSS.escape(home.dataset.ts)}"]`) : null;
  (again || (article && (article.querySelector('button, input, select, textarea') || article)) || root).focus({ preventScroll: true });
}

function renderLog(fresh) {
  const log = $('log');
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  keepFocus(log, () => {
    const old = new Map([...log.querySelectorAll('.message')].map((node) => [node.dataset.ts, node]));
    const nodes = [];
    let day = '';
    for (const message of state.dm.messages) {
      const today = zoned(message.ts, { weekday: 'long', day: 'numeric', month: 'long' });
      if (today !== day) nodes.push(dayNode(log, day = today));
      const signature = JSON.stringify(message);
      let node = old.get(message.ts);
      if (!node || node.signature !== signature || fresh) {
        const isNew = !node && !fresh;
        node = messageNode(message);
        node.signature = signature;
        if (isNew) node.classList.add('new');
      }
      nodes.push(node);
    }
    if (!nodes.length) nodes.push(el('p', { class: 'empty' }, 'Nothing here yet. The first message comes when the working day starts, or type /nudge help below.'));
    settle(log, nodes);
  });
  if (fresh || atEnd) log.scrollTop = log.scrollHeight;
}

function dayNode(log, text) {
  const kept = [...log.querySelectorAll('.day')].find((node) => node.textContent === text);
  return kept || el('div', { class: 'day' }, text);
}

/* Puts nodes into parent in this order, touching only what differs, so that a live region stays quiet. */
function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => { if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] || null); });
}

function renderHome() {
  const home = $('home');
  const view = state.dm.home && state.dm.home.view;
  const signature = JSON.stringify(view);
  if (home.signature === signature) return;
  home.signature = signature;
  keepFocus(home, () => home.replaceChildren(...(view ? blockNodes(view.id, view.blocks, true)
    : [el('p', { class: 'empty' }, 'The app has not published a Home page for this person yet.')])));
}

/* -- the modal ------------------------------------------------------------------------------------ */

function renderModal() {
  const dialog = $('modal');
  const modal = state.dm.modal;
  if (!modal) {
    dialog.shown = null;
    if (dialog.open) dialog.close();
    return;
  }
  const { view, errors } = modal;
  const signature = view.id + view.hash + JSON.stringify(errors);
  if (dialog.shown === signature && dialog.open) return;
  dialog.shown = signature;
  $('modal-title').textContent = plain(view.title);
  $('modal-close').textContent = plain(view.close) || 'Cancel';
  $('modal-submit').textContent = plain(view.submit) || 'Submit';
  $('modal-submit').hidden = !view.submit;
  $('modal-submit').removeAttribute('aria-busy');
  keepFocus($('modal-body'), () => $('modal-body').replaceChildren(...blockNodes(view.id, view.blocks, true, true)));
  for (const [block, text] of Object.entries(errors)) complain(block, text);
  if (!dialog.open) {
    dialog.showModal();
    ($('modal-body').querySelector('input, textarea, select') || $('modal-submit')).focus();
  }
}

function complain(block, text) {
  const box = $('modal-body').querySelector(`[data-block="${CSS.escape(block)}"]`);
  if (!box) return toast(text);
  const id = freshId('error');
  const control = box.querySelector('input, textarea, select');
  box.querySelector('.field-error')?.remove();
  box.append(el('p', { class: 'field-error', id, role: 'alert' }, text));
  control.setAttribute('aria-invalid', 'true');
  control.setAttribute('aria-describedby', `${control.getAttribute('aria-describedby') || ''} ${id}`.trim());
  return control.focus();
}

function modalValues() {
  return [...$('modal-body').querySelectorAll('.field')].map((box) => {
    const checked = [...box.querySelectorAll('input:checked')].map((input) => input.value).join('\n');
    const control = box.querySelector('textarea, select, input:not([type="radio"]):not([type="checkbox"])');
    return { block: box.dataset.block, action: box.dataset.action, text: control ? control.value : checked, choice: !control || control.tagName === 'SELECT' };
  }).filter((value) => value.text !== '' || !value.choice);
}

/* -- people, clock, road --------------------------------------------------------------------------- */

function renderPeople() {
  const list = $('people');
  const old = new Map([...list.children].map((node) => [node.dataset.id, node]));
  const nodes = state.people.map((one) => {
    const signature = JSON.stringify([one, one.id === state.user]);
    let node = old.get(one.id);
    if (node && node.signature === signature) return node;
    if (!node) node = el('li', { 'data-id': one.id }, el('button', { type: 'button', class: 'person', onclick: () => choose(one.id) }));
    node.signature = signature;
    const button = node.firstElementChild;
    const unread = one.id === state.user ? 0 : one.unread;
    if (one.id === state.user) button.setAttribute('aria-current', 'true');
    else button.removeAttribute('aria-current');
    button.replaceChildren(avatar(one.name, one.id),
      el('span', {}, el('span', { class: 'person-name' }, one.name), el('span', { class: 'person-role' }, one.role || '\u00a0')),
      unread ? el('span', { class: 'dot' }, String(unread), el('span', { class: 'visually-hidden' }, ' unread')) : el('span'));
    return node;
  });
  settle(list, nodes);
}

function choose(id) {
  if (!person(id)) return;
  state.user = id;
  state.dm = null;
  state.drafts.clear();
  $('home').signature = undefined;
  send({ do: 'select', user: id });
  if (state.tab === 'home') send({ do: 'home' });
  renderPeople();
}

function renderClock(clock) {
  $('clock').textContent = clock.text || '';
  state.busy = clock.busy;
  for (const button of document.querySelectorAll('[data-advance]')) button.disabled = clock.busy;
}

const STEPS = ['received', 'decided', 'committed', 'acked', 'sent'];

function renderEvent(event) {
  const list = $('road');
  let node = [...list.children].find((one) => one.dataset.id === event.id);
  if (!node) {
    node = el('li', { class: 'event new', 'data-id': event.id });
    list.prepend(node);
    while (list.children.length > 40) list.lastElementChild.remove();
  }
  const failed = event.steps.includes('failed');
  const last = STEPS.filter((step) => event.steps.includes(step)).at(-1);
  const look = (step, index) => [event.steps.includes(step) && 'done', index <= STEPS.indexOf(last) && 'passed',
    failed && step === 'sent' && 'failed'].filter(Boolean).join(' ');
  node.replaceChildren(
    el('div', { class: 'event-head' }, el('span', { class: 'event-person' }, (person(event.person) || {}).name || event.person || 'nudged'),
      el('span', { class: 'event-kind' }, event.kind.replace(/_/g, ' '))),
    event.text ? el('p', { class: 'event-text' }, event.text.replace(/_/g, ' ')) : '',
    el('div', { class: 'track', role: 'img', 'aria-label': `${failed ? 'failed after' : 'reached'}: ${last || 'nothing yet'}` },
      ...STEPS.map((step, index) => el('span', { class: `step ${look(step, index)}`, 'aria-hidden': 'true' },
        failed && step === 'sent' ? 'failed' : step))));
}

/* -- tabs ------------------------------------------------------------------------------------------ */

function showTab(name, focus) {
  state.tab = name;
  for (const tab of ['messages', 'home']) {
    const on = tab === name;
    $(`tab-${tab}`).setAttribute('aria-selected', String(on));
    $(`tab-${tab}`).tabIndex = on ? 0 : -1;
    $(`panel-${tab}`).hidden = !on;
  }
  if (focus) $(`tab-${name}`).focus();
  if (state.user) send({ do: name });
  if (name === 'messages' && state.dm) renderLog(true);
}

/* -- the server's words ------------------------------------------------------------------------------ */

const ON = {
  stage(message) {
    $('team').textContent = message.team;
    document.title = `nudged · ${message.team}`;
    $('advance').hidden = !message.advance;
    state.people = message.people;
    renderClock(message.clock);
    $('road').replaceChildren();
    message.road.forEach(renderEvent);
    choose(state.user && person(state.user) ? state.user : message.selected || (message.people[0] || {}).id);
    renderPeople();
  },
  people(message) { state.people = message.people; renderPeople(); },
  clock(message) { renderClock(message.clock); },
  road(message) { renderEvent(message.event); },
  dm(message) {
    if (message.user !== state.user) return;
    const fresh = !state.dm;
    const me = person(message.user) || {};
    state.dm = message;
    $('who-name').textContent = message.name;
    $('who-role').textContent = [me.role, me.note].filter(Boolean).join(' · ') || 'Direct messages with nudged';
    $('log').setAttribute('aria-label', `Messages of ${message.name} with nudged`);
    for (const id of ['trouble', 'modal-trouble']) {
      $(id).hidden = !message.trouble || (id === 'trouble') === Boolean(message.modal);
      if ($(id).textContent !== message.trouble) $(id).textContent = message.trouble;
    }
    if (message.trouble) for (const node of document.querySelectorAll('[aria-busy="true"]')) node.removeAttribute('aria-busy');
    renderLog(fresh);
    renderHome();
    renderModal();
    if (document.visibilityState === 'visible' && (me.unread || 0) > 0) send({ do: 'read' });
  },
  incomplete(message) {
    $('modal-submit').removeAttribute('aria-busy');
    complain(message.block, 'Please fill in this field.');
  },
  refused(message) {
    $('modal-submit').removeAttribute('aria-busy');
    toast(message.what === 'say' ? 'The app has no such command.' : `That did not work: ${message.why}.`);
  },
};

function connect() {
  socket = new WebSocket(`ws://${location.host}/page-socket`);
  socket.onopen = () => { retryMs = 300; };
  socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (ON[message.t]) ON[message.t](message);
  };
  socket.onclose = () => {
    $('clock').textContent = 'Connecting again…';
    setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, 5000);
  };
}

/* -- wiring ------------------------------------------------------------------------------------------ */

function say() {
  const text = $('composer-text').value.trim();
  if (!text || !state.user) return;
  send({ do: 'say', text });
  $('composer-text').value = '';
  $('composer-text').style.height = '';
  $('log').scrollTop = $('log').scrollHeight;
}

$('composer').addEventListener('submit', (event) => { event.preventDefault(); say(); });
$('composer-text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
});
$('composer-text').addEventListener('input', (event) => {
  event.target.rows = Math.min(6, event.target.value.split('\n').length);
});

for (const tab of ['messages', 'home']) $(`tab-${tab}`).addEventListener('click', () => showTab(tab));
document.querySelector('[role="tablist"]').addEventListener('keydown', (event) => {
  if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) {
    event.preventDefault();
    showTab(state.tab === 'messages' ? 'home' : 'messages', true);
  }
});
$('people').addEventListener('keydown', (event) => {
  const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  const buttons = [...$('people').querySelectorAll('button')];
  const at = buttons.indexOf(document.activeElement);
  if (!move || at < 0) return;
  event.preventDefault();
  buttons[(at + move + buttons.length) % buttons.length].focus();
});
for (const button of document.querySelectorAll('[data-advance]')) {
  button.addEventListener('click', () => send({ do: 'advance', to: button.dataset.advance }));
}

$('modal-form').addEventListener('submit', (event) => {
  event.preventDefault();
  for (const node of $('modal-body').querySelectorAll('.field-error')) node.remove();
  for (const node of $('modal-body').querySelectorAll('[aria-invalid]')) node.removeAttribute('aria-invalid');
  $('modal-submit').setAttribute('aria-busy', 'true');
  send({ do: 'submit', values: modalValues().map(({ block, action, text }) => ({ block, action, text })) });
});
const dismiss = () => send({ do: 'close', all: false });
$('modal').addEventListener('cancel', (event) => { event.preventDefault(); dismiss(); });
$('modal-x').addEventListener('click', dismiss);
$('modal-close').addEventListener('click', dismiss);
$('modal').addEventListener('close', () => {
  if (document.activeElement === document.body) $('composer-text').focus({ preventScroll: true });
});

connect();
