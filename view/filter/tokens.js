/**
 * tokens: the words of a filter, each with its place in the text.
 */

/**
 * @typedef {object} Token
 * @property {'word' | 'text' | 'operator' | 'end'} type word: a name, a number or an address; text: what stood
 *   in quotation marks
 * @property {string} value
 * @property {number} at
 */

/** What is wrong in a filter, and where. */
export class FilterError extends Error {
  /** @param {string} message @param {number} at */
  constructor(message, at) {
    super(message);
    this.at = at;
  }
}

/** The words that mean an operator. @type {Record<string, string>} */
const WORDS = {
  eq: '==',
  ne: '!=',
  gt: '>',
  lt: '<',
  ge: '>=',
  le: '<=',
  and: '&&',
  or: '||',
  not: '!',
  contains: 'contains',
  matches: 'matches',
  in: 'in',
};

/** In this order: blanks, an operator, text with escapes, text as it stands, a word. */
const PIECE =
  /\s+|([=!<>]=|&&|\|\||\.\.|[<>!(){},~])|"((?:[^"\\]|\\.)*)"|[rR]"((?:[^"\\]|\\.)*)"|((?:(?!\.\.)[\w.:/+-])+)/y;

/** @type {Record<string, string>} */
const ESCAPES = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  0: '\0',
  '"': '"',
  "'": "'",
  '\\': '\\',
};

/** What stands in quotation marks, with the escapes resolved. @param {string} text @param {number} at */
const unescape = (text, at) =>
  text.replace(/\\(x([0-9a-fA-F]{1,2})|.)/g, (_, letter, hex) => {
    if (hex) return String.fromCharCode(parseInt(hex, 16));
    if (!Object.hasOwn(ESCAPES, letter))
      throw new FilterError(
        `\\${letter} has no meaning in text. Write \\\\${letter}, or r before the text: r"\\${letter}".`,
        at,
      );
    return ESCAPES[letter];
  });

/** @param {string} text @param {number} at @returns {never} */
function refuse(text, at) {
  const letter = text[at];
  if (letter === '"') throw new FilterError('The closing " is missing.', at);
  if (letter === "'") throw new FilterError('Text stands between ", not between \'.', at);
  if (letter === '=') throw new FilterError('To compare, write == in place of =.', at);
  if (letter === '&') throw new FilterError('For "and", write && in place of &.', at);
  if (letter === '|') throw new FilterError('For "or", write || in place of |.', at);
  throw new FilterError(`${letter} has no meaning in a filter.`, at);
}

/** @param {string} text @returns {Token[]} the last one has the type end */
export function tokenize(text) {
  /** @type {Token[]} */
  const tokens = [];
  let at = 0;
  while (at < text.length) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    if (!match) return refuse(text, at);
    const [piece, operator, quoted, raw, word] = match;
    if (operator)
      tokens.push({ type: 'operator', value: operator === '~' ? 'matches' : operator, at });
    else if (quoted !== undefined) tokens.push({ type: 'text', value: unescape(quoted, at), at });
    else if (raw !== undefined) tokens.push({ type: 'text', value: raw, at });
    else if (word && Object.hasOwn(WORDS, word))
      tokens.push({ type: 'operator', value: WORDS[word], at });
    else if (word) tokens.push({ type: 'word', value: word, at });
    at += piece.length;
  }
  tokens.push({ type: 'end', value: '', at });
  return tokens;
}
