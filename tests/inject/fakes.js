/**
 * fakes: the few parts of a browser that inject/ is given, made by hand; time passes when a test says so.
 */

/** Lets everything that waits for a promise go on. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

export class FakeClock {
  now = 0;
  #waiting = [];

  later = (callback, ms) => {
    this.#waiting.push({ at: this.now + ms, callback });
  };

  get isIdle() {
    return this.#waiting.length === 0;
  }

  async pass(ms) {
    const end = this.now + ms;
    for (;;) {
      await settle();
      this.#waiting.sort((a, b) => a.at - b.at);
      if (this.isIdle || this.#waiting[0].at > end) break;
      const { at, callback } = this.#waiting.shift();
      this.now = at;
      callback();
    }
    this.now = end;
  }
}

export class FakeSocket extends EventTarget {
  readyState = 0;
  sent = [];
  isClosed = false;

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
  }

  open() {
    this.readyState = 1;
    this.dispatchEvent(new Event('open'));
  }

  say(data) {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }

  /** The server, or the network, ends it. */
  lose() {
    this.readyState = 3;
    this.dispatchEvent(new Event('close'));
  }
}

/** A document that has visibilityState, and elements in order; select(element) is its querySelectorAll. */
export class FakeDocument extends EventTarget {
  visibilityState = 'visible';
  prerendering = false;
  baseURI = 'http://localhost:9000/';
  elements = [];
  styleSheets = [];

  /** @param {(element: any, selector: string) => boolean} select */
  constructor(select = () => true) {
    super();
    this.select = select;
  }

  /** @returns {any[]} */
  querySelectorAll(selector) {
    return this.elements.filter((element) => this.select(element, selector));
  }

  querySelector(selector) {
    return this.querySelectorAll(selector)[0] ?? null;
  }

  get hidden() {
    return this.visibilityState === 'hidden';
  }

  turn(visibilityState) {
    this.visibilityState = visibilityState;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** A <link>, or with no href a <style>; it lives in document.elements. */
export class FakeElement extends EventTarget {
  disabled = false;
  sheet = null;

  constructor(document, href, sheet = null) {
    super();
    this.document = document;
    /** @type {any} */
    this.attributes = href === undefined ? {} : { href };
    this.sheet = sheet;
  }

  get href() {
    const { href } = this.attributes;
    return href === undefined ? undefined : new URL(href, this.document.baseURI).href;
  }

  get isConnected() {
    return this.document.elements.includes(this);
  }

  getAttribute(name) {
    return this.attributes[name] ?? null;
  }

  /** Only selectors of attributes. @param {string} selector */
  matches(selector) {
    return Object.keys(this.attributes).some((name) => selector.includes(`[${name}]`));
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  cloneNode() {
    return new FakeElement(this.document, this.attributes.href);
  }

  after(other) {
    const { elements } = this.document;
    elements.splice(elements.indexOf(this) + 1, 0, other);
  }

  remove() {
    this.document.elements = this.document.elements.filter((element) => element !== this);
  }

  /** What the browser does when the sheet has come: gives the element the sheet and says so. */
  load(sheet) {
    this.sheet = sheet;
    this.dispatchEvent(new Event('load'));
  }

  fail(sheet) {
    this.sheet = sheet;
    this.dispatchEvent(new Event('error'));
  }
}

/** The declarations of a rule; change is called when one has changed. */
class FakeDeclarations {
  #all = new Map();

  constructor(text, change) {
    this.change = change;
    for (const [, name, value] of text.matchAll(/([\w-]+):\s*([^;]*?)\s*(?:;|$)/g)) {
      this.#all.set(name, value);
    }
  }

  *[Symbol.iterator]() {
    yield* this.#all.keys();
  }

  get cssText() {
    return [...this.#all].map(([name, value]) => `${name}: ${value}`).join('; ');
  }

  getPropertyValue(name) {
    return (this.#all.get(name) ?? '').replace(/ *!important$/, '');
  }

  getPropertyPriority(name) {
    return /!important$/.test(this.#all.get(name)) ? 'important' : '';
  }

  setProperty(name, value, priority) {
    this.#all.set(name, value + (priority && ` !${priority}`));
    this.change();
  }
}

/** A style sheet; what it imports comes when fetch(url) gives a sheet. */
export class FakeSheet {
  disabled = false;
  cssRules = [];

  /**
   * @param {string} href
   * @param {string[]} rules
   * @param {(url: string) => any} fetch
   */
  constructor(href, rules, fetch = () => null) {
    this.href = href;
    this.fetch = fetch;
    rules.forEach((text, index) => this.insertRule(text, index));
  }

  insertRule(text, index) {
    const url = /^@import url\("(.*)"\)/.exec(text)?.[1];
    /** @type {any} */
    const rule = { cssText: text, parentStyleSheet: this };
    if (url !== undefined) {
      rule.href = url;
      rule.styleSheet = this.fetch(new URL(url, this.href).href);
    } else if (/^@font-face/.test(text)) {
      rule.type = 5;
    } else {
      const [, selector, body] = /^([^{]*)\{(.*)\}/s.exec(text) ?? [];
      const change = () => (rule.cssText = `${selector}{ ${rule.style.cssText} }`);
      rule.style = new FakeDeclarations(body ?? '', change);
    }
    this.cssRules.splice(index, 0, rule);
    return index;
  }

  deleteRule(index) {
    if (!(index in this.cssRules)) throw new RangeError(`no rule ${index}`);
    this.cssRules.splice(index, 1);
  }

  get texts() {
    return this.cssRules.map((rule) => rule.cssText);
  }
}
