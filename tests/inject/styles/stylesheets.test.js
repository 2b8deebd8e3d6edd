import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createStylesheets } from '../../../inject/styles/stylesheets.js';
import { FakeDocument, FakeElement, FakeSheet, settle } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';

class FakeConstructed extends FakeSheet {
  constructor() {
    super(ORIGIN, []);
  }

  replaceSync(text) {
    for (const rule of text.split('\n')) {
      if (rule && !rule.startsWith('@import')) this.insertRule(rule, this.cssRules.length);
    }
  }
}

/** @param {string | undefined} text */
const answer = (text, type = 'text/css; charset=utf-8') => ({
  ok: text !== undefined,
  headers: new Map([['content-type', type]]),
  arrayBuffer: async () => new TextEncoder().encode(text).buffer,
});

/**
 * A page with these links (or, where undefined, style elements), all loaded; files are the texts on the
 * server, cached those that the browser has.
 */
function makePage(files, ...hrefs) {
  const document = new FakeDocument();
  const page = { document, files, cached: { ...files }, surrenders: 0, prepared: [], asked: [] };
  Object.assign(page, { isDown: false, isScripted: false, waiting: [] });
  page.wait = () => page.waiting.splice(0).forEach((callback) => callback());
  Object.assign(document, {
    createElementNS: () => ({ remove: () => {} }),
    documentElement: {
      append(link) {
        page.asked.push(`${link.rel} ${link.href}`);
        link.onload({ target: link });
      },
    },
  });
  const window = Object.assign(new EventTarget(), {
    document,
    CSSStyleSheet: FakeConstructed,
    MutationObserver: class {
      constructor(callback) {
        page.mutate = (...records) => callback(records);
      }
      observe() {}
    },
    console: { error: (text) => page.asked.push(text) },
    async fetch(url, options) {
      const { pathname, search } = new URL(url);
      if (options.cache === 'only-if-cached') return answer(page.cached[pathname]);
      page.asked.push(pathname + search);
      if (page.isDown || options.integrity) throw new TypeError('Failed to fetch');
      return answer(page.files[pathname], page.type);
    },
  });
  Object.assign(page, { window });
  const fetch = (url) => page.sheet(url);
  const rulesOf = (path) => (files[path] ?? '').split('\n');
  page.sheet = (url) => new FakeSheet(url, rulesOf(new URL(url).pathname), fetch);
  document.elements = hrefs.map(
    (href) => new FakeElement(document, href, page.sheet(new URL(href ?? '/style', ORIGIN).href)),
  );
  for (const [i, href] of hrefs.entries()) if (!href) document.elements[i].sheet.href = null;
  let stamps = 0;
  page.sheets = createStylesheets({
    window: /** @type {any} */ (window),
    document: /** @type {any} */ (document),
    origin: ORIGIN,
    stamp: () => String(++stamps),
    isScripted: () => page.isScripted,
    later: (callback) => page.waiting.push(callback),
    giveUp: () => page.surrenders++,
    prepare: (sheet) => page.prepared.push(sheet),
  });
  page.write = async (path, text, kind = 'modified') => {
    files[path] = text;
    page.sheets.update(new Map([[path, kind]]));
    for (let i = 0; i < 20; i++) await settle();
  };
  return page;
}

/** From now on the page is one that Firefox is reloading; counts how often its memory is asked. */
function reloadInFirefox(/** @type {any} */ page) {
  const { window, document, cached } = page;
  page.recalled = 0;
  page.cached = new Proxy(cached, { get: (texts, path) => (page.recalled++, texts[path]) });
  const performance = { getEntriesByType: () => [{ type: 'reload' }] };
  Object.assign(window, { mozInnerScreenX: 0, performance });
  Object.assign(document, { readyState: 'interactive' });
}

test('a changed text is put into the sheet that is shown', async () => {
  const page = makePage({ '/a.css': 'p {}\nb {}', '/b.css': 'i {}' }, 'a.css?v=1', 'b.css');
  const [{ sheet }, other] = page.document.elements;
  const [first] = sheet.cssRules;
  await page.write('/a.css', 'p {}\nu {}\nb {}');
  assert.deepEqual(sheet.texts, ['p {}', 'u {}', 'b {}']);
  assert.equal(sheet.cssRules[0], first, 'what is the same stays');
  assert.deepEqual(page.asked, ['/a.css?v=1&liveserve=1']);
  assert.deepEqual([page.prepared, page.surrenders], [[sheet], 0]);
  assert.equal(page.document.elements[0].getAttribute('href'), 'a.css?v=1');
  assert.deepEqual(other.sheet.texts, ['i {}']);
  await page.write('/a.css', 'b {}');
  assert.deepEqual(sheet.texts, ['b {}']);
});

