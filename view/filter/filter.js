/**
 * filter: reads a display filter, with the words of Wireshark's, and makes a test of it.
 *
 *   either  = both { "||" both }
 *   both    = one { "&&" one }
 *   one     = "!" one | "(" either ")" | field [ operator value | [ "!" ] "in" set ]
 *   set     = "{" value [ ".." value ] { "," value [ ".." value ] } "}"
 */

import { compileComparison, compileSet } from './comparison.js';
import { FIELDS, nearestField } from './fields.js';
import { FilterError, tokenize } from './tokens.js';

/** @typedef {import('./tokens.js').Token} Token */
/** @typedef {import('./comparison.js').Test} Test */

/**
 * @typedef {{test: Test, hint: string}} Filter hint: what the user may not have meant, or ""
 * @typedef {{error: string, at: number}} Wrong a sentence, and where in the text it applies
 */

const COMPARISONS = ['==', '!=', '<', '>', '<=', '>=', 'contains', 'matches'];

/** Walks along the tokens. */
class Parser {
  /** @param {Token[]} tokens */
  constructor(tokens) {
    this.tokens = tokens;
    this.next = 0;
    this.hint = '';
  }

  get token() {
    return this.tokens[this.next];
  }

  /** Takes the next token if it is this operator. @param {string} operator */
  takes(operator) {
    const { type, value } = this.token;
    const isIt = type === 'operator' && value === operator;
    if (isIt) this.next++;
    return isIt;
  }

  /** @returns {Test} */
  either() {
    const tests = [this.both()];
    while (this.takes('||')) tests.push(this.both());
    return tests.length === 1 ? tests[0] : (row) => tests.some((test) => test(row));
  }

  /** @returns {Test} */
  both() {
    const tests = [this.one()];
    while (this.takes('&&')) tests.push(this.one());
    return tests.length === 1 ? tests[0] : (row) => tests.every((test) => test(row));
  }

  /** @returns {Test} */
  one() {
    if (this.takes('!')) {
      const test = this.one();
      return (row) => !test(row);
    }
    const { at } = this.token;
    if (!this.takes('(')) return this.comparison();
    const test = this.either();
    if (!this.takes(')')) throw new FilterError('The closing ) is missing.', at);
    return test;
  }

  /** @returns {Test} */
  comparison() {
    const name = this.token;
    const field = this.field();
    const operator = this.token;
    if (this.isNotIn()) {
      this.next += 2;
      const test = compileSet(name.value, field, operator, this.set());
      return (row) => !test(row);
    }
    if (this.takes('in')) return compileSet(name.value, field, operator, this.set());
    if (operator.type !== 'operator' || !COMPARISONS.includes(operator.value)) {
      if (field.kind === 'truth')
        this.hint = `Every TCP packet has ${name.value}. For packets where it is set, write ${name.value} == 1.`;
      return (row) => field.values(row).length > 0;
    }
    this.next++;
    const value = this.token;
    this.next++;
    return compileComparison(name.value, field, operator, value);
  }

  /** Whether `not in` comes next. */
  isNotIn() {
    const [first, second] = this.tokens.slice(this.next, this.next + 2);
    const isOperator = first.type === 'operator' && second?.type === 'operator';
    return isOperator && first.value === '!' && second.value === 'in';
  }

  /** Takes the values between { and }. @returns {import('./comparison.js').Member[]} */
  set() {
    const { at } = this.token;
    if (!this.takes('{')) throw new FilterError('After in a { is missing, as {80, 443}.', at);
    const members = [];
    do {
      const from = this.value();
      members.push({ from, to: this.takes('..') ? this.value() : null });
    } while (this.takes(','));
    if (!this.takes('}'))
      throw new FilterError(
        'Between the values of a set stands a comma; } ends it.',
        this.token.at,
      );
    return members;
  }

  /** Takes a value of a set. */
  value() {
    const token = this.token;
    if (token.type !== 'word' && token.type !== 'text')
      throw new FilterError('In the set a value is missing.', token.at);
    this.next++;
    return token;
  }

  field() {
    const { type, value, at } = this.token;
    if (type === 'end')
      throw new FilterError(
        this.next === 0 ? 'A field is missing.' : 'The filter is not complete.',
        at,
      );
    if (type === 'operator') throw new FilterError(`Before ${value} a field is missing.`, at);
    if (type === 'text')
      throw new FilterError(`"${value}" is a value. A field has to stand before it.`, at);
    if (!Object.hasOwn(FIELDS, value)) {
      const near = nearestField(value);
      const help = near ? `Do you mean ${near}?` : 'The help (?) lists all.';
      throw new FilterError(`${value} is not a field that this page knows. ${help}`, at);
    }
    this.next++;
    return FIELDS[value];
  }

  /** @returns {Test} */
  all() {
    const test = this.either();
    const { type, value, at } = this.token;
    if (type === 'end') return test;
    if (value === ')' && type === 'operator')
      throw new FilterError('This ) has no opening ( before it.', at);
    if (type === 'operator' && COMPARISONS.includes(value))
      throw new FilterError(`One comparison has one ${value}. Join two by && or ||.`, at);
    throw new FilterError(`Before ${value}, write && (and) or || (or).`, at);
  }
}

/**
 * @param {string} text
 * @returns {Filter | Wrong}
 */
export function compileFilter(text) {
  if (text.trim() === '') return { test: () => true, hint: '' };
  try {
    const parser = new Parser(tokenize(text));
    const test = parser.all();
    return { test, hint: parser.hint };
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { error: error.message, at: error.at };
  }
}

/**
 * The fields whose names continue the word that ends at a place of the text.
 *
 * @param {string} text
 * @param {number} caret
 * @returns {{from: number, names: string[]}} from: where the word begins
 */
export function suggestFields(text, caret) {
  const [word] = /** @type {RegExpMatchArray} */ (text.slice(0, caret).match(/[\w.]*$/));
  const from = caret - word.length;
  // After an operator there is a value.
  const isValue = /(==|!=|[<>]=?|\b(eq|ne|gt|lt|ge|le|contains|matches|in))\s*$/.test(
    text.slice(0, from),
  );
  if (word === '' || isValue || /^[\w.]/.test(text.slice(caret))) return { from, names: [] };
  const names = Object.keys(FIELDS).filter((name) => name.startsWith(word) && name !== word);
  return { from, names };
}
