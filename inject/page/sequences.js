/**
 * sequences: which members of two lists belong together when both lists have kept their order.
 */

/**
 * @template T, U
 * @param {T[]} a
 * @param {U[]} b
 * @param {(one: T, other: U) => number} weigh how much the pair weighs; 0 when the two do not belong together
 * @returns {number[][]} the pairs of places that weigh most together. Takes the time and the memory of
 *   a.length * b.length comparisons
 */
export function heaviestPairs(a, b, weigh) {
  const width = b.length + 1;
  const best = new Float64Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      const weight = weigh(a[i], b[j]);
      const both = weight && best[at + width + 1] + weight;
      best[at] = Math.max(both, best[at + 1], best[at + width]);
    }
  }
  const pairs = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const at = i * width + j;
    if (best[at] === best[at + width]) i++;
    else if (best[at] === best[at + 1]) j++;
    else pairs.push([i++, j++]);
  }
  return pairs;
}

/**
 * @param {number[][]} pairs in the order of their first numbers
 * @returns {number[][]} the most of them whose second numbers are in order, too
 */
export function longestRise(pairs) {
  /** @typedef {{pair: number[], before?: Link}} Link */
  // For each length, the sequence of that length whose second number at the end is the smallest.
  /** @type {Link[]} */
  const ends = [];
  for (const pair of pairs) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle].pair[1] < pair[1]) low = middle + 1;
      else high = middle;
    }
    ends[low] = { pair, before: ends[low - 1] };
  }
  const rise = [];
  for (let link = ends.at(-1); link; link = link.before) rise.push(link.pair);
  return rise.reverse();
}
