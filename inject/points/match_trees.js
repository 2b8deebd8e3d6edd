/**
 * match_trees: finds for each element of a page the element of its source, a copy that a parser has made.
 *
 * Without scripts both trees have one shape. Scripts change, add, remove and move elements. So children are compared
 * as lists, from the root down: first those that are equal with all that is in them, then between them those that are
 * alike. At last, elements that have no partner and are equal to one other alone, or have its id, are partners,
 * wherever they are. An element that is like several others and equal to none stays alone: no place is better than a
 * wrong one.
 */

import { heaviestPairs, longestRise } from '../page/sequences.js';

// Above this many comparisons, the elements between two equal ones are compared one by one, in their order.
const MOST_CELLS = 100000;

/**
 * @typedef {object} Tree
 * @property {Element} root
 * @property {(element: Element) => string} [nameOf]
 * @property {(text: string) => string} [clean] is given each text and each value
 *
 * @typedef {object} Print what an element is like
 * @property {Element} element
 * @property {number} own a hash of its name and attributes
 * @property {number} whole the same with all that is in it
 * @property {number} size how many elements there are in it
 * @property {string} name
 * @property {Print[]} children
 * @property {Print[]} [shadow] those of its shadow root, or of a template that becomes one
 */

/** @type {(hash: number, text: string) => number} FNV-1a */
function addText(hash, text) {
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash;
}

/** @param {Element} element @returns {ParentNode & Node | null} */
const shadowOf = (element) => element.shadowRoot;

/** @param {Element} element a template that becomes the shadow root of its parent */
const isDeclared = (element) =>
  element.localName === 'template' && element.hasAttribute('shadowrootmode');

/** @param {any} element @returns {Node} what its children are in */
const contentOf = (element) =>
  element.localName === 'template' && element.content ? element.content : element;

/**
 * @param {Tree} tree
 * @returns {Print}
 */
export function printOf({ root, nameOf = (one) => one.localName, clean = (text) => text }) {
  /** @param {Element} element @returns {Print} */
  function print(element) {
    const name = nameOf(element);
    let own = addText(2166136261, name);
    for (const { name: attribute, value } of element.attributes)
      // A browser hides the value of a nonce.
      if (attribute !== 'nonce') own = addText(own, ` ${attribute}=${clean(value)}`);
    /** @type {Print} */
    const printed = { element, own, whole: own, size: 1, name, children: [] };
    const shadow = shadowOf(element);
    if (shadow) printed.shadow = printList(shadow, { whole: 0, size: 0 });
    printed.children = printList(contentOf(element), printed);
    return printed;
  }

  /** @param {Node} parent @param {Pick<Print, 'whole' | 'size'> & {shadow?: Print[]}} into */
  function printList(parent, into) {
    const list = [];
    let { whole } = into;
    for (let node = /** @type {any} */ (parent.firstChild); node; node = node.nextSibling) {
      if (node.nodeType === 3 || node.nodeType === 4) whole = addText(whole, clean(node.data));
      if (node.nodeType !== 1) continue;
      const one = print(node);
      into.size += one.size;
      if (isDeclared(node) && !into.shadow) {
        into.shadow = one.children;
        continue;
      }
      whole = Math.imul(whole ^ one.whole, 16777619) + 1;
      list.push(one);
    }
    into.whole = whole;
    return list;
  }
  return print(root);
}

/** @type {(one: Print, other: Print) => boolean} */
const isEqual = (one, other) => one.whole === other.whole && one.size === other.size;

/** @param {Print} print */
const idOf = ({ element }) => element.getAttribute('id') ?? '';

/** @type {(one: Print) => Set<string>} */
const classesOf = ({ element }) => new Set(element.getAttribute('class')?.match(/\S+/g));

/** @type {(one: Print) => number} of the text that is in the element itself; 0 when there is none */
function textOf({ element }) {
  let text = '';
  for (let node = element.firstChild; node; node = node.nextSibling)
    if (node.nodeType === 3) text += /** @type {Text} */ (node).data;
  return text.trim() ? addText(1, text.trim()) : 0;
}

/**
 * @param {Print} source
 * @param {Print} live
 * @returns {number} how sure it is that live was made of source; 0 when it is not
 */
function likeness(source, live) {
  if (source.name !== live.name) return 0;
  if (isEqual(source, live)) return 100;
  const [id, other] = [idOf(source), idOf(live)];
  if (id && other) return id === other ? 50 : 0;
  if (id) return 0;
  if (source.own === live.own) {
    const text = textOf(source);
    if (text && text === textOf(live)) return 40;
    const inner = new Set(live.children.map(({ whole }) => whole));
    if (source.children.some(({ whole }) => inner.has(whole))) return 30;
    return source.element.attributes.length ? 20 : 10;
  }
  const theirs = classesOf(live);
  const same = [...classesOf(source)].filter((one) => theirs.has(one)).length;
  const get = (/** @type {string} */ name) => source.element.getAttribute(name);
  const isNamed = ['name', 'href', 'src', 'for', 'type', 'value', 'role'].some(
    (one) => get(one) !== null && get(one) === live.element.getAttribute(one),
  );
  return same ? 8 : isNamed ? 6 : source.element.attributes.length ? 1 : 4;
}

/**
 * @param {Print[]} sources
 * @param {Print[]} lives
 * @returns {number[][]} the pairs of places of those that are equal, and are there once, in one order
 */
