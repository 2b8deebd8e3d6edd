/**
 * diff_children: finds which nodes of an old list of siblings live on as which nodes of a new list.
 *
 * As much as possible stays. First come the nodes that are equal at both ends. In the rest it is the
 * heaviest common sequence, so that a long paragraph counts for more than the line breaks around it.
 * Between the nodes of that sequence, each new node takes the next old one of its kind.
 */

import { heaviestPairs, longestRise } from './sequences.js';

// Above this many comparisons only the texts that stand once in each list are compared.
const MOST_CELLS = 1e6;

/**
 * @typedef {object} Difference
 * @property {Node | null} last the one after which the lists differ; null when they do so from the start
 * @property {Node[]} olds the part of the old list that differs
 * @property {Node[]} news the same of the new list
 * @property {(Node | undefined)[]} partners for each of news the one of olds that becomes it, in the order
 *   of both
 * @property {Set<Node>} equal those of the partners that are known to be equal already
 */

/**
 * @param {Node[]} olds
 * @param {Node[]} news
 * @returns {Difference}
 */
export function diffChildren(olds, news) {
  const most = Math.min(olds.length, news.length);
  /** @type {(list: Node[], i: number) => Node} */
  const fromEnd = (list, i) => list[list.length - 1 - i];
  let start = 0;
  while (start < most && olds[start].isEqualNode(news[start])) start++;
  let end = 0;
  while (end < most - start && fromEnd(olds, end).isEqualNode(fromEnd(news, end))) end++;

  const [before, after] = [olds, news].map((list) => list.slice(start, list.length - end));
  const found = findPartners(before, after);
  return { last: olds[start - 1] ?? null, olds: before, news: after, ...found };
}

/**
 * @param {Node[]} olds
 * @param {Node[]} news
 */
function findPartners(olds, news) {
  /** @type {(Node | undefined)[]} */
  const partners = [];
  /** @type {Set<Node>} */
  const equal = new Set();
  const [before, after] = [olds, news].map((list) => list.map(textOf));
  let nextOld = 0;
  let nextNew = 0;
  const takeNext = () => {
    nextNew++;
    equal.add(olds[nextOld]);
    partners.push(olds[nextOld++]);
  };
  /** @type {(oldEnd: number, newEnd: number) => void} */
  const fillUpTo = (oldEnd, newEnd) => {
    while (nextOld < oldEnd && nextNew < newEnd && before[nextOld] === after[nextNew]) takeNext();
    if (nextNew === newEnd) return;
    const places = placesOfKinds(olds, nextOld, oldEnd);
    for (; nextNew < newEnd; nextNew++) {
      const found = places.get(kindOf(news[nextNew])) ?? [];
      while (found.length > 0 && found[found.length - 1] < nextOld) found.pop();
      const at = found.pop();
      partners.push(at === undefined ? undefined : olds[at]);
      if (at !== undefined) nextOld = at + 1;
    }
  };
  for (const [i, j] of commonSequence(before, after)) {
    fillUpTo(i, j);
    nextOld = i;
    takeNext();
  }
  fillUpTo(olds.length, news.length);
  return { partners, equal };
}

/**
 * @param {Node[]} olds
 * @param {number} from
 * @param {number} end
 * @returns {Map<string, number[]>} by kind, where it stands between from and end, the first place last
 */
function placesOfKinds(olds, from, end) {
  /** @type {Map<string, number[]>} */
  const places = new Map();
  for (let at = end - 1; at >= from; at--) {
    const kind = kindOf(olds[at]);
    if (!kind) continue;
    const found = places.get(kind);
    if (found) found.push(at);
    else places.set(kind, [at]);
  }
  return places;
}

/**
 * @param {any} node
 * @returns {string} what is equal for equal nodes, and for no others
 */
export const textOf = (node) => node.outerHTML ?? `${node.nodeType}${node.data}`;

/**
 * @param {string[]} a
 * @param {string[]} b
 * @returns {number[][]} the pairs of places of the heaviest sequence that both lists have
 */
function commonSequence(a, b) {
  if (a.length * b.length > MOST_CELLS) return commonLandmarks(a, b);
  return heaviestPairs(a, b, (one, other) => (one === other ? one.length : 0));
}

/**
 * The same for long lists, in less time: of the texts that stand once in each list, the longest sequence
 * with the same order in both. (A patience diff.)
 *
 * @param {string[]} a
 * @param {string[]} b
 * @returns {number[][]}
 */
function commonLandmarks(a, b) {
  const [inA, inB] = [a, b].map(placesOfSingles);
  const pairs = [];
  for (const [text, i] of inA) {
    const j = inB.get(text);
    if (j !== undefined) pairs.push([i, j]);
  }
  return longestRise(pairs);
}

/**
 * @param {string[]} texts
 * @returns {Map<string, number>} where each text stands that is there once, in the order of the list
 */
function placesOfSingles(texts) {
  /** @type {Map<string, number>} */
  const places = new Map();
  const repeated = new Set();
  texts.forEach((text, i) => {
    if (places.has(text)) repeated.add(text);
    places.set(text, i);
  });
  for (const text of repeated) places.delete(text);
  return places;
}

// A frame with a new URL would add to the history. A style sheet that changes would leave the page
// without style for a moment.
export const NEVER_CHANGED = 'iframe, frame, object, embed, style, link';

// Chromium goes on showing the child of a switch that it has chosen at first, beside the one that it chooses now, and
// the old text of an option that no select is around.
const SHOWN_ONCE = 'video, audio, picture, switch, option:not(select *)';

/**
 * @param {any} node
 * @returns {string} what must be the same in two nodes so that one can become the other; empty when that
 *   cannot be
 */
function kindOf(node) {
  const { nodeName, namespaceURI, id, type, lang, dir } = node;
  if (!node.matches) return nodeName;
  if (node.matches(NEVER_CHANGED)) return '';
  // Firefox does not measure all of the text again when its language changes.
  const kind = [nodeName, namespaceURI, id, type, lang, dir];
  const get = (/** @type {string} */ name) => node.getAttribute(name);
  // A media element looks at what it is to play, and whether it is muted, only once.
  if (/^(video|audio)$/i.test(nodeName)) kind.push(get('src'), get('muted'), get('autoplay'));
  if (node.matches(SHOWN_ONCE)) kind.push(node.innerHTML);
  // Chromium leaves room for the paragraph, or other block, that was the last one in an item of a list.
  if (/^li$/i.test(nodeName)) kind.push(!!node.firstElementChild || /\S/.test(node.textContent));
  // Firefox does not lay it out again without its width, or its height.
  if (nodeName === 'foreignObject') kind.push(get('width') === null, get('height') === null);
  // Chromium goes on showing an image in the density that the old set has said.
  if (/^img$/i.test(nodeName)) kind.push(get('srcset'), get('sizes'));
  return JSON.stringify(kind);
}
