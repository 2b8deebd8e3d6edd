/**
 * fake_dom: a small document tree for tests that change one: elements, texts, shadow roots, and the
 * selectors that inject/ uses.
 */

/** Splits a selector at a character that is not inside of brackets or quotes. */
function split(text, at) {
  const parts = [''];
  let depth = 0;
  let quote = '';
  for (const letter of text) {
    if (quote) quote = letter === quote ? '' : quote;
    else if (letter === '"') quote = letter;
    else if ('[('.includes(letter)) depth++;
    else if ('])'.includes(letter)) depth--;
    if (letter === at && depth === 0 && !quote) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim());
}

const SIMPLE =
  /^(\*|[\w-]+)|#([\w-]+)|\[([^\]]*)\]|:not\(((?:[^()]|\([^()]*\))*)\)|:nth-child\((\d+)\)|:root/gy;

function matchesAttribute(element, text) {
  const [, anySpace, name, operator, quoted = '', flag] =
    /^(\*\|)?([\w-]+)(?:([~^*]?=)([^\]]*?)( i)?)?$/.exec(text);
  const inSpace = anySpace ? element.getAttribute(`xlink:${name}`) : null;
  const value = element.getAttribute(name) ?? inSpace;
  if (value === null || !operator) return value !== null;
  const fold = (one) => (flag ? one.toLowerCase() : one);
  const wanted = fold(quoted.replace(/^"|"$/g, ''));
  if (operator === '^=') return fold(value).startsWith(wanted);
  if (operator === '*=') return fold(value).includes(wanted);
  if (operator === '~=') return fold(value).split(/\s+/).includes(wanted);
  return fold(value) === wanted;
}

function matchesCompound(element, compound) {
  SIMPLE.lastIndex = 0;
  let end = 0;
  for (let match; end < compound.length && (match = SIMPLE.exec(compound));) {
    end = SIMPLE.lastIndex;
    const [whole, name, id, attribute, not, nth] = match;
    if (name && name !== '*' && name.toLowerCase() !== element.localName) return false;
    if (id && element.id !== id) return false;
    if (attribute !== undefined && !matchesAttribute(element, attribute)) return false;
    if (not !== undefined && element.matches(not)) return false;
    if (nth && element.parentElement?.children.indexOf(element) !== Number(nth) - 1) return false;
    if (whole === ':root' && element !== element.ownerDocument.documentElement) return false;
  }
  if (end < compound.length) throw new SyntaxError(`the fake does not know ${compound}`);
  return true;
}

/** A selector of compounds with '>' or a space between them. */
function matchesComplex(element, selector) {
  const steps = split(selector.replace(/\s*>\s*/g, ' > '), ' ').filter(Boolean);
  let one = element;
  if (!matchesCompound(one, steps.pop())) return false;
  while (steps.length > 0) {
    const isChild = steps.at(-1) === '>';
    if (isChild) steps.pop();
    const step = steps.pop();
    one = one.parentElement;
    while (one && !isChild && !matchesCompound(one, step)) one = one.parentElement;
    if (!one || !matchesCompound(one, step)) return false;
  }
  return true;
}

class FakeNode extends EventTarget {
  /** @type {any[]} */
  childNodes = [];
  /** @type {any} */
  parentNode = null;
  /** @type {number} */
  nodeType;
  /** @type {string} what a text says */
  data;
  /** @type {any} where a shadow root is */
  host;

  get children() {
    return this.childNodes.filter((child) => child.nodeType === 1);
  }

  get parentElement() {
    return this.parentNode?.nodeType === 1 ? this.parentNode : null;
  }

  get isConnected() {
    return this.nodeType === 9 || !!(this.parentNode ?? this.host)?.isConnected;
  }

  /** Puts nodes in at a place; texts may be strings. */
  insertAt(place, nodes) {
    for (const node of nodes) if (node instanceof FakeNode) node.remove();
    const made = nodes.map((node) => (node instanceof FakeNode ? node : new FakeText(node)));
    for (const node of made) node.parentNode = this;
    this.childNodes.splice(place, 0, ...made);
  }

  append(...nodes) {
    this.insertAt(this.childNodes.length, nodes);
  }

  prepend(...nodes) {
    this.insertAt(0, nodes);
  }

  after(node) {
    node.remove();
    this.parentNode.insertAt(this.parentNode.childNodes.indexOf(this) + 1, [node]);
  }

  replaceWith(node) {
    this.after(node);
    this.remove();
  }

  /** @returns {any} */
  getRootNode() {
    return this.parentNode ? this.parentNode.getRootNode() : this;
  }

  remove() {
    const siblings = this.parentNode?.childNodes;
    if (siblings) siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
  }

  get firstChild() {
    return this.childNodes[0] ?? null;
  }

