import assert from 'node:assert/strict';
import { test } from 'node:test';

import { element, page } from './fake_dom.js';

test('the selectors that inject/ uses find what they find in a browser', () => {
  const document = page({
    head: [element('link', { id: 'l', rel: 'alternate StyleSheet', href: 'a.css' })],
    body: [
      element('p', { id: 'p' }, element('b', { id: 'b' })),
      element('input', { id: 'i', type: 'password' }),
      element('script', { id: 's', src: '/__liveserve/client.js', 'data-version': 'e.1' }),
    ],
  });
  const rows = [
    ['*', 'l p b i s'],
    ['p, b', 'p b'],
    ['link[rel~="stylesheet" i][href]', 'l'],
    ['link[rel~="style" i]', ''],
    ['script[data-version][src^="/__liveserve/"]', 's'],
    ['script[src^="/__other/"]', ''],
    ['input:not([type=password], [type=file])', ''],
    ['input:not([type=file])', 'i'],
    ['body b', 'b'],
    ['body > b', ''],
    ['#p>:nth-child(1)', 'b'],
    [':root>:nth-child(2)>:nth-child(2)', 'i'],
    ['img[*|src], script[*|src]', 's'],
  ];
  for (const [selector, expected] of rows) {
    const ids = document.querySelectorAll(selector).map((one) => one.id);
    assert.equal(ids.filter(Boolean).join(' '), expected, selector);
  }
});

test('a node that is put in elsewhere leaves its place', () => {
  const [one, two] = [element('i'), element('b')];
  const document = page({ body: [one, two] });
  two.after(one);
  assert.equal(document.body.outerHTML, '<body><b></b><i></i></body>');
  one.remove();
  assert.equal(one.isConnected, false);
  assert.equal(two.isConnected, true);
});
