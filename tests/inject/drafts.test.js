import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDrafts } from '../../inject/drafts.js';

const URLS = ['/page.html', '/a.css', '/i.svg', '/app.js', '/both.css'];

/** A window that answers requests for the document. @param {string[]} done */
const createWindow = (done) => ({
  location: { href: 'http://localhost/page.html' },
  performance: { getEntriesByType: () => [] },
  XMLHttpRequest: class {
    status = 200;
    onloadend() {}
    open() {}
    setRequestHeader() {}
    getResponseHeader() {
      return '9';
    }
    send() {
      done.push('get');
      setImmediate(() => this.onloadend());
    }
  },
});

/**
 * A page that uses URLS: a style sheet, an image, a script; both.css is a style sheet that a script has read.
 *
 * @param {object} [options]
 * @param {string} [options.state]
 * @param {boolean} [options.canPatch]
 */
function createPage({ state = 'epoch.41', canPatch = true } = {}) {
  /** @type {string[]} what was done */
  const done = [];
  let failed = () => {};
  const page = {
    done,
    canPatch,
    isPatched: true,
    fail: () => failed(),
    parts: {
      ownUrls: () => ['/page.html', '/page.html', '/page.html'],
      isFixed: false,
      resources: {
        urls: () => ['/i.svg', '/app.js'],
        read: () => new Set(['/both.css']),
        isCut: () => false,
      },
      sheets: { urls: () => new Set(['/a.css', '/both.css']), update() {} },
    },
    /** @type {import('../../inject/page/changes.js').TakeDrafts} */
    take: null,
    /** Takes one change. Gives whether something is left to do. */
    async tell(url, draft, { since, isReloadOnly } = /** @type {any} */ ({})) {
      const left = await page.take(
        [{ urls: [url], kind: 'modified', draft, since }],
        page.parts,
        isReloadOnly,
      );
      return left.length > 0;
    },
  };
  page.take = createDrafts(
    /** @type {any} */ ({
      window: createWindow(done),
      state,
      during: (work) => work,
      giveUp: () => done.push('give up'),
      hold: (instead) => (failed = instead),
      assets: {
        urls: () => new Set(['/i.svg']),
        update: (kinds) => done.push(`asset ${[...kinds.keys()]}`),
      },
      sheets: { update: (kinds) => done.push(`sheet ${[...kinds.keys()]}`) },
      findPatch: () =>
        page.canPatch
          ? async () => {
              done.push('patch');
              return page.isPatched;
            }
          : null,
    }),
  );
  return page;
}

test('a draft is shown in place', async () => {
  const page = createPage();
  for (const url of URLS) assert.equal(await page.tell(url, 'new'), false);
  // What is left is done behind it.
  assert.equal(await page.tell('/page.html', undefined), true);
  assert.deepEqual(page.done, ['get', 'sheet /a.css', 'asset /i.svg', 'patch']);
});

test('a save is nothing new for who shows it, and is for who has waited', async () => {
  const page = createPage();
  for (const url of URLS) await page.tell(url, 'new');
  for (const url of URLS)
    assert.equal(await page.tell(url, 'saved'), url === '/app.js' || url === '/both.css', url);
  for (const url of URLS) assert.equal(await page.tell(url, 'saved'), false, url);
});

test('a document that cannot be patched waits', async () => {
  const scripted = createPage({ canPatch: false });
  await scripted.tell('/page.html', 'new');
  assert.equal(await scripted.tell('/page.html', 'saved'), true);
  assert.deepEqual(scripted.done, []);
  const odd = createPage();
  odd.isPatched = false;
  await odd.tell('/page.html', 'new');
  assert.equal((await odd.tell('/page.html', undefined)) && odd.done.at(-1), 'patch');
});

test('a sheet that only a load could show waits', async () => {
  const page = createPage();
  await page.tell('/a.css', 'new');
  page.fail();
  assert.equal(await page.tell('/a.css', 'saved'), true);
});

test('a sheet that turns out late to need a load gets it', async () => {
  const page = createPage();
  await page.tell('/a.css', 'new');
  assert.equal(await page.tell('/a.css', 'saved'), false);
  page.fail();
  assert.equal(page.done.at(-1), 'give up');
});

test('a save waits for the document', async () => {
  const page = createPage();
  page.isPatched = false;
  page.tell('/page.html', 'new');
  assert.equal(await page.tell('/page.html', 'saved'), true);
});

test('a draft that is gone is undone by who shows it', async () => {
  for (const [state, url, isLeft] of [
    ['e.41', '/a.css', true],
    ['e.41', '/app.js', false],
    // It was loaded after the first text.
    ['e.42', '/app.js', true],
  ]) {
    const page = createPage({ state: String(state) });
    await page.tell(url, 'new');
    assert.equal(await page.tell(url, 'gone', { since: 41 }), isLeft, `${state} ${url}`);
  }
  // It has heard of nothing but the end.
  assert.equal(await createPage().tell('/a.css', 'gone', { since: 41 }), true);
  // The document has shown the first text and not the second.
  const page = createPage();
  await page.tell('/page.html', 'new');
  await page.tell('/x', undefined);
  page.canPatch = false;
  await page.tell('/page.html', 'new');
  assert.equal(await page.tell('/page.html', 'gone', { since: 41 }), true);
});

test('where nothing is exchanged in place, drafts wait', async () => {
  const page = createPage();
  for (const url of URLS) await page.tell(url, 'new', { isReloadOnly: true });
  assert.deepEqual(page.done, []);
  for (const url of URLS) assert.equal(await page.tell(url, 'saved'), true, url);
  page.parts.isFixed = true;
  await page.tell('/a.css', 'new');
  assert.equal(await page.tell('/a.css', 'saved'), true);
});

test('what was typed while the document was asked for is asked for once', async () => {
  const page = createPage();
  for (let keys = 0; keys < 5; keys++) page.tell('/page.html', 'new');
  await page.tell('/page.html', undefined);
  assert.deepEqual(page.done, ['get', 'patch', 'get', 'patch']);
});

test('what the page may have loaded without a note waits', async () => {
  const page = createPage();
  page.parts.resources.isCut = () => true;
  await page.tell('/other.js', 'new');
  assert.equal(await page.tell('/other.js', 'saved'), true);
});
