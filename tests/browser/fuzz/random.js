/**
 * random: choices that a seed decides, so that a run can be repeated.
 */

/**
 * @typedef {object} Random
 * @property {(end: number) => number} below an integer from 0, less than end
 * @property {<T>(items: readonly T[]) => T} pick
 * @property {(chance: number) => boolean} happens with this chance, from 0 to 1
 */

/**
 * @param {number} seed
 * @returns {Random}
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  // A 32-bit counter, mixed: each number depends on all bits of the counter.
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
  const below = (/** @type {number} */ end) => Math.floor(next() * end);
  return {
    below,
    pick: (items) => items[below(items.length)],
    happens: (chance) => next() < chance,
  };
}
