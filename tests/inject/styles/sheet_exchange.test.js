import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSheetExchange } from '../../../inject/styles/sheet_exchange.js';
import { element, page } from '../fake_dom.js';
import { FakeClock, settle } from '../fakes.js';

function open(...body) {
  const clock = new FakeClock();
  const shown = { clock, document: page({ body }), log: [] };
  shown.sheets = createSheetExchange({
    changed: () => shown.log.push('changed'),
    later: clock.later,
  });
  return shown;
}

const style = () => element('style', {}, '@import "a.css";');

test('an old sheet stays until all new ones have loaded or failed', async () => {
  const [old, one, two] = [style(), style(), style()];
  const { sheets, log } = open(old, one, two);
  sheets.add(one);
  sheets.add(two);
  sheets.remove(old);
  const finished = sheets.finish().then((isDone) => log.push(isDone));
  one.dispatchEvent(new Event('load'));
  await settle();
  assert.equal(old.isConnected, true);
  two.dispatchEvent(new Event('error'));
  await finished;
  assert.equal(old.isConnected, false);
  assert.deepEqual(log, ['changed', 'changed', true]);
});

test('an old sheet stays when a new one says nothing for three seconds', async () => {
  const [old, one] = [style(), style()];
  const { sheets, clock, log } = open(old, one);
  sheets.add(one);
  sheets.remove(old);
  sheets.finish().then((isDone) => log.push(isDone));
  await clock.pass(2999);
  assert.deepEqual(log, ['changed']);
  await clock.pass(1);
  assert.deepEqual(log, ['changed', false]);
  assert.equal(old.isConnected, true);
});

test('an old sheet stays when the load of a new one was stopped, and goes when the server has no new one', async () => {
  for (const [responseStatus, isDone] of /** @type {[number | undefined, boolean][]} */ ([
    [0, false],
    [undefined, false],
    [404, true],
    [200, true],
  ])) {
    const [old, one] = [style(), element('link', { rel: 'stylesheet', href: 'a.css' })];
    const { sheets, document, log } = open(old);
    const entries =
      responseStatus === undefined ? [] : [{ responseStatus: 200 }, { responseStatus }];
    one.href = 'http://localhost/a.css';
    const getEntriesByName = (name) => (name === one.href ? entries.slice() : []);
    document.defaultView = { performance: { getEntriesByName } };
    document.head.append(one);
    sheets.add(one);
    sheets.remove(old);
    const finished = sheets.finish().then((isDone) => log.push(isDone));
    one.dispatchEvent(new Event('error'));
    await finished;
    assert.equal(log.at(-1), isDone, `${responseStatus}`);
    assert.equal(old.isConnected, !isDone, `${responseStatus}`);
  }
});

test('what is no sheet goes at once', () => {
  const one = element('p');
  const { sheets, document } = open(one, 'text');
  sheets.remove(one);
  sheets.remove(document.body.childNodes[0]);
  assert.equal(document.body.childNodes.length, 0);
});

test('only what the browser loads is awaited', async () => {
  const link = (attributes) => element('link', { rel: 'StyleSheet', ...attributes });
  const styleOf = (text, attributes = {}) => element('style', attributes, text);
  /** @type {[any, boolean][]} */
  const rows = [
    [link({ href: 'a.css' }), true],
    [link({ href: 'a.css', type: 'text/css; charset=utf-8' }), true],
    [element('div', {}, element('p'), link({ href: 'a.css' })), true],
    [styleOf('@import "a.css";'), true],
    [link({ href: 'a.css', disabled: '' }), false],
    [link({ href: 'a.css', rel: 'alternate stylesheet', title: 'x' }), false],
    [link({ href: 'a.css', type: 'text/less' }), false],
    [link({ href: ' ' }), false],
    [link({}), false],
    [styleOf('p {}'), false],
    [styleOf('@import "a.css";', { type: 'text/less' }), false],
    [element('link', { rel: 'icon', href: 'a.ico' }), false],
    [{ nodeType: 3, data: 'a text' }, false],
  ];
  for (const [added, isAwaited] of rows) {
    const old = style();
    const { sheets } = open(old);
    sheets.add(added);
    sheets.remove(old);
    sheets.finish();
    await settle();
    assert.equal(old.isConnected, isAwaited, added.outerHTML);
  }
});
