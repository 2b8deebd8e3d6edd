/**
 * font: makes a TrueType font in which the letter A is a box.
 */

const A = 65;

const be16 = (/** @type {number[]} */ ...numbers) =>
  Buffer.concat(numbers.map((n) => Buffer.from([(n >> 8) & 255, n & 255])));
const be32 = (/** @type {number} */ n) => be16(n >>> 16, n & 0xffff);

const sum = (/** @type {Buffer} */ bytes) => {
  let total = 0;
  for (let i = 0; i < bytes.length; i += 4) total = (total + bytes.readUInt32BE(i)) >>> 0;
  return total;
};

const padded = (/** @type {Buffer} */ bytes) =>
  Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

/**
 * The font file (OpenType 1.9; each table has a chapter of its name).
 *
 * @param {number} width of the box, in thousandths of the font size
 */
export function makeFont(width) {
  const box = [0, 0, width, 700];
  const glyph = padded(
    Buffer.concat([
      be16(1, ...box, 3, 0), // one contour that ends at point 3, no instructions
      Buffer.from([1, 1, 1, 1]), // points on the curve, steps of two bytes
      be16(0, width, 0, -width, 0, 0, 700, 0),
    ]),
  );
  const name = Buffer.from('Box', 'utf16le').swap16();
  const tables = {
    'OS/2': Buffer.concat([
      be16(4, width, 400, 5, 0, 650, 600, 0, 75, 650, 600, 0, 350, 50, 300, 0),
      Buffer.alloc(10 + 16), // panose and ranges
      Buffer.from('NONE'),
      be16(0x40, A, A, 800, -200, 0, 800, 200),
      Buffer.alloc(8),
      be16(500, 700, 0, 32, 1),
    ]),
    cmap: Buffer.concat([
      be16(0, 1, 3, 1),
      be32(12),
      be16(4, 32, 0, 4, 4, 1, 0, A, 0xffff, 0, A, 0xffff, 1 - A, 1, 0, 0),
    ]),
    glyf: Buffer.concat([glyph, glyph]),
    head: Buffer.concat([
      be16(1, 0, 1, 0),
      be32(0),
      be32(0x5f0f3cf5),
      be16(0, 1000),
      Buffer.alloc(16),
      be16(...box, 0, 8, 2, 0, 0),
    ]),
    hhea: be16(1, 0, 800, -200, 0, width, 0, 0, width, 1, 0, 0, 0, 0, 0, 0, 0, 2),
    hmtx: be16(width, 0, width, 0),
    loca: be16(0, glyph.length / 2, glyph.length),
    maxp: be16(1, 0, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    name: Buffer.concat([be16(0, 1, 18, 3, 1, 0x409, 1, name.length, 0), name]),
    post: Buffer.concat([be32(0x30000), Buffer.alloc(28)]),
  };
  return join(tables);
}

/** @param {Record<string, Buffer>} tables */
function join(tables) {
  const names = Object.keys(tables);
  const heads = [
    Buffer.concat([be32(0x10000), be16(names.length, 128, 3, names.length * 16 - 128)]),
  ];
  const bodies = [];
  let offset = 12 + names.length * 16;
  for (const name of names) {
    const bytes = padded(tables[name]);
    const head = [Buffer.from(name), be32(sum(bytes)), be32(offset), be32(tables[name].length)];
    heads.push(Buffer.concat(head));
    bodies.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat([...heads, ...bodies]);
}
