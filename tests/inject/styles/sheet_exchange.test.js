import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createSheetExchange } from '../../../inject/styles/sheet_exchange.js';
import { element, page } from '../fake_dom.js';
import { FakeClock, settle } from '../fakes.js';

function open(...body) {
  const clock = new FakeClock();
  const shown = { clock, document: page({ body }), log: [] };
  shown.sheets = createSheetExchange({
    freshen: (sheet) => shown.log.push(`freshen ${sheet.localName}`),
    changed: () => shown.log.push('changed'),
    later: clock.later,
  });
  return shown;
}

test('sheets in what is added are freshened, at any depth, and nothing else is', () => {
  const { sheets, log } = open();
  sheets.add(element('div', {}, element('style'), element('p'), element('link', { rel: 'icon' })));
  sheets.add(element('link', { rel: 'StyleSheet alternate' }));
  sheets.add(element('p').cloneNode(false));
  sheets.add({ nodeType: 3, data: 'a text' });
  assert.deepEqual(log, ['freshen style', 'freshen link']);
});

test('an old sheet stays until all new ones have loaded or failed', async () => {
  const [old, one, two] = [element('style'), element('style'), element('style')];
  const { sheets, log } = open(old, one, two);
  sheets.add(one);
  sheets.add(two);
  sheets.remove(old);
  const finished = sheets.finish().then(() => log.push('finished'));
  one.dispatchEvent(new Event('load'));
  await settle();
  assert.equal(old.isConnected, true);
  two.dispatchEvent(new Event('error'));
  await finished;
  assert.equal(old.isConnected, false);
  assert.deepEqual(log.slice(2), ['changed', 'changed', 'finished']);
});

test('a sheet that says nothing is awaited for three seconds', async () => {
  const [old, one] = [element('style'), element('style')];
  const { sheets, clock } = open(old, one);
  sheets.add(one);
  sheets.remove(old);
  sheets.finish();
  await clock.pass(2999);
  assert.equal(old.isConnected, true);
  await clock.pass(1);
  assert.equal(old.isConnected, false);
});

test('what is no sheet goes at once', () => {
  const one = element('p');
  const { sheets, document } = open(one, 'text');
  sheets.remove(one);
  sheets.remove(document.body.childNodes[0]);
  assert.equal(document.body.childNodes.length, 0);
});
