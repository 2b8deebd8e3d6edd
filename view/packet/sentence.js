/**
 * sentence: says in words what the chosen packet is. Where it names other packets, these can be chosen.
 */

import { make } from '../parts/element.js';

/** A list of numbers of packets. */
const NAMED = /\bpackets? \d+(?:(?:, | and | to )\d+)*/g;

/**
 * Splits a sentence into text and numbers of packets.
 *
 * @param {string} text
 * @returns {(string | number)[]}
 */
export function splitSentence(text) {
  /** @type {(string | number)[]} */
  const parts = [];
  let done = 0;
  for (const { 0: named, index = 0 } of text.matchAll(NAMED)) {
    for (const number of named.matchAll(/\d+/g)) {
      const at = index + (number.index ?? 0);
      parts.push(text.slice(done, at), Number(number[0]));
      done = at + number[0].length;
    }
  }
  return [...parts, text.slice(done)].filter((part) => part !== '');
}

/**
 * @param {Document} document
 * @param {HTMLElement} element
 * @param {(n: number) => void} choose
 */
export function createSentence(document, element, choose) {
  element.addEventListener('click', ({ target }) => {
    const { packet } = /** @type {HTMLElement} */ (target).dataset;
    if (packet) choose(Number(packet));
  });
  /**
   * @param {number} n of the chosen packet; 0: there is none
   * @param {string} text
   */
  return function show(n, text) {
    // The number stands before the sentence, whether the server says it or not.
    const said = text.replace(new RegExp(`^${n}\\. `), '');
    const parts = splitSentence(said).map((part) =>
      typeof part === 'number'
        ? make(
            document,
            'button',
            { type: 'button', class: 'link', 'data-packet': part },
            `${part}`,
          )
        : part,
    );
    const number = n > 0 ? [make(document, 'b', { class: 'chip' }, String(n))] : [];
    element.replaceChildren(...number, make(document, 'span', {}, ...parts));
  };
}
