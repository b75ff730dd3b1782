/* What every part of the page stands on: what is shown, DOM nodes, times of the person shown.
 * Everything is built from DOM nodes; no text from the app is ever read as HTML. */

export const state = {
  people: [], user: '', tab: 'messages', dm: null, drafts: new Map(), busy: false,
  played: new Set(),      /* whom the visitor has acted as; everybody else acts by themselves */
};

export const $ = (id) => document.getElementById(id);
export const person = (id) => state.people.find((one) => one.id === id);

let serial = 0;
export const freshId = (prefix) => `${prefix}-${++serial}`;

export function el(tag, attributes = {}, ...children) {
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

/* A message's ts as the person shown would read it. */
export function zoned(ts, options) {
  const zone = (person(state.user) || {}).tz || 'UTC';
  const at = new Date(Number(ts.split('.')[0]) * 1000);
  try {
    return at.toLocaleString('en-GB', { ...options, timeZone: zone });
  } catch {
    return at.toLocaleString('en-GB', { ...options, timeZone: 'UTC' });
  }
}

/* Puts nodes into parent in this order, touching only what differs, so that a live region stays quiet. */
export function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => { if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] || null); });
}

/* Replaces what is inside root; whoever had the focus there finds it on what took its place. */
export function keepFocus(root, replace) {
  const inside = root.contains(document.activeElement) ? document.activeElement : null;
  const key = inside && inside.dataset ? inside.dataset.key : null;
  const home = inside ? inside.closest('[data-ts]') : null;
  replace();
  if (!inside || root.ownerDocument.contains(inside)) return;
  const again = key ? root.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
  const article = home ? root.querySelector(`[data-ts="${CSS.escape(home.dataset.ts)}"]`) : null;
  (again || (article && (article.querySelector('button, input, select, textarea') || article)) || root).focus({ preventScroll: true });
}
