import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createAssets } from '../../../inject/page/assets.js';
import { element, page } from '../fake_dom.js';
import { FakeSheet, settle } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';

function open(...body) {
  let stamps = 0;
  const shown = {
    document: page({ body }),
    loaded: [],
    isBroken: false,
    isSlow: false,
    late: () => {},
    isScripted: false,
    surrenders: 0,
    entries: [],
    now: 0,
  };
  const load = (kind) => async (url) => {
    shown.loaded.push(`${kind} ${url.slice(ORIGIN.length)}`);
    if (shown.isBroken) throw new Error('404');
    if (shown.isSlow) await new Promise(() => {});
  };
  shown.assets = createAssets({
    document: shown.document,
    origin: ORIGIN,
    window: /** @type {any} */ ({
      document: shown.document,
      getComputedStyle: () => ({}),
      MutationObserver: class {
        observe() {}
      },
      performance: { getEntriesByType: () => shown.entries, now: () => shown.now },
    }),
    isScripted: () => shown.isScripted,
    giveUp: () => shown.surrenders++,
    changed: new Set(),
    stamp: () => String(++stamps),
    loadImage: load('image'),
    loadFont: load('font'),
    later: (act) => (shown.late = act),
  });
  shown.update = (...urls) => shown.assets.update(new Map(urls.map((url) => [url, 'modified'])));
  return shown;
}

const image = (src) => element('img', { src });

test('the URLs are the canonical ones of this server', () => {
  const { assets } = open(
    image('a.png?x#y'),
    image('https://elsewhere.test/b.png'),
    element('p', { style: 'mask: url(#inside); background: url(c.png)' }),
    Object.assign(element('img', { srcset: '/%64.png 1x, e.png 2x' }), { currentSrc: 'd.png' }),
  );
  const urls = [...assets.urls()].filter(Boolean).sort();
  // Of a set only what is shown: Chromium would take another one as soon as that comes.
  assert.deepEqual(urls, ['/a.png', '/c.png', '/d.png']);
});

test('a file that does not come in time holds up nothing', async () => {
  const [slow, other] = [image('a.png'), image('b.png')];
  const shown = open(slow, other);
  shown.isSlow = true;
  const updated = shown.update('/a.png', '/b.png');
  assert.equal(other.getAttribute('src'), 'b.png');
  shown.late();
  await updated;
  assert.equal(slow.getAttribute('src'), 'a.png?liveserve=1');
  assert.equal(other.getAttribute('src'), 'b.png?liveserve=2');
});

test('a changed file is loaded under a new URL, then shown', async () => {
  const [changed, other] = [image('a.png?v=1'), image('b.png')];
  const { update, loaded } = open(changed, other);
  const updated = update('/a.png');
  assert.equal(changed.getAttribute('src'), 'a.png?v=1', 'not before it is loaded');
  await updated;
  assert.equal(changed.getAttribute('src'), 'a.png?v=1&liveserve=1');
  assert.equal(other.getAttribute('src'), 'b.png');
  assert.deepEqual(loaded, ['image /a.png?v=1&liveserve=1']);
  await update('/a.png');
  assert.equal(changed.getAttribute('src'), 'a.png?v=1&liveserve=2');
});

test('a file that cannot be loaded gets its new URL all the same', async () => {
  const shown = open(image('a.png'));
  shown.isBroken = true;
  await shown.update('/a.png');
  assert.equal(shown.document.body.children[0].getAttribute('src'), 'a.png?liveserve=1');
});

test('what comes into the page later gets the new URL', async () => {
  const { document, assets, update } = open(image('a.png'));
  assets.renew();
  await update('/a.png');
  const late = image('a.png');
  document.body.append(late);
  assets.renew();
  assert.equal(late.getAttribute('src'), 'a.png?liveserve=1');
});

test('a sheet that comes into the page later names the new files', async () => {
  const { assets, update } = open(image('a.png'));
  const sheet = new FakeSheet(`${ORIGIN}/css/x.css`, ['p { background: url("../a.png") }', 'b {}']);
  assets.renewSheet(/** @type {any} */ (sheet));
  assert.equal(sheet.texts[0], 'p { background: url("../a.png") }', 'nothing has changed so far');
  await update('/a.png');
  assets.renewSheet(/** @type {any} */ (sheet));
  assert.deepEqual(sheet.texts, ['p { background: url("../a.png?liveserve=1") }', 'b {}']);
});

test('a font is loaded as a font', async () => {
  const shown = open();
  const font = { cssText: '@font-face { src: url("f.woff2") }', type: 5 };
  const sheet = { href: null, cssRules: [font], insertRule() {}, deleteRule() {} };
  shown.document.styleSheets.push(sheet);
  await shown.update('/f.woff2');
  assert.deepEqual(shown.loaded, ['font /f.woff2?liveserve=1']);
});

