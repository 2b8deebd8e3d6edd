/**
 * css_pieces: cuts the text of a style sheet into the texts of its rules, as CSS Syntax Level 3 (5.4.1)
 * reads it, so that each of them can be given to insertRule. The rules of the browser cannot be used for
 * that: what they serialise to may lack declarations.
 */

// A comment, a string, an escape, a url() without quotes, a bracket or a semicolon.
const TOKEN =
  /\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n\r\f]|\\(?:\r\n|[^]))*"?|'(?:[^'\\\n\r\f]|\\(?:\r\n|[^]))*'?|\\[^]|(?<![\w-])url\(\s*(?!["'\s])(?:[^)\\]|\\[^])*\)?|[{}()[\];]/gi;
// What says the charset is no rule, wherever it stands.
const NOT_YET_A_RULE = /^(?:\s|<!--|-->|\/\*[^]*?(?:\*\/|$)|@charset[^;{]*;)+/i;
const IMPORT =
  /^@import(?:\s|\/\*[^]*?\*\/)*(?:url\(\s*(?!["'\s])([^)\\]*?)\s*\)|(?:url\(\s*)?(["'])((?:(?!\2)[^\\])*)\2)/i;
/** @type {Record<string, string>} */
const CLOSING = { '{': '}', '(': ')', '[': ']' };

/**
 * @param {string} text of a style sheet
 * @returns {string[]} the texts of its rules, also of those that the browser does not take
 */
export function cutRules(text) {
  /** @type {string[]} */
  const pieces = [];
  /** @type {string[]} */
  const open = [];
  let start = 0;
  const pieceTo = (/** @type {number} */ end) => text.slice(start, end).replace(NOT_YET_A_RULE, '');
  const cut = (/** @type {number} */ end) => {
    const piece = pieceTo(end);
    if (piece) pieces.push(piece);
    start = end;
  };
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (CLOSING[token]) {
      open.push(CLOSING[token]);
    } else if (token === open.at(-1)) {
      open.pop();
      if (token === '}' && !open.length) cut(index + 1);
    } else if (token === ';' && !open.length && pieceTo(index).startsWith('@')) {
      cut(index + 1);
    }
  }
  cut(text.length);
  return pieces;
}

/**
 * @param {string} piece
 * @returns {string | undefined} the URL in the text of an import; undefined for what is none, and where
 *   the URL has escapes
 */
export function importedUrl(piece) {
  const [, bare, , quoted] = IMPORT.exec(piece) ?? [];
  return bare ?? quoted;
}
