/**
 * source_marks: where in the text of a document each of its elements begins and ends.
 *
 * Only a parser knows which "<b>" of a text is an element: not one in a comment, a script or the value of an
 * attribute. So everything that may be a tag gets a mark with its place, and the browser's own parser reads the
 * marked text. What it makes elements of carries their marks, wherever it has moved them; what it makes text of is
 * cleaned again. Marks change nothing in how the text is read: most are an attribute, right after the name of the tag,
 * so that the attribute of a "tag" within a value is a repeated one, which counts for nothing. The parser opens
 * unclosed formatting elements again, but at most three that have the same attributes. So these get a comment as
 * their first child in place of an attribute: "<!mark 7>", which ends no comment that it lies in.
 */

/** Elements that the parser opens again (HTML Standard 13.2.4.3). */
const FORMATTING = /^(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)$/i;

const TAG = /<(\/?)([a-z][^\t\n\f\r />]*)/gi;

// The search for the end of what may be no tag is bounded. A longer one gets an attribute.
const TAG_MAX = 4096;

// What comes before the root element: a byte order mark, white space, comments and the doctype.
const PROLOG = /(?:[\ufeff\s]+|<!--[^]*?-->|<[!?][^>]*>)*/y;

/**
 * @typedef {object} Place
 * @property {number} at where its start tag begins, in the text
 * @property {number} [end] after its end tag; only when it has one
 * @property {boolean} [isAgain] the parser has opened it again: there is an earlier element of the same tag
 *
 * @typedef {object} MarkedTree
 * @property {Element} root a copy of the root element, in no document
 * @property {Map<Element, Place>} places
 * @property {(node: Element) => string} nameOf the name as a page with scripts has it
 * @property {(text: string) => string} clean takes the marks out of text or of an attribute's value
 */

/** @param {string} text @returns {string} a word that is not in text */
function makeKey(text) {
  let key = 'mark';
  while (text.includes(key)) key += Math.random().toString(36).slice(2, 5).replace(/\d/g, 'x');
  return key;
}

/** @param {string} letter */
const isSpace = (letter) => ' \n\t\r\f'.includes(letter || 'x');

/**
 * @param {string} text
 * @param {number} at after the name of a tag
 * @returns {number} after its ">"; 0 when there is none
 */
function endOfTag(text, at) {
  const limit = Math.min(text.length, at + TAG_MAX);
  for (; at < limit; at++) {
    if (text[at] === '>') return at + 1;
    if (text[at] !== '=') continue;
    do at++;
    while (isSpace(text[at]));
    const isQuoted = text[at] === '"' || text[at] === "'";
    if (isQuoted) at = text.indexOf(text[at], at + 1);
    else while (at < limit && text[at] !== '>' && !isSpace(text[at])) at++;
    if (at < 0) return 0;
    if (!isQuoted) at--;
  }
  return 0;
}

/**
 * A page with scripts reads noscript as text. What is parsed here has none, and would read elements. Two other
 * elements are read as text everywhere: noframes may be in a head, noembed begins a body.
 *
 * @param {string} name
 * @param {boolean} isAfterHead
 */
const textElementFor = (name, isAfterHead) =>
  /^noscript$/i.test(name) ? (isAfterHead ? 'noembed' : 'noframes') : name;

/**
 * @param {string} text
 * @param {string} key
 * @returns {string} the text with marks, for the parser of HTML
 */
export function addMarks(text, key) {
  const pieces = [];
  /** @type {Map<number, string>} */
  const ends = new Map();
  let last = 0;
  let isAfterHead = false;
  /** @param {number} end */
  const copyTo = (end) => {
    for (const at of [...ends.keys()].filter((one) => one <= end).sort((a, b) => a - b)) {
      pieces.push(text.slice(last, at), /** @type {string} */ (ends.get(at)));
      last = at;
      ends.delete(at);
    }
    pieces.push(text.slice(last, end));
    last = end;
  };
  for (const { index, 0: tag, 1: slash, 2: name } of text.matchAll(TAG)) {
    const after = index + tag.length;
    if (slash && /^head$/i.test(name)) isAfterHead = true;
    copyTo(index);
    pieces.push('<', slash, textElementFor(name, isAfterHead));
    last = after;
    const isCommented = slash || FORMATTING.test(name);
    const end = isCommented ? endOfTag(text, after) : 0;
    // A "tag" within a tag ends where that does.
    if (slash) {
      if (end && !ends.has(end)) ends.set(end, `<!${key}/${end}>`);
    } else if (end && text[end - 2] !== '/' && !ends.has(end)) ends.set(end, `<!${key} ${index}>`);
    else pieces.push(` ${key}=${index} `);
  }
  copyTo(text.length);
  return pieces.join('');
}

/**
 * @param {string} text of a document that is XML
 * @param {string} key
 */
const addXmlMarks = (text, key) =>
  text.replace(/<([a-z_:][^\s/>]*)/gi, (tag, _, at) => `${tag} ${key}="${at}" `);

/** @param {Node} root @param {(node: any) => void} act called for each node below it, those of templates, too */
function walk(root, act) {
  for (let node = root.firstChild; node;) {
    const next = node.nextSibling;
    act(node);
    const { content } = /** @type {any} */ (node);
    walk(content?.nodeType === /* DOCUMENT_FRAGMENT */ 11 ? content : node, act);
    node = next;
  }
}

/**
 * The attributes of the root element are read when the tree is there already.
 *
 * @param {string} text
 * @returns {Place | undefined}
 */
