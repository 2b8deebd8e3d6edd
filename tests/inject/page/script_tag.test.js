import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readScriptTag } from '../../../inject/page/script_tag.js';

/** @returns {any} an element with these attributes */
const tag = (attributes) => ({ getAttribute: (name) => attributes[name] ?? null });

test('the tag tells the state in which the page was born', () => {
  const read = readScriptTag(tag({ src: '/__liveserve/client.js', 'data-version': 'k3f9.41' }));
  const expected = {
    source: '/__liveserve/client.js',
    state: 'k3f9.41',
    epoch: 'k3f9',
    version: 41,
  };
  assert.deepEqual(read, { ...expected, file: null, level: null });
});

test('the tag tells of what the document is made, when its address does not', () => {
  const attributes = {
    src: '/__liveserve/client.js',
    'data-version': 'k3f9.41',
    'data-file': '/app.html',
  };
  assert.equal(readScriptTag(tag(attributes)).file, '/app.html');
});

test('the tag tells what of the console is wanted', () => {
  assert.equal(
    readScriptTag(tag({ src: 'x', 'data-version': 'a.1', 'data-console': 'all' })).level,
    'all',
  );
});

test('a tag that is not as the server writes it tells nothing', () => {
  for (const version of [
    undefined,
    '',
    '41',
    'k3f9',
    'k3f9.',
    '.41',
    'k3f9.x',
    'k3f9.-1',
    'k3 f9.1',
    'k.1.2',
  ]) {
    assert.equal(
      readScriptTag(tag({ src: '/__liveserve/client.js', 'data-version': version })),
      null,
      version,
    );
  }
});