function findAnchors(sources, lives) {
  const seen = new Map();
  /** @param {Print[]} list @param {number} which */
  const note = (list, which) =>
    list.forEach(({ whole, size }, i) => {
      const key = `${whole} ${size}`;
      const places = seen.get(key) ?? [[], []];
      places[which].push(i);
      seen.set(key, places);
    });
  note(sources, 0);
  note(lives, 1);
  const pairs = [...seen.values()]
    // Equal ones that are there equally often are in their order.
    .filter(([a, b]) => a.length === b.length)
    .flatMap(([a, b]) => a.map((/** @type {number} */ i, /** @type {number} */ k) => [i, b[k]]))
    .sort(([i], [j]) => i - j);
  return longestRise(pairs);
}

/**
 * The pairs of two lists that have the highest likeness together.
 *
 * @param {Print[]} a
 * @param {Print[]} b
 * @returns {Print[][]}
 */
function findAlike(a, b) {
  if (a.length * b.length > MOST_CELLS) return findInTurn(a, b);
  return heaviestPairs(a, b, likeness)
    .map(([i, j]) => [a[i], b[j]])
    .filter(([source, live]) => isSure(source, live, a, b));
}

/**
 * What is only somewhat alike counts when nothing else can be meant: as many elements of that name come as go.
 *
 * @type {(source: Print, live: Print, a: Print[], b: Print[]) => boolean}
 */
function isSure(source, live, a, b) {
  const found = likeness(source, live);
  const count = (/** @type {Print[]} */ list) =>
    list.filter((one) => one.name === source.name).length;
  return found >= 30 || (count(a) === count(b) && found > 1);
}

/** @type {(a: Print[], b: Print[]) => Print[][]} */
function findInTurn(a, b) {
  const pairs = [];
  let from = 0;
  for (const source of a)
    for (let j = from; j < b.length && j < from + 20; j++) {
      if (likeness(source, b[j]) < 20) continue;
      pairs.push([source, b[j]]);
      from = j + 1;
      break;
    }
  return pairs;
}

/**
 * @param {Tree} source
 * @param {Tree} live
 * @returns {Map<Element, Element>} for elements of live those of source that they were made of
 */
export function matchTrees(source, live) {
  const [a, b] = [source, live].map(printOf);
  /** @type {Map<Element, Element>} */
  const partners = new Map();
  const taken = new Set();

  /** @type {(one: Print, other: Print) => void} */
  function pair(one, other) {
    partners.set(other.element, one.element);
    taken.add(one.element);
    match(one.children, other.children);
    if (one.shadow && other.shadow) match(one.shadow, other.shadow);
  }

  /** @type {(sources: Print[], lives: Print[]) => void} */
  function match(sources, lives) {
    if (sources.length === lives.length && sources.every((one, i) => isEqual(one, lives[i]))) {
      sources.forEach((one, i) => pair(one, lives[i]));
      return;
    }
    let [i, j] = [0, 0];
    for (const [nextI, nextJ] of [...findAnchors(sources, lives), [sources.length, lives.length]]) {
      for (const [one, other] of findAlike(sources.slice(i, nextI), lives.slice(j, nextJ)))
        pair(one, other);
      if (nextI < sources.length) pair(sources[nextI], lives[nextJ]);
      [i, j] = [nextI + 1, nextJ + 1];
    }
  }

  if (a.name === b.name) pair(a, b);
  for (const [one, other] of findMoved(a, b, taken, partners))
    if (!taken.has(one.element) && !partners.has(other.element)) pair(one, other);
  return partners;
}

/** @param {Print} print @returns {Print[]} it and all in it, in the order of the document */
const flatten = (print) => [
  print,
  ...print.children.flatMap(flatten),
  ...(print.shadow ?? []).flatMap(flatten),
];

/**
 * @param {Print} a
 * @param {Print} b
 * @param {Set<Element>} taken the elements of a that have a partner
 * @param {Map<Element, Element>} partners by the elements of b
 * @returns {Print[][]} the others that are equal to one other alone, or have its id
 */
function findMoved(a, b, taken, partners) {
  const sources = flatten(a).filter(({ element }) => !taken.has(element));
  const lives = flatten(b).filter(({ element }) => !partners.has(element));
  /** Elements without anything of their own are equal to anything. @param {Print} one */
  const isTelling = (one) =>
    one.element.attributes.length > 0 || one.size > 1 || !!one.element.textContent?.trim();
  const keys = [
    (/** @type {Print} */ one) => (idOf(one) ? `${one.name} ${idOf(one)}` : ''),
    (/** @type {Print} */ one) => (isTelling(one) ? `${one.whole} ${one.size}` : ''),
  ];
  return keys.flatMap((keyOf) => {
    const [left, right] = [sources, lives].map((list) => singles(list, keyOf));
    return [...left].flatMap(([key, one]) => {
      const other = right.get(key);
      return one && other ? [[one, other]] : [];
    });
  });
}

/**
 * @param {Print[]} list
 * @param {(one: Print) => string} keyOf
 * @returns {Map<string, Print | null>} null where several have the same key
 */
function singles(list, keyOf) {
  const found = new Map();
  for (const one of list) {
    const key = keyOf(one);
    if (key) found.set(key, found.has(key) ? null : one);
  }
  return found;
}
