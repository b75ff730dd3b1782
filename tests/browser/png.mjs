/* Makes a screenshot smaller: the colours of a page are few, so each pixel can be one byte into a palette.
 *
 * Reads what Chromium writes: 8 bits a channel, RGB or RGBA, not interlaced. */
import assert from 'node:assert/strict';
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function read(png) {
  assert.ok(png.subarray(0, 8).equals(MAGIC));
  const data = [];
  let head;
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    if (type === 'IHDR') head = png.subarray(at + 8, at + 8 + length);
    if (type === 'IDAT') data.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  assert.ok(head[8] === 8 && (head[9] === 2 || head[9] === 6) && head[12] === 0);
  return { width, height, step: head[9] === 2 ? 3 : 4, rows: inflateSync(Buffer.concat(data)) };
}

/* Undoes the filter of each row (PNG specification, 9.2); the pixels as one buffer without filter bytes. */
function unfilter({ width, height, step, rows }) {
  const stride = width * step;
  const pixels = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= step ? pixels[y * stride + x - step] : 0;
      const up = y > 0 ? pixels[(y - 1) * stride + x] : 0;
      const corner = x >= step && y > 0 ? pixels[(y - 1) * stride + x - step] : 0;
      const by = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * stride + x] = rows[y * (stride + 1) + 1 + x] + by;
    }
  }
  return pixels;
}

const apart = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + ((a >> 8 & 255) - (b >> 8 & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

/* The most frequent colours, none nearer than this to one before it: so a rare colour that is like no other,
 * a dot in a logo, has its place too. */
function pick(counts) {
  const byCount = [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value);
  for (let near = 0; ; near += 4) {
    const palette = [];
    for (const value of byCount) if (palette.every((one) => apart(one, value) > near)) palette.push(value);
    if (palette.length <= 256) return palette;
  }
}

/* The same picture in at most 256 colours. */
export function fewerColours(png) {
  const image = read(png);
  const pixels = unfilter(image);
  const counts = new Map();
  const colour = (at) => (pixels[at] << 16) | (pixels[at + 1] << 8) | pixels[at + 2];
  for (let at = 0; at < pixels.length; at += image.step) counts.set(colour(at), (counts.get(colour(at)) ?? 0) + 1);
  const palette = pick(counts);
  const nearest = (value) => palette.reduce((best, one, place) => apart(one, value) < apart(palette[best], value) ? place : best, 0);
  const index = new Map([...counts.keys()].map((value) => [value, nearest(value)]));

  const out = Buffer.alloc((image.width + 1) * image.height);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < image.width; x++) out[y * (image.width + 1) + 1 + x] = index.get(colour((y * image.width + x) * image.step));
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(image.width, 0);
  head.writeUInt32BE(image.height, 4);
  head.set([8, 3, 0, 0, 0], 8);           /* 8 bits, palette */
  const colours = Buffer.from(palette.flatMap((value) => [value >> 16, value >> 8 & 255, value & 255]));
  return Buffer.concat([MAGIC, chunk('IHDR', head), chunk('PLTE', colours), chunk('IDAT', deflateSync(out, { level: 9 })),
    chunk('IEND', Buffer.alloc(0))]);
}
