import assert from 'node:assert/strict';
import { test } from 'node:test';

import { follow, isFollowed, takeScriptTag } from '../../../inject/page/script_tag.js';
import { element, page } from '../fake_dom.js';

const SOURCE = 'http://localhost:9000/__liveserve/client.js';

/** A document whose tag, which runs, has these attributes. */
function open(attributes) {
  const tag = Object.assign(element('script', attributes), { src: SOURCE });
  const document = page({ head: [tag, element('title')] });
  document.currentScript = tag;
  return document;
}

test('the tag tells the state in which the page was born, and is taken out', () => {
  const document = open({ 'data-version': 'k3f9.41' });
  const expected = {
    source: SOURCE,
    origin: 'http://localhost:9000',
    state: 'k3f9.41',
    epoch: 'k3f9',
    version: 41,
  };
  assert.deepEqual(takeScriptTag(document), { ...expected, file: undefined, level: undefined });
  assert.equal(document.head.outerHTML, '<head><title></title></head>');
});

test('a tag that is all there is of the document stays', () => {
  const document = open({ 'data-version': 'k.1' });
  document.documentElement.remove();
  document.append(document.currentScript);
  assert.equal(takeScriptTag(document).epoch, 'k');
  assert.equal(document.documentElement, document.currentScript);
});

test('the tag tells where the server is, also behind a proxy and when a <base> came before an import', () => {
  const tag = Object.assign(element('script', { 'data-version': 'k.1' }), {
    src: 'https://host.test/client/proxy/9000/__liveserve/client.js',
  });
  const document = page({ head: [tag] });
  document.currentScript = tag;
  assert.equal(takeScriptTag(document).origin, 'https://host.test/client/proxy/9000');

  const attributes = {
    src: '../__liveserve/client.js',
    'data-version': 'k.1',
    'data-source': SOURCE,
  };
  const imported = Object.assign(element('script', attributes), {
    src: 'http://elsewhere.test/__liveserve/client.js',
  });
  const { source, origin } = takeScriptTag(page({ head: [imported] }));
  assert.deepEqual([source, origin], [SOURCE, 'http://localhost:9000']);
});

test('the tag tells of what the document is made, and what of the console is wanted', () => {
  const attributes = { 'data-version': 'k3f9.41', 'data-file': '/app.html', 'data-console': 'all' };
  const { file, level } = takeScriptTag(open(attributes));
  assert.deepEqual([file, level], ['/app.html', 'all']);
});

test('a tag that is not as the server writes it tells nothing', () => {
  for (const version of ['', '41', 'k3f9', 'k3f9.', '.41', 'k3f9.x', 'k3f9.-1', 'k3 f9.1', 'k.1.2'])
    assert.throws(() => takeScriptTag(open({ 'data-version': version })), TypeError, version);
  assert.throws(() => takeScriptTag(open({})), TypeError);
  assert.throws(() => takeScriptTag(page()), TypeError, 'there is none');
});

test('a script of ours knows whether another one works in the document', () => {
  const [document, other] = [page(), page()];
  assert.equal(isFollowed(document), false);
  follow(document);
  assert.equal(isFollowed(document), true);
  assert.equal(isFollowed(other), false);
});
