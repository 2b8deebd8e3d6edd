/**
 * css_pieces: cuts the text of a style sheet into the texts of its rules, as CSS Syntax Level 3 (5.4.1)
 * reads it, so that each of them can be given to insertRule. The rules of the browser cannot be used for
 * that: what they serialise to may lack declarations.
 */

// A comment, a string, an escape, a url() without quotes, a bracket or semicolon, or a run of other
// characters.
const TOKEN =
  /\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n\r\f]|\\(?:\r\n|[^]))*"?|'(?:[^'\\\n\r\f]|\\(?:\r\n|[^]))*'?|\\[^]|(?<![\w-])url\(\s*(?!["'\s])(?:[^)\\]|\\[^])*\)?|[{}()[\];]|[^"'\\/{}()[\];u]+|[^]/gi;
const NOT_YET_A_RULE = /^(?:\s|<!--|-->|\/\*[^]*?(?:\*\/|$))+/;
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
  let piece = '';
  const end = () => {
    const rule = piece.replace(NOT_YET_A_RULE, '');
    if (rule) pieces.push(rule);
    piece = '';
  };
  for (const [token] of text.matchAll(TOKEN)) {
    piece += token;
    if (CLOSING[token]) {
      open.push(CLOSING[token]);
    } else if (token === open.at(-1)) {
      open.pop();
      if (token === '}' && !open.length) end();
    } else if (token === ';' && !open.length && piece.replace(NOT_YET_A_RULE, '').startsWith('@')) {
      end();
    }
  }
  end();
  return pieces;
}

/**
 * @param {string[]} pieces
 * @returns {string[]} those of the imports, which only layers may precede
 */
export function importsOf(pieces) {
  const first = pieces.findIndex((piece) => !/^@(import|charset|layer[^{]*;)/i.test(piece));
  const head = first < 0 ? pieces : pieces.slice(0, first);
  return head.filter((piece) => /^@import/i.test(piece));
}
