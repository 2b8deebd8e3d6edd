import assert from 'node:assert/strict';
import { test } from 'node:test';

import { takeSnapshot } from '../../inject/page/snapshot.js';
import { createUpdate, reportAll } from '../../inject/update.js';
import { element, page } from './fake_dom.js';
import { settle } from './fakes.js';
import { makeWindow } from './fake_window.js';

function open({ body = [], hasSnapshot = true } = {}) {
  const document = page({ body });
  const window = makeWindow(document);
  window.loaded = [];
  window.Image = class {
    async decode() {
      window.loaded.push(this['src']);
    }
  };
  window.FontFace = class {
    constructor(name, source) {
      this.source = source;
    }
    async load() {
      window.loaded.push(this.source);
    }
  };
  const snapshot = hasSnapshot ? takeSnapshot(document) : null;
  const update = createUpdate({
    window,
    document,
    origin: window.origin,
    stamp: () => '1',
    later: window.setTimeout,
    findSnapshot: () => snapshot,
    source: 'http://localhost/__liveserve/client.js',
    state: 'e.1',
    epoch: 'e',
    lostAt: Infinity,
    console,
    giveUp() {},
    stay() {},
    sources: new WeakMap(),
    changed: new Set(),
    send() {},
    isCurrent: () => true,
    isLeft: () => false,
    isGone: () => false,
  });
  return { window, document, update };
}

test('images and fonts are loaded before they are shown', async () => {
  const { window, document, update } = open({ body: [element('img', { src: 'a.png' })] });
  const font = { cssText: '@font-face { src: url("f.woff2") }', type: 5 };
  document.styleSheets.push({ href: null, cssRules: [font], insertRule() {}, deleteRule() {} });
  await update.assets.update(new Map(['/a.png', '/f.woff2'].map((url) => [url, 'modified'])));
  assert.deepEqual(window.loaded, [
    'http://localhost:9000/a.png?liveserve=1',
    'url("http://localhost:9000/f.woff2?liveserve=1")',
  ]);
});

test('a page with a snapshot can be patched, and what comes in has the newest images', async () => {
  const { window, document, update } = open({ body: [element('img', { src: 'a.png' })] });
  await update.assets.update(new Map([['/a.png', 'modified']]));
  const body = [
    element('img', { src: 'a.png' }),
    element('p', {}, element('img', { src: 'a.png' })),
  ];
  window.nextDocument = page({ body });
  const answer = new window.XMLHttpRequest();
  answer.response = new ArrayBuffer(0);
  assert.equal(await update.patch(answer), true);
  const images = document.querySelectorAll('img').map((one) => one.getAttribute('src'));
  assert.deepEqual(images, ['a.png?liveserve=1', 'a.png?liveserve=1']);
});

test('a page without a snapshot cannot', () => {
  assert.equal(open({ hasSnapshot: false }).update.patch, null);
});

test('the script is asked for once before a reload, ahead of it where the document is asked for', async () => {
  for (const steps of ['ask reload', 'reload']) {
    const { window, update } = open({ hasSnapshot: false });
    for (const step of steps.split(' ')) {
      if (step === 'ask') void update.ask('HEAD');
      else update.reload();
    }
    await settle();
    const probes = window.requests.filter((request) => request.includes('client.js'));
    assert.equal(probes.length, 1, steps);
  }
});

test('the module that reports errors comes along', () => {
  assert.equal(typeof reportAll, 'function');
});
