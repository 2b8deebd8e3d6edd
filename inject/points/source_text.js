/**
 * source_text: the text that a document was parsed from, and which files it is made of.
 *
 * The server says of each part of the document (most have one, those with server-side includes several) which file
 * it is of: in the field of PLACES_FIELD, separated by spaces, the URL of the file, where the part begins in the
 * document and how long it is, in bytes, and where it begins in the file: byte, line and column.
 */

/** The media type in Accept by which the server knows that places are wanted; see src/points/file_places.h. */
export const PLACES_TYPE = 'application/vnd.liveserve.places';
export const PLACES_FIELD = 'liveserve-places';

/**
 * @typedef {object} Part
 * @property {string} url of the file, canonical
 * @property {number} from where it begins in the text of the document, in UTF-16 code units
 * @property {number} to where it ends
 * @property {number} offset where it begins in the file, in bytes
 * @property {number} line where it begins in the file, from 1
 * @property {number} column from 1
 *
 * @typedef {object} SourceText
 * @property {string} text
 * @property {Part[]} parts in the order of the document
 *
 * @typedef {object} FilePlace
 * @property {string} url
 * @property {number} line from 1
 * @property {number} column from 1, in UTF-16 code units
 */

const NUMBERS = 5;

/**
 * @param {string | null} field
 * @param {ArrayBuffer} bytes of the document
 * @param {string} charset of it
 * @returns {SourceText | null} null when the field does not fit the bytes
 */
export function readSource(field, bytes, charset) {
  const words = field?.match(/\S+/g) ?? [];
  /** @type {Part[]} */
  const parts = [];
  let text = '';
  let read = 0;
  /** @param {number} end */
  function readTo(end) {
    // Each part is a file of its own: no character begins in one and ends in another.
    text += new TextDecoder(charset, { ignoreBOM: read > 0 }).decode(bytes.slice(read, end));
    read = end;
  }
  for (let i = 0; i + NUMBERS < words.length; i += NUMBERS + 1) {
    const [at, length, offset, line, column] = words.slice(i + 1, i + 1 + NUMBERS).map(Number);
    if (!(at >= read && length >= 0 && at + length <= bytes.byteLength && line && column))
      return null;
    if (at > read) readTo(at);
    const from = text.length;
    readTo(at + length);
    parts.push({ url: words[i], from, to: text.length, offset, line, column });
  }
  if (!parts.length) return null;
  if (read < bytes.byteLength) readTo(bytes.byteLength);
  return { text, parts };
}

/**
 * @param {SourceText} source
 * @param {number} at a place in the text
 * @returns {FilePlace | null} null when what is there is in no file
 */
export function filePlaceOf({ text, parts }, at) {
  const part = parts.find(({ from, to }) => from <= at && at < to);
  if (!part) return null;
  const before = text.slice(part.from, at);
  const lines = before.match(/\r\n?|\n/g)?.length ?? 0;
  const last = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r'));
  return {
    url: part.url,
    line: part.line + lines,
    column: lines ? before.length - last : part.column + before.length,
  };
}

/** @param {number} code of a UTF-16 code unit @returns {number} its share of the bytes of UTF-8 */
const bytesOf = (code) => (code < 0x80 ? 1 : code < 0x800 ? 2 : (code & 0xf800) === 0xd800 ? 2 : 3);

/**
 * @param {SourceText} source
 * @param {string} url of a file
 * @param {number} offset in its text, in bytes of UTF-8
 * @returns {number[]} where that is in the text of the document; a file may be included more than once
 */
export function textPlacesOf({ text, parts }, url, offset) {
  return parts.flatMap((part) => {
    if (part.url !== url) return [];
    let rest = offset - part.offset;
    let at = part.from;
    for (; at < part.to && rest > 0; at++) rest -= bytesOf(text.charCodeAt(at));
    // A cursor at the end of a part is in it, unless the file goes on.
    return rest > 0 || offset < part.offset ? [] : at;
  });
}