test('what the browser has in its memory may be another text than the sheet was loaded with', async () => {
  for (const isScripted of [false, true]) {
    const page = makePage({ '/a.css': 'p {}' }, 'a.css');
    const [{ sheet }] = page.document.elements;
    Object.assign(page, { isScripted, cached: { '/a.css': 'i {}' } });
    await page.write('/a.css', 'i {}');
    assert.deepEqual(sheet.texts, ['p {}'], 'it seems to be right');
    page.wait();
    assert.equal(page.surrenders, Number(isScripted));
    if (!isScripted) assert.deepEqual(sheet.texts, ['i {}']);
  }
});

test('a rule is found though the browser has left out others', async () => {
  const page = makePage({ '/a.css': 'a {}\np {}\nb {}' }, 'a.css');
  const [{ sheet }] = page.document.elements;
  page.cached['/a.css'] = '::-x-y {}\na {}\n::-x-z {}\np {}\nb {}';
  await page.write('/a.css', '::-x-y {}\na {}\n::-x-z {}\nu {}\nb {}');
  assert.equal(page.surrenders, 0);
  const shown = sheet.texts.filter((text) => !text.startsWith('::'));
  assert.deepEqual(shown, ['a {}', 'u {}', 'b {}']);
});

test('a sheet that a script has changed needs a reload', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  page.isScripted = true;
  const [{ sheet }] = page.document.elements;
  sheet.insertRule('b {}', 0);
  await page.write('/a.css', 'i {}');
  page.wait();
  assert.equal(page.surrenders, 1);
  assert.ok(sheet.texts.includes('b {}'));
});

test('one whose text the browser no longer has is changed where there are no scripts', async () => {
  for (const isScripted of [false, true]) {
    const page = makePage({ '/a.css': 'p {}' }, 'a.css');
    Object.assign(page, { isScripted, cached: {} });
    await page.write('/a.css', 'i {}');
    const [{ sheet }] = page.document.elements;
    assert.equal(page.surrenders, Number(isScripted));
    assert.deepEqual(sheet.texts, ['i {}']);
  }
});

test('the memory of Firefox is not asked for a sheet before a page that is reloaded has loaded', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  reloadInFirefox(page);
  page.isScripted = true;
  await page.write('/a.css', 'i {}');
  page.wait();
  await settle();
  const [{ sheet }] = page.document.elements;
  assert.deepEqual([sheet.texts, page.recalled], [['p {}'], 0]);
  Object.assign(page.document, { readyState: 'complete' });
  page.wait();
  for (let i = 0; i < 20; i++) await settle();
  assert.deepEqual([sheet.texts, page.recalled, page.surrenders], [['i {}'], 1, 0]);
});

test('a page without scripts shows the new text while it is being reloaded in Firefox', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  reloadInFirefox(page);
  await page.write('/a.css', 'i {}');
  assert.deepEqual(page.document.elements[0].sheet.texts, ['i {}']);
  assert.deepEqual([page.recalled, page.surrenders], [0, 0]);
});

test('of a page in Firefox that never ends to load only a reload can help', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  reloadInFirefox(page);
  page.isScripted = true;
  await page.write('/a.css', 'i {}');
  for (let i = 0; i < 1000 && !page.surrenders; i++) {
    page.wait();
    await settle();
  }
  assert.equal(page.surrenders, 1);
});

test('an import comes when it has been loaded, with all that it imports', async () => {
  const files = {
    '/a.css': 'p {}',
    '/b.css': '@import "c.css";\nb {}',
    '/c.css': '@import "b.css";',
  };
  const page = makePage(files, 'a.css');
  const [{ sheet }] = page.document.elements;
  await page.write('/a.css', '@import url("b.css");\nu {}');
  assert.deepEqual(sheet.texts, ['@import url("b.css");', 'u {}']);
  const loads = page.asked.filter((one) => one.startsWith('preload'));
  assert.deepEqual(
    loads,
    ['b', 'c'].map((name) => `preload ${ORIGIN}/${name}.css`),
  );
  await page.write('/a.css', '@import url("b.css");\ni {}');
  assert.equal(page.asked.filter((one) => one.startsWith('preload')).length, 2);
  await page.write('/a.css', 'u {}');
  assert.deepEqual(sheet.texts, ['u {}']);
  assert.equal(page.surrenders, 0);
  await page.write('/a.css', '@import url("http://other.org/b.css");\nu {}');
  assert.equal(page.surrenders, 1);
});

test('an imported sheet is changed in every sheet that imports it', async () => {
  const files = {
    '/a.css': '@import url("b.css");',
    '/b.css': 'b {}',
    '/style': '@import url("b.css");',
  };
  const page = makePage(files, 'a.css', undefined);
  assert.deepEqual([...page.sheets.urls()], ['/a.css', '/b.css']);
  await page.write('/b.css', 'u {}');
  for (const { sheet } of page.document.elements) {
    assert.deepEqual(sheet.cssRules[0].styleSheet.texts, ['u {}']);
  }
  assert.equal(page.asked.length, 1);
});

