/**
 * fake_window: a window for tests that run a whole script of inject/.
 */

import { FakeClock, FakeSocket } from './fakes.js';

/**
 * @param {any} window that these classes belong to
 */
function makeClasses(window) {
  class HTMLElement {
    static [Symbol.hasInstance](one) {
      return window.isHtml && one.nodeType === 1;
    }
  }

  class PerformanceObserver {
    observe() {}
    takeRecords() {
      return window.entries.splice(0);
    }
  }

  class WebSocket extends FakeSocket {
    constructor(url, protocol) {
      super();
      Object.assign(this, { url, protocol });
      window.sockets.push(this);
    }
  }

  class XMLHttpRequest {
    status = 200;
    open(method, url) {
      window.requests.push(`${method} ${url}`);
    }
    setRequestHeader() {}
    getResponseHeader(name) {
      return name === 'content-type' ? 'text/html' : null;
    }
    send() {
      this['response'] = new ArrayBuffer(0);
      setImmediate(() => this['onloadend']());
    }
  }

  /** Whatever the text says, it is window.nextDocument. */
  class DOMParser {
    parseFromString() {
      return Object.assign(window.nextDocument.cloneNode(true), {
        // The element gets its content by innerHTML, which is that of window.nextDocument already.
        createElement: () =>
          Object.defineProperty(window.nextDocument.documentElement, 'innerHTML', { set() {} }),
      });
    }
  }

  class CSSStyleSheet {
    replaceSync() {}
  }

  return { CSSStyleSheet, DOMParser, HTMLElement, PerformanceObserver, WebSocket, XMLHttpRequest };
}

/**
 * @param {any} document see fake_dom.js
 * @param {string} [href] the URL of the page
 * @returns {any} a window; beside what browsers have it has sockets (those that were opened), requests
 *   (what was requested), reloads (how often), entries (what its PerformanceObserver is told of), and pass
 */
export function makeWindow(document, href = 'http://localhost:9000/') {
  const clock = new FakeClock();
  const { origin, pathname } = new URL(href);
  const window = /** @type {any} */ (new EventTarget());

  return Object.assign(window, {
    document,
    origin,
    isHtml: true,
    frameElement: null,
    location: { href, origin, pathname, reload: () => window.reloads++ },
    navigator: {},
    console: Object.fromEntries(
      ['error', 'warn', 'info', 'log', 'debug'].map((level) => [level, () => {}]),
    ),
    sessionStorage: {},
    performance: { getEntriesByType: () => [], now: () => clock.now },
    setTimeout: clock.later,
    requestAnimationFrame: () => {},
    getComputedStyle: () => ({}),
    fetch: async (url) => window.requests.push(`probe ${url}`),
    ...makeClasses(window),
    sockets: [],
    requests: [],
    entries: [],
    reloads: 0,
    pass: (ms) => clock.pass(ms),
  });
}

let runs = 0;

/**
 * Runs a script of inject/ in a window, as a page does.
 *
 * @param {string} name
 * @param {any} window
 */
export async function run(name, window) {
  const before = globalThis.window;
  globalThis.window = window;
  try {
    await import(new URL(`../../inject/${name}.js?${runs++}`, import.meta.url).href);
  } finally {
    globalThis.window = before;
  }
}