test('in a page with scripts and a canvas no file can be exchanged', () => {
  const shown = open(image('a.png'), element('canvas'));
  assert.deepEqual([...shown.assets.urls()], ['/a.png']);
  shown.isScripted = true;
  assert.deepEqual([...shown.assets.urls()], []);
});

test('in a page with scripts, a picture that gets another size needs a reload', async () => {
  for (const isScripted of [false, true]) {
    const known = Object.assign(image('a.png'), { complete: true, naturalWidth: 10 });
    const slow = Object.assign(image('a.png'), { naturalWidth: 10 });
    // Until it has loaded the new one.
    Object.defineProperty(slow, 'complete', { get: () => slow.getAttribute('src') === 'a.png' });
    const shown = Object.assign(open(known, slow), { isScripted });
    await shown.update('/a.png');
    assert.equal(shown.surrenders, 0);
    slow.naturalWidth = 20;
    slow.dispatchEvent(new Event('load'));
    slow.dispatchEvent(new Event('load'));
    assert.equal(shown.surrenders, Number(isScripted));
  }
});

test('a picture whose request was stopped is asked for again, once', async () => {
  const stopped = Object.assign(image('a.png'), {
    complete: true,
    naturalWidth: 0,
    currentSrc: '',
  });
  const shown = open(stopped);
  await shown.update('/a.png');
  stopped.currentSrc = `${ORIGIN}/a.png?liveserve=1`;
  for (const src of ['a.png?liveserve=2', 'a.png?liveserve=2']) {
    await shown.late();
    await settle();
    assert.equal(stopped.getAttribute('src'), src);
  }
});

test('a picture of a rule whose request was ended is asked for again, once', async () => {
  const name = `${ORIGIN}/a.png?liveserve=1`;
  /** @type {[object, string][]} */
  const cases = [
    [{ name }, '2'],
    [{ name, responseStatus: 404, responseStart: 5 }, '1'],
    [{ name: `${ORIGIN}/a.png` }, '1'],
    [{ name, initiatorType: 'fetch' }, '1'],
    [{ name, startTime: 1 }, '1'],
  ];
  for (const [entry, stamp] of cases) {
    const shown = open(element('p', { style: 'background: url(a.png)' }));
    shown.now = 4;
    await shown.update('/a.png');
    shown.entries = [{ initiatorType: 'css', startTime: 4, ...entry }];
    const [p] = shown.document.querySelectorAll('p');
    for (let i = 0; i < 2; i++) {
      await shown.late();
      await settle();
      assert.equal(p.getAttribute('style'), `background: url(a.png?liveserve=${stamp})`);
    }
  }
});

test('what may have been stopped with the connection is exchanged again', async () => {
  const [one, other] = [image('a.png'), image('b.png')];
  const shown = open(one, other);
  const src = () => [one, other].map((each) => each.getAttribute('src')).join();
  await shown.assets.retry(0);
  assert.equal(src(), 'a.png,b.png', 'nothing was exchanged');
  shown.now = 5000;
  await shown.update('/a.png');
  await shown.assets.retry(6000);
  assert.equal(src(), 'a.png?liveserve=1,b.png', 'it was shown long before');
  await shown.assets.retry(5500);
  assert.equal(src(), 'a.png?liveserve=2,b.png');
  shown.isSlow = true;
  shown.update('/b.png');
  shown.isSlow = false;
  await shown.assets.retry(9000);
  assert.equal(src(), 'a.png?liveserve=4,b.png?liveserve=5', 'an exchange is under way');
});

test('a page in which a set shows another picture after an exchange loads again', async () => {
  const set = element('img', { srcset: 'a.png 1w, b.png 9w' });
  const shown = open(Object.assign(set, { currentSrc: `${ORIGIN}/a.png` }));
  await shown.update('/a.png');
  set.currentSrc = `${ORIGIN}/a.png?liveserve=1`;
  shown.late();
  assert.equal(shown.surrenders, 0);
  set.currentSrc = `${ORIGIN}/b.png`;
  shown.late();
  assert.equal(shown.surrenders, 1);
});

test('a picture that an object shows, too, needs a reload, unless the object shows a document', () => {
  const object = element('object', { data: 'a.png' });
  const { assets } = open(image('a.png'), object);
  object.data = `${ORIGIN}/a.png`;
  assert.deepEqual([...assets.urls()], []);
  object.contentDocument = {};
  assert.deepEqual([...assets.urls()], ['/a.png']);
});
