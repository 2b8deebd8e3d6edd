import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createStylesheets } from '../../../inject/styles/stylesheets.js';
import { FakeClock, FakeDocument, FakeElement, FakeSheet, settle } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';

/** A page with these links (or, where undefined, style elements), all loaded; stamps are 1, 2, 3 ... */
function makePage(...hrefs) {
  const document = new FakeDocument();
  const clock = new FakeClock();
  const page = { document, clock, surrenders: 0, prepared: [], replaced: [] };
  let stamps = 0;
  page.sheet = (href, ...rules) => new FakeSheet(new URL(href, ORIGIN).href, rules, page.fetch);
  page.fetch = () => null;
  document.elements = hrefs.map(
    (href) => new FakeElement(document, href, page.sheet(href ?? '/', 'a {}')),
  );
  page.stylesheets = createStylesheets({
    document: /** @type {any} */ (document),
    origin: ORIGIN,
    stamp: () => String(++stamps),
    later: clock.later,
    giveUp: () => page.surrenders++,
    prepare: (sheet) => page.prepared.push(sheet),
    replaced: (element, by) => page.replaced.push([element, by]),
  });
  page.update = (address, kind = 'modified') => page.stylesheets.update(new Map([[address, kind]]));
  page.hrefs = () => document.elements.map((element) => element.getAttribute('href'));
  return page;
}

test('a link stays until its clone, right behind it, has loaded', async () => {
  const page = makePage('first.css', 'a.css?v=1', 'last.css');
  page.update('/a.css');
  assert.deepEqual(page.hrefs(), ['first.css', 'a.css?v=1', 'a.css?v=1&liveserve=2', 'last.css']);
  const [, old, clone] = page.document.elements;
  const sheet = page.sheet('a.css', 'b {}');
  clone.load(sheet);
  await settle();
  assert.deepEqual(page.hrefs(), ['first.css', 'a.css?v=1&liveserve=2', 'last.css']);
  assert.deepEqual(page.prepared, [sheet]);
  assert.deepEqual(page.replaced, [[old, clone]]);
  assert.equal(page.surrenders, 0);
});

test('a clone is not a sheet of the page before it has taken over', async () => {
  const page = makePage('a.css');
  page.update('/a.css');
  assert.deepEqual([...page.stylesheets.urls()], ['/a.css']);
  page.update('/b.css');
  assert.equal(page.document.elements.length, 2);
});

test('of quick changes the last one wins and nothing is left of the others', async () => {
  const page = makePage('a.css');
  page.update('/a.css');
  const [, first] = page.document.elements;
  page.update('/a.css');
  page.update('/a.css');
  assert.equal(page.document.elements.length, 2);
  const [, last] = page.document.elements;
  first.load(page.sheet('a.css', 'old {}'));
  await settle();
  assert.equal(page.document.elements.length, 2, 'the first one is out');
  last.load(page.sheet('a.css', 'new {}'));
  await settle();
  assert.deepEqual(page.document.elements, [last]);
});

test('a link whose clone fails stays, and is tried again when the server is back', async () => {
  const page = makePage('a.css');
  const [link] = page.document.elements;
  page.stylesheets.retry();
  assert.equal(page.document.elements.length, 1, 'nothing to be tried');

  page.update('/a.css');
  page.document.elements[1].fail(page.sheet('a.css'));
  await settle();
  assert.deepEqual(page.document.elements, [link]);

  page.stylesheets.retry();
  const [, clone] = page.document.elements;
  clone.load(page.sheet('a.css', 'b {}'));
  await settle();
  assert.deepEqual(page.document.elements, [clone]);
  page.stylesheets.retry();
  assert.deepEqual(page.document.elements, [clone]);
});

test('a deleted sheet applies no longer, and does when it comes again', async () => {
  const page = makePage('a.css');
  page.update('/a.css', 'deleted');
  const [, empty] = page.document.elements;
  empty.fail(page.sheet('a.css'));
  await settle();
  assert.deepEqual(page.document.elements, [empty]);
  page.update('/a.css', 'created');
  page.document.elements[1].load(page.sheet('a.css', 'b {}'));
  await settle();
  assert.equal(page.document.elements.length, 1);
  assert.notEqual(page.document.elements[0], empty);
});

test('an error with rules only means that an import is missing', async () => {
  const page = makePage('a.css');
  page.update('/a.css');
  const [, clone] = page.document.elements;
  clone.fail(page.sheet('a.css', '@import url("missing.css");', 'b {}'));
  await settle();
  assert.deepEqual(page.document.elements, [clone]);
});

test('what the page did to the link meanwhile is respected', async () => {
  for (const act of [(link) => link.remove(), (link) => link.setAttribute('href', 'dark.css')]) {
    const page = makePage('light.css');
    const [link] = page.document.elements;
    page.update('/light.css');
    const [, clone] = page.document.elements;
    act(link);
    const expected = page.document.elements.filter((element) => element !== clone);
    clone.load(page.sheet('light.css', 'b {}'));
    await settle();
    assert.deepEqual(page.document.elements, expected);
  }
});

