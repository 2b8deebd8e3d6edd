import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLivereloadCommand } from '../../../inject/server/livereload_command.js';
import { FakeDocument, FakeElement } from '../fakes.js';

class FakePicture extends FakeElement {
  constructor(document, src) {
    super(document);
    this.attributes = { src };
  }
}

function open(links, pictures = []) {
  const document = new FakeDocument((one, selector) =>
    selector.startsWith('img') ? one instanceof FakePicture : !(one instanceof FakePicture),
  );
  document.elements = [
    ...links.map((href) => new FakeElement(document, href)),
    ...pictures.map((src) => new FakePicture(document, src)),
  ];
  const page = { document, reloads: 0, stamps: 0 };
  page.show = createLivereloadCommand({
    document: /** @type {any} */ (document),
    stamp: () => `s${++page.stamps}`,
    reload: () => page.reloads++,
  });
  page.urls = () =>
    document.elements.map((one) => one.getAttribute('href') ?? one.getAttribute('src'));
  return page;
}

test('the style sheets of that name are exchanged when the new one has come', () => {
  const page = open(['/static/a.css?v=1', 'http://x/b.css']);
  page.show('/css/A.css');
  assert.deepEqual(page.urls(), [
    '/static/a.css?v=1',
    '/static/a.css?v=1&liveserve=s1',
    'http://x/b.css',
  ]);
  page.document.elements[1].load(null);
  assert.deepEqual(page.urls(), ['/static/a.css?v=1&liveserve=s1', 'http://x/b.css']);
  assert.equal(page.reloads, 0);
});

test('a style sheet that cannot be had leaves the old one', () => {
  const page = open(['a.css']);
  page.show('/a.css');
  page.document.elements[1].fail(null);
  assert.deepEqual(page.urls(), ['a.css']);
});

test('all of them when none has that name: it may be imported', () => {
  const page = open(['a.css', 'b.css']);
  page.show('/imported.css');
  assert.equal(page.document.elements.length, 4);
});

test('pictures of that name are exchanged', () => {
  const page = open([], ['/i/a.png', 'b.png']);
  page.show('/a.png');
  assert.deepEqual(page.urls(), ['/i/a.png?liveserve=s1', 'b.png']);
  assert.equal(page.reloads, 0);
});

test('everything else is a reload', () => {
  for (const path of ['/', '/index.html', '/a.js', '/none.png', '/a.webp', '/a.css.html']) {
    const page = open(['a.css'], ['b.png']);
    page.show(path);
    assert.equal(page.reloads, 1, path);
    assert.deepEqual(page.urls(), ['a.css', 'b.png']);
  }
});
