/**
 * css_pieces: cuts the text of a style sheet into the texts of its rules, as CSS Syntax Level 3 (5.4.1)
 * reads it, so that each of them can be given to insertRule. The rules of the browser cannot be used for
 * that: what they serialise to may lack declarations.
 */

// A comment, a string, an escape, a url() without quotes, a bracket or a semicolon.
const TOKEN =
  /\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n\r\f]|\\(?:\r\n|[^]))*"?|'(?:[^'\\\n\r\f]|\\(?:\r\n|[^]))*'?|\\[^]|(?<![\w-])url\(\s*(?!["'\s])(?:[^)\\]|\\[^])*\)?|[{}()[\];]/gi;
// A rule without comments, strings, escapes and blocks in its block, as nearly all are: it is found at once.
const PLAIN =
  /[^{}()[\];"'\\/]*(?:\([^{}()[\];"'\\/]*\)[^{}()[\];"'\\/]*)*\{[^{}()[\]"'\\/]*(?:\([^{}()[\]"'\\/]*\)[^{}()[\]"'\\/]*)*\}/y;
// What says the charset is no rule, wherever it stands.
const NOT_YET_A_RULE = /^(?:\s|<!--|-->|\/\*[^]*?(?:\*\/|$)|@charset[^;{]*;)+/i;
const IMPORT =
  /^@import(?:\s|\/\*[^]*?\*\/)*(?:url\(\s*(?!["'\s])([^)\\]*?)\s*\)|(?:url\(\s*)?(["'])((?:(?!\2)[^\\])*)\2)/i;
/** @type {Record<string, string>} */
const CLOSING = { '{': '}', '(': ')', '[': ']' };

/**
 * @param {string} text of a style sheet
 * @param {number} start of a rule in it
 * @returns {number} where that rule ends
 */
function endOfRule(text, start) {
  PLAIN.lastIndex = start;
  if (PLAIN.test(text)) return PLAIN.lastIndex;
  /** @type {string[]} */
  const open = [];
  TOKEN.lastIndex = start;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    const { 0: token, index } = found;
    if (CLOSING[token]) {
      open.push(CLOSING[token]);
    } else if (token === open.at(-1)) {
      open.pop();
      if (token === '}' && !open.length) return index + 1;
    } else if (token === ';' && !open.length && ruleIn(text, start, index).startsWith('@')) {
      return index + 1;
    }
  }
  return text.length;
}

/** @type {(text: string, start: number, end: number) => string} */
const ruleIn = (text, start, end) => text.slice(start, end).replace(NOT_YET_A_RULE, '');

/**
 * @param {string} text of a style sheet
 * @returns {string[]} the texts of its rules, also of those that the browser does not take
 */
export function cutRules(text) {
  const pieces = [];
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = endOfRule(text, start);
    const piece = ruleIn(text, start, end);
    if (piece) pieces.push(piece);
  }
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