test('a sheet that is switched off stays so; a disabled link is only pointed at the new one', async () => {
  const page = makePage('a.css', 'b.css');
  const [a, b] = page.document.elements;
  a.sheet.disabled = true;
  b.disabled = true;
  page.update('/a.css');
  const [, clone] = page.document.elements;
  clone.load(page.sheet('a.css', 'b {}'));
  await settle();
  assert.equal(clone.sheet.disabled, true);
  page.update('/b.css');
  assert.deepEqual(page.document.elements, [clone, b]);
  assert.match(b.getAttribute('href'), /^b\.css\?liveserve=\d+$/);
});

test('sheets of other servers are no affair of ours', () => {
  const page = makePage('https://elsewhere.test/a.css');
  Object.defineProperty(page.document.elements[0].sheet, 'cssRules', {
    get() {
      throw new Error('SecurityError');
    },
  });
  page.update('/a.css');
  assert.equal(page.document.elements.length, 1);
});

/** A page whose first element imports css/b.css, which imports css/c.css. */
function makeImporter(href) {
  const page = makePage(href);
  const rules = {
    '/css/b.css': ['@import url("c.css") screen;', 'b {}'],
    '/css/c.css': ['c {}'],
  };
  page.fetched = [];
  page.fetch = (url) => {
    const { pathname, search } = new URL(url);
    page.fetched.push(pathname + search);
    return page.isSlow ? null : page.sheet(pathname, ...(rules[pathname] ?? []));
  };
  page.top = () => page.sheet(href ?? '/', '@layer base;', '@import url("css/b.css");', 'a {}');
  page.document.elements[0].sheet = page.top();
  page.fetched.length = 0;
  return page;
}

test('the URLs are those of all sheets, imported at any depth', () => {
  assert.deepEqual(
    [...makeImporter('a.css').stylesheets.urls()],
    ['/a.css', '/css/b.css', '/css/c.css'],
  );
  assert.deepEqual([...makeImporter(undefined).stylesheets.urls()], ['/css/b.css', '/css/c.css']);
});

test('an imported sheet is fetched under a new URL, in a clone that is not shown before', async () => {
  for (const href of ['a.css', undefined]) {
    const page = makeImporter(href);
    const [old] = page.document.elements;
    page.update('/css/c.css');
    const [, clone] = page.document.elements;
    page.isSlow = false;
    const sheet = page.top();
    page.fetched.length = 0;
    clone.load(sheet);
    await settle();
    assert.deepEqual(page.fetched, ['/css/c.css?liveserve=1']);
    assert.equal(page.document.elements.length, 1);
    assert.equal(sheet.disabled, false);
    const [, b] = sheet.cssRules;
    assert.deepEqual(b.styleSheet.texts, ['@import url("c.css?liveserve=1") screen;', 'b {}']);
    assert.notEqual(page.document.elements[0], old);
  }
});

test('what ever changed is fetched anew in every sheet that comes later', async () => {
  const page = makeImporter('a.css');
  page.update('/css/c.css');
  page.document.elements[1].load(page.top());
  await settle();
  page.update('/a.css');
  const sheet = page.top();
  page.document.elements[1].load(sheet);
  await settle();
  assert.match(
    sheet.cssRules[1].styleSheet.texts[0],
    /^@import url\("c\.css\?liveserve=1"\) screen;$/,
  );
  page.update('/css/b.css');
  const last = page.top();
  page.document.elements[1].load(last);
  await settle();
  assert.match(last.texts[1], /^@import url\("css\/b\.css\?liveserve=\d+"\);$/);
  assert.match(
    last.cssRules[1].styleSheet.texts[0],
    /^@import url\("c\.css\?liveserve=1"\) screen;$/,
  );
});

test('an import that takes long is waited for, and one that never comes is tried again later', async () => {
  const page = makeImporter('a.css');
  const [old] = page.document.elements;
  page.update('/css/b.css');
  const sheet = page.top();
  page.isSlow = true;
  const [, clone] = page.document.elements;
  clone.load(sheet);
  await page.clock.pass(1000);
  assert.deepEqual(page.document.elements, [old, clone]);
  assert.equal(sheet.disabled, true, 'not shown yet');

  await page.clock.pass(5000);
  assert.deepEqual(page.document.elements, [clone]);
  assert.deepEqual(sheet.texts, page.top().texts, 'with the import as it was');
  assert.equal(sheet.disabled, false);

  page.isSlow = false;
  page.stylesheets.retry();
  const [, again] = page.document.elements;
  again.load(page.top());
  await page.clock.pass(100);
  assert.deepEqual(page.document.elements, [again]);
  assert.equal(page.surrenders, 0);
});

test('when the browser does not take it, only a reload can help', async () => {
  const page = makeImporter('a.css');
  page.update('/css/b.css');
  const sheet = page.top();
  sheet.insertRule = () => {
    throw new Error('SyntaxError');
  };
  page.document.elements[1].load(sheet);
  await settle();
  assert.equal(page.surrenders, 1);
});
