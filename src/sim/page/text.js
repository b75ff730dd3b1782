/* Text as the platform writes it, as DOM nodes: mrkdwn, plain text, rich text. */
import { el, person, zoned } from './base.js';

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
export const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] || whole);

const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]+?)(?<=\S)~(?![\w~])/u;

export function inline(text) {
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

export function mrkdwn(text) {
  const box = el('div', { class: 'text' });
  text.split('```').forEach((part, index) => {
    if (index % 2 === 1) box.append(el('pre', {}, decode(part.replace(/^\n|\n$/g, ''))));
    else box.append(...lines(part));
  });
  return box;
}

export function textObject(object) {
  if (!object) return el('div', { class: 'text' });
  if (object.type === 'mrkdwn') return mrkdwn(object.text);
  return el('div', { class: 'text' }, el('p', { class: 'plain' }, withEmoji(object.text)));
}
export const plain = (object) => withEmoji(object ? object.text : '');

/* -- rich text ------------------------------------------------------------------------------------ */

export const richText = (node) => node.text || (node.elements || []).map(richText).join(node.type === 'rich_text' ? '\n' : '');

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

export const richTextNode = (block) => el('div', { class: 'text' },
  ...block.elements.map((part) => (PARTS[part.type] || ((one) => el('p', {}, richText(one))))(part)));
