/**
 * bytes_lines: bytes as hexadecimal digits and as text.
 */

/** The offset at the beginning of a line. @param {number} offset */
export const offsetText = (offset) => offset.toString(16).padStart(4, '0');

/** @param {number} byte */
export const hexText = (byte) => byte.toString(16).padStart(2, '0');

/** A letter for a byte; a middle dot for one that is no printable ASCII. @param {number} byte */
export const letterText = (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·');

/**
 * How many bytes fit into a line.
 *
 * @param {number} width of the box in letters
 */
export function bytesPerLine(width) {
  // The offset, for each byte two digits, a space and a letter, and the spaces between.
  const needed = (/** @type {number} */ count) => 7 + count * 4 + 4;
  return [16, 8, 4].find((count) => needed(count) <= width) ?? 4;
}
