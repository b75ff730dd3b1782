/* Shows the simulated workspace: renders what the server pushes, sends what the visitor does. */
import { blockNodes } from './blocks.js';
import { $, el, freshId, keepFocus, person, settle, state, zoned } from './base.js';
import { connect, send } from './link.js';
import { mrkdwn, plain } from './text.js';

function toast(text) {
  $('toast').textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { $('toast').textContent = ''; }, 5000);
}

const mark = () => document.querySelector('.brand .mark').cloneNode(true);

function avatar(name, id) {
  const initials = name.split(/\s+/).filter(Boolean).map((word) => word[0]).slice(0, 2).join('').toUpperCase();
  let tone = 0;
  for (const letter of id) tone = (tone * 31 + letter.codePointAt(0)) % 6;
  return el('span', { class: 'avatar', 'aria-hidden': 'true', 'data-tone': String(tone) }, initials || '?');
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

function renderLog(fresh) {
  const log = $('log');
  const atEnd = log.stays ?? true;
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
  log.stays = fresh || atEnd;
}

function dayNode(log, text) {
  const kept = [...log.querySelectorAll('.day')].find((node) => node.textContent === text);
  return kept || el('div', { class: 'day' }, text);
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

/* A form that somebody opened by themselves is theirs: who only looks on does not get it into their way. */
function ownModal() {
  const modal = state.dm.modal;
  if (modal && !state.played.has(state.user)) theirForms.add(modal.view.id);
  return modal && !theirForms.has(modal.view.id) ? modal : null;
}
const theirForms = new Set();

function renderModal() {
  const dialog = $('modal');
  const modal = ownModal();
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
  $('people').querySelector('[aria-current]').scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function renderClock(clock) {
  $('clock').textContent = clock.text || '';
  state.busy = clock.busy;
  for (const button of document.querySelectorAll('[data-advance]')) button.disabled = clock.busy;
}

/* The kinds of event, and why a question was due, in the words of somebody who never saw the source. */
const KINDS = {
  action: 'pressed a button', text: 'wrote', form: 'sent a form', command: 'gave a command', home_opened: 'opened Home',
  person_due: 'time for a question', digest_due: 'time for the digest', digest_ready: 'the digest is ready',
};
const REASONS = { new: 'a new question', due: 'a question comes back' };
const spaced = (word) => word.replace(/_/g, ' ');

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
      el('span', { class: 'event-kind' }, KINDS[event.kind] || spaced(event.kind))),
    event.text ? el('p', { class: 'event-text' }, (event.kind === 'person_due' && REASONS[event.text]) || spaced(event.text)) : '',
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
    $('team').textContent = `${message.team} · simulated workspace`;
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
      $(id).hidden = !message.trouble || (id === 'trouble') === Boolean(ownModal());
      if ($(id).textContent !== message.trouble) $(id).textContent = message.trouble;
    }
    for (const node of document.querySelectorAll('[aria-busy]')) node.removeAttribute('aria-busy');
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

/* -- wiring ------------------------------------------------------------------------------------------ */

function say() {
  const text = $('composer-text').value.trim();
  if (!text || !state.user) return;
  state.played.add(state.user);
  send({ do: 'say', text });
  $('composer-text').value = '';
  $('composer-text').style.height = '';
  $('log').scrollTop = $('log').scrollHeight;
}

/* Who was at the end stays there when the window or the composer changes its size. Only a scroll at a
   size that was seen before is the reader's own: while the size changes, the place means nothing. */
$('log').addEventListener('scroll', () => {
  const log = $('log');
  if (log.clientHeight === log.heightSeen) log.stays = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
});
new ResizeObserver(() => {
  const log = $('log');
  log.heightSeen = log.clientHeight;
  if (log.stays ?? true) log.scrollTop = log.scrollHeight;
}).observe($('log'));

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

connect(ON, () => { $('clock').textContent = 'The demo does not answer. Connecting again…'; });
