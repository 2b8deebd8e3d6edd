/**
 * locator: describes an element of one page, so that it can be found again in the next state of that page.
 * What cannot be found for certain is not found: a state that ends up in another element is worse than one
 * that is lost.
 */

/**
 * @typedef {object} Description
 * @property {Description | undefined} host the element whose shadow root it is in
 * @property {string} name of the element
 * @property {string} key what must be the same
 * @property {string[]} hints what is likely to be the same, and tells elements of the same key apart
 * @property {number[]} alike by hint, how many elements of the same key have it
 * @property {number} at the place of the element among those that are the same in all of this
 * @property {number} count how many there are of them
 * @property {number} total how many elements there are with this key
 */

// What users and scripts change while the page is open.
const CHANGING =
  /^(open|style|class|value|checked|selected|hidden|tabindex|aria-(expanded|hidden))$/;
const TEXT_MOST = 200;
// The first hints say something of the element itself.
const OWN_HINTS = 3;

/** @type {(element: any) => string} */
const textOf = (element) => element.textContent.trim().slice(0, TEXT_MOST);

/** @type {(url: string) => string} */
const pathOf = (url) => url.replace(/[?#].*/, '');

/** @param {any} element */
function keyOf(element) {
  const { id, type, form } = element;
  const get = (/** @type {string} */ name) => element.getAttribute(name) ?? '';
  const key = [id, get('name'), typeof type === 'string' ? type : ''];
  if (form) key.push(form.id, form.getAttribute('name') ?? form.getAttribute('action') ?? '');
  if (/^(checkbox|radio)$/.test(type)) key.push(get('value'));
  if (element.localName === 'details')
    key.push(textOf(element.querySelector('summary') ?? element));
  if (/^(video|audio)$/.test(element.localName)) key.push(pathOf(element.currentSrc || get('src')));
  return JSON.stringify(key);
}

/** @param {any} element */
function hintsOf(element) {
  const attributes = [...element.attributes]
    .filter(({ name }) => !CHANGING.test(name))
    .map(({ name, value }) => `${name}=${value}`);
  const { labels, parentElement, className } = element;
  return [
    attributes.join(),
    labels?.[0] ? textOf(labels[0]) : textOf(element),
    `${className}`,
    `${parentElement?.localName} ${parentElement?.id} ${parentElement?.className}`,
  ];
}

/** @type {(root: ParentNode, name: string, key: string) => any[]} */
const withKey = (root, name, key) =>
  [...root.querySelectorAll(CSS.escape(name))].filter((one) => keyOf(one) === key);

/**
 * @param {Element} element
 * @returns {Description}
 */
export function describe(element) {
  const [name, key, hints] = [element.localName, keyOf(element), hintsOf(element)];
  const root = /** @type {any} */ (element.getRootNode());
  const all = withKey(root, name, key);
  const theirs = all.map(hintsOf);
  const peers = all.filter((_, i) => `${theirs[i]}` === `${hints}`);
  return {
    host: root.host && describe(root.host),
    name,
    key,
    hints,
    alike: hints.map((hint, i) => theirs.filter((one) => one[i] === hint).length),
    at: peers.indexOf(element),
    count: peers.length,
    total: all.length,
  };
}

/**
 * @param {ParentNode | null} top
 * @param {Description} description
 * @returns {any} the element; null when it is not there for certain
 */
export function find(top, { host, name, key, hints, alike, at, count, total }) {
  const root = host ? top && find(top, host)?.shadowRoot : top;
  if (!root) return null;
  const all = withKey(root, name, key);
  let candidates = all;
  // When elements of this key have come or gone, a hint must tell this one from them, as it did before.
  let isCertain = all.length === total;
  hints.forEach((hint, i) => {
    const same = all.filter((one) => hintsOf(one)[i] === hint);
    const both = candidates.filter((one) => same.includes(one));
    if (both.length === 0) return;
    candidates = both;
    const tells = alike[i] < total || same.length < all.length;
    if (hint && i < OWN_HINTS && same.length === alike[i] && tells) isCertain = true;
  });
  if (!isCertain) return null;
  if (candidates.length === 1) return candidates[0];
  return candidates.length === count ? candidates[at] : null;
}