function placeOfRoot(text) {
  PROLOG.lastIndex = 0;
  PROLOG.test(text);
  const at = PROLOG.lastIndex;
  return /^<html[\s/>]/i.test(text.slice(at, at + 6)) ? { at } : undefined;
}

/**
 * Finds out of which tags the parser has made the formatting elements that it has opened again, from the order in which
 * they stand in the tree. Of those with the same name and attributes it keeps the last three that are open.
 */
function createReopened() {
  const MOST = 3;
  /** By name and attributes, where the tags begin. @type {Map<string, number[]>} */
  const open = new Map();
  /** @type {Map<Element, string>} */
  const tags = new Map();
  /** @param {Element} node @returns {string} */
  function tagOf(node) {
    const tag = tags.get(node) ?? /** @type {Element} */ (node.cloneNode()).outerHTML;
    tags.set(node, tag);
    return tag;
  }
  return {
    /** @param {Element} node @param {Place} place */
    opened(node, { at }) {
      const list = open.get(tagOf(node)) ?? [];
      if (!list.includes(at)) list.push(at);
      open.set(tagOf(node), list.slice(-MOST));
    },
    /** @param {Element} node @param {Place} place */
    closed(node, { at }) {
      const tag = tagOf(node);
      open.set(tag, open.get(tag)?.filter((one) => one !== at) ?? []);
    },
    /** @param {Element} node @param {Map<Element, Place>} places @returns {Place | undefined} */
    find(node, places) {
      const list = open.get(tagOf(node)) ?? [];
      let outer = node.parentElement;
      while (outer && tags.get(outer) !== tagOf(node)) outer = outer.parentElement;
      const at = outer ? list.indexOf(places.get(outer)?.at ?? -1) + 1 : 0;
      return list.length ? { at: list[Math.min(at, list.length - 1)], isAgain: true } : undefined;
    },
  };
}

/**
 * @param {Element} root
 * @param {string} key
 * @param {Map<Element, Place>} places
 */
function takeMarks(root, key, places) {
  /** @type {Comment[]} */
  const ends = [];
  const reopened = createReopened();
  const comments = new RegExp(`^${key}([ /])(\\d+)$`);
  walk(root, (node) => {
    const [, kind, number] = (node.nodeType === 8 && comments.exec(node.data)) || [];
    if (kind === '/') takeEnd(node, +number);
    else if (kind) node.remove();
    else if (node.nodeType === 1) takePlace(node);
  });
  for (const one of ends) one.remove();

  /** @type {(comment: any, at: number) => void} */
  function takeEnd(comment, at) {
    ends.push(comment);
    const closed = comment.previousSibling;
    const place = places.get(closed);
    if (!place) return;
    place.end ??= at;
    if (FORMATTING.test(closed.localName)) reopened.closed(closed, place);
  }

  /** @param {Element} node */
  function takePlace(node) {
    const value = node.getAttribute(key);
    const first = /** @type {any} */ (node.firstChild);
    const [, kind, number] = (first?.nodeType === 8 && comments.exec(first.data)) || [];
    node.removeAttribute(key);
    const isFormatting = FORMATTING.test(node.localName);
    /** @type {Place | undefined} */
    let place;
    if (value !== null) place = { at: parseInt(value, 10) };
    else if (isFormatting) place = kind === ' ' ? { at: +number } : reopened.find(node, places);
    if (!place) return;
    places.set(node, place);
    if (isFormatting) reopened.opened(node, place);
  }
}

/**
 * @param {string} text
 * @param {string} key
 * @param {Element} root
 * @returns {MarkedTree}
 */
function finish(text, key, root) {
  /** @type {Map<Element, Place>} */
  const places = new Map();
  const mark = new RegExp(` ${key}="?\\d+"? |<!${key}[ /]\\d+>`, 'g');
  takeMarks(root, key, places);
  return {
    root,
    places,
    clean: (part) => (part.includes(key) ? part.replace(mark, '') : part),
    nameOf(node) {
      const { localName } = node;
      if (localName !== 'noframes' && localName !== 'noembed') return localName;
      const at = places.get(node)?.at ?? 0;
      return /^<noscript/i.test(text.slice(at, at + 9)) ? 'noscript' : localName;
    },
  };
}

/**
 * @param {string} text
 * @param {Document} document says how the text is read: its type, and whether in quirks mode
 * @param {typeof DOMParser} Parser
 * @returns {MarkedTree | null} null when it cannot be parsed
 */
export function parseMarked(text, document, Parser) {
  const key = makeKey(text);
  const { contentType, compatMode } = document;
  const parser = new Parser();
  if (contentType !== 'text/html') {
    const parsed = parser.parseFromString(
      addXmlMarks(text, key),
      /** @type {DOMParserSupportedType} */ (contentType),
    );
    if (parsed.querySelector('parsererror')) return null;
    // The root has a mark, too.
    const around = parsed.createElement('div');
    around.append(parsed.documentElement);
    const tree = finish(text, key, around);
    return { ...tree, root: /** @type {Element} */ (around.firstElementChild) };
  }
  // See inert_page.js for why it is the content of an element that is in no document.
  const empty = compatMode === 'BackCompat' ? '' : '<!doctype html>';
  const root = parser.parseFromString(empty, 'text/html').createElement('html');
  root.innerHTML = addMarks(text, key);
  const tree = finish(text, key, root);
  const place = placeOfRoot(text);
  if (place) tree.places.set(root, place);
  return tree;
}