test('what comes later, or comes back, gets the newest text', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  const old = page.sheet(`${ORIGIN}/a.css`);
  await page.write('/a.css', 'u {}');
  const late = new FakeElement(page.document, 'a.css', old);
  page.document.elements.push(late);
  page.mutate({ target: { nodeName: 'DIV' }, addedNodes: [{ nodeName: '#text' }] });
  assert.deepEqual(old.texts, ['p {}']);
  page.mutate({ target: { nodeName: 'HEAD' }, addedNodes: [{ nodeName: 'LINK' }] });
  assert.deepEqual(old.texts, ['u {}']);
});

test('a sheet that comes while its new text is on the way gets that text', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  page.isScripted = true;
  const [link] = page.document.elements;
  const { sheet } = link;
  link.sheet = null;
  const changed = page.write('/a.css', 'p {}\nu {}');
  link.sheet = sheet;
  await changed;
  assert.deepEqual([sheet.texts, page.surrenders], [['p {}', 'u {}'], 0]);
});

test('what cannot be had stays and is tried again; a deleted sheet applies no longer', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  const [{ sheet }] = page.document.elements;
  page.isDown = true;
  await page.write('/a.css', 'u {}');
  assert.deepEqual(sheet.texts, ['p {}']);
  page.isDown = false;
  page.sheets.retry();
  for (let i = 0; i < 20; i++) await settle();
  assert.deepEqual(sheet.texts, ['u {}']);
  await page.write('/a.css', undefined, 'modified');
  assert.deepEqual(sheet.texts, ['u {}'], 'a build has removed it for a moment');
  await page.write('/a.css', undefined, 'deleted');
  assert.deepEqual(sheet.texts, []);
  await page.write('/a.css', 'b {}', 'created');
  assert.deepEqual(sheet.texts, ['b {}']);
  assert.equal(page.surrenders, 0);
});

test('a request that was stopped is made again, once', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  const [{ sheet }] = page.document.elements;
  const later = async () => {
    page.wait();
    for (let i = 0; i < 20; i++) await settle();
  };
  for (const isAway of [false, true]) {
    page.isDown = true;
    await page.write('/a.css', `u { opacity: ${Number(isAway)} }`);
    page.isDown = isAway;
    page.asked.length = 0;
    await later();
    await later();
    assert.equal(page.asked.length, 1);
    assert.deepEqual(sheet.texts, ['u { opacity: 0 }']);
  }
});

test('what the browser would not use is not used', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  const [link] = page.document.elements;
  link.integrity = 'sha256-x';
  await page.write('/a.css', 'u {}');
  assert.deepEqual(link.sheet.texts, []);
  assert.match(page.asked.at(-1), /^liveserve: \/a\.css does not match its integrity/);

  link.integrity = '';
  page.type = 'text/html';
  await page.write('/a.css', 'u {}');
  assert.equal(page.surrenders, 1);
});

test('a sheet that comes or goes means a reload where a load would call an event handler', async () => {
  for (const name of ['onload', 'onerror']) {
    const page = makePage({ '/a.css': 'p {}' }, 'a.css');
    page.document.elements[0].setAttribute(name, '');
    await page.write('/a.css', 'u {}', 'modified');
    assert.equal(page.surrenders, 0);
    await page.write('/a.css', undefined, 'deleted');
    await page.write('/a.css', 'u {}', 'created');
    assert.equal(page.surrenders, 2);
  }
});

test('a link without a sheet is put in again, unless it is disabled', async () => {
  for (const disabled of [false, true]) {
    const page = makePage({}, 'a.css');
    const [link] = page.document.elements;
    let moves = 0;
    Object.assign(link, { sheet: null, disabled, parentNode: { insertBefore: () => moves++ } });
    await page.write('/a.css', 'p {}', 'created');
    assert.equal(moves, disabled ? 0 : 1);
  }
});

test('sheets of other servers are no affair of ours', async () => {
  const page = makePage({}, 'https://elsewhere.test/a.css');
  await page.write('/a.css', 'p {}');
  assert.deepEqual(page.asked, []);
});

test('what a processing instruction shows, too, needs a reload', async () => {
  const page = makePage({ '/a.css': 'p {}' }, 'a.css');
  const [link] = page.document.elements;
  page.document.styleSheets = [
    link.sheet,
    { href: link.href, ownerNode: { nodeType: 7 }, cssRules: [] },
  ];
  link.sheet.ownerNode = { nodeType: 1 };
  await page.write('/a.css', 'u {}');
  assert.equal(page.surrenders, 1);
  assert.deepEqual(link.sheet.texts, ['p {}']);
});