  get nextSibling() {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  /** @returns {any} a copy without what is in it */
  cloneAlone() {
    throw new Error('not made to be cloned');
  }

  /** @returns {string} */
  get outerHTML() {
    return undefined;
  }

  *elements() {
    for (const child of this.children) {
      yield child;
      yield* child.elements();
    }
  }

  querySelectorAll(selector) {
    return [...this.elements()].filter((element) => element.matches(selector));
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  cloneNode(isDeep) {
    const clone = this.cloneAlone();
    if (isDeep) clone.append(...this.childNodes.map((child) => child.cloneNode(true)));
    return clone;
  }

  isEqualNode(other) {
    return this.outerHTML === other.outerHTML && this.data === other.data;
  }
}

class FakeText extends FakeNode {
  nodeName = '#text';

  constructor(data) {
    super();
    this.nodeType = 3;
    this.data = data;
  }

  cloneAlone() {
    return new FakeText(this.data);
  }
}

class FakeTreeElement extends FakeNode {
  shadowRoot = null;
  onclick = null;

  constructor(localName, attributes = {}) {
    super();
    this.nodeType = 1;
    this.localName = localName;
    this.nodeName = localName.toUpperCase();
    this.map = new Map(Object.entries(attributes));
  }

  get id() {
    return this.map.get('id') ?? '';
  }

  get attributes() {
    return [...this.map].map(([name, value]) => {
      const attribute = { name, value };
      const hidden = { ownerElement: this, cloneNode: () => attribute };
      for (const [key, one] of Object.entries(hidden)) {
        Object.defineProperty(attribute, key, { value: one });
      }
      return attribute;
    });
  }

  setAttributeNode({ name, value }) {
    this.map.set(name, value);
  }

  get dataset() {
    const camel = (name) => name.slice(5).replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
    const data = [...this.map].filter(([name]) => name.startsWith('data-'));
    return Object.fromEntries(data.map(([name, value]) => [camel(name), value]));
  }

  getAttribute(name) {
    return this.map.get(name) ?? null;
  }

  hasAttribute(name) {
    return this.map.has(name);
  }

  setAttribute(name, value) {
    this.map.set(name, String(value));
  }

  removeAttribute(name) {
    this.map.delete(name);
  }

  get ownerDocument() {
    let one = this.parentNode;
    while (one && one.nodeType !== 9) one = one.parentNode ?? one.host;
    return one ?? NOT_SHOWN;
  }

  get baseURI() {
    return this.ownerDocument.baseURI;
  }

  get outerHTML() {
    const attributes = this.attributes.map(({ name, value }) => ` ${name}="${value}"`);
    const inside = this.childNodes.map((child) => child.outerHTML ?? child.data);
    return `<${this.localName}${attributes.join('')}>${inside.join('')}</${this.localName}>`;
  }

  get innerHTML() {
    return this.childNodes.map((child) => child.outerHTML ?? child.data).join('');
  }

  get textContent() {
    return this.childNodes.map((child) => child.textContent ?? child.data).join('');
  }

  set textContent(text) {
    for (const child of [...this.childNodes]) child.remove();
    this.append(text);
  }

  matches(selector) {
    return split(selector, ',').some((one) => matchesComplex(this, one));
  }

  closest(selector) {
    let one = /** @type {any} */ (this);
    while (one && !one.matches(selector)) one = one.parentElement;
    return one;
  }

  attachShadow({ mode }) {
    const root = Object.assign(new FakeNode(), { nodeType: 11, host: this, mode });
    Object.assign(root, { styleSheets: [], adoptedStyleSheets: [] });
    if (mode === 'open') this.shadowRoot = root;
    else this.closedRoot = root;
    return root;
  }

  cloneAlone() {
    return new FakeTreeElement(this.localName, Object.fromEntries(this.map));
  }
}

class FakeTree extends FakeNode {
  nodeName = '#document';
  baseURI = 'http://localhost:9000/';
  contentType = 'text/html';
  characterSet = 'UTF-8';
  compatMode = 'CSS1Compat';
  doctype = null;
  readyState = 'complete';
  visibilityState = 'visible';
  currentScript = null;
  styleSheets = [];
  adoptedStyleSheets = [];

  constructor() {
    super();
    this.nodeType = 9;
  }

  get documentElement() {
    return this.children[0];
  }

  get head() {
    return this.documentElement.children.find((one) => one.localName === 'head');
  }

  get body() {
    return this.documentElement.children.find((one) => one.localName === 'body');
  }

  getElementsByTagName(name) {
    return this.querySelectorAll(name);
  }

  createElement(name) {
    return new FakeTreeElement(name);
  }

  importNode(node, isDeep) {
    return node.cloneNode(isDeep);
  }

  implementation = { createHTMLDocument: () => new FakeTree() };
  location = { hash: '' };

  /** Knows one XPath: all attributes below root. */
  evaluate(_, root) {
    const attributes = [...root.elements()].flatMap((element) => element.attributes);
    return { iterateNext: () => attributes.shift() };
  }

  cloneAlone() {
    return new FakeTree();
  }
}

/** What an element belongs to that is in no document. */
const NOT_SHOWN = new FakeTree();

/**
 * @param {string} name
 * @param {Object<string, string>} [attributes]
 * @param {any[]} children elements, or strings for texts
 * @returns {any} an element
 */
export function element(name, attributes, ...children) {
  const made = new FakeTreeElement(name, attributes);
  made.append(...children);
  return made;
}

/**
 * @param {{head?: any[], body?: any[], root?: Object<string, string>}} [parts]
 * @returns {any} a document
 */
export function page({ head = [], body = [], root = {} } = {}) {
  const document = new FakeTree();
  document.append(
    element('html', root, element('head', {}, ...head), element('body', {}, ...body)),
  );
  return document;
}
