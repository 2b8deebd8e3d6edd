import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createReportQueue } from '../../../inject/report/report_queue.js';
import { settle } from '../fakes.js';

function open() {
  const page = { isOpen: true, loads: 0, made: 0, log: [] };
  const load = async () => {
    page.loads++;
    if (page.isCutOff) throw new Error('no network');
    return {
      reportAll(options, waiting, before) {
        assert.equal(options, page.options);
        page.made += before ? 0 : 1;
        page.log.push(...waiting.splice(0), 'flush');
        return 'a report';
      },
    };
  };
  page.options = { origin: 'o', later() {}, note() {}, send: () => page.isOpen };
  page.queue = createReportQueue(load, /** @type {any} */ (page.options));
  return page;
}

test('nothing is loaded while there is nothing to report', async () => {
  const page = open();
  page.queue.flush();
  await settle();
  assert.equal(page.loads, 0);
});

test('what is captured is reported at once, by one report', async () => {
  const page = open();
  page.queue.add({ level: 'error' });
  await settle();
  page.queue.add({ level: 'warn' });
  await settle();
  assert.deepEqual(page.log, [{ level: 'error' }, 'flush', { level: 'warn' }, 'flush']);
  assert.equal(page.made, 1);
  page.queue.flush();
  await settle();
  assert.equal(page.log.length, 5, 'what the report holds back is sent, too');
});

test('without a connection it waits, in order, and loads nothing', async () => {
  const page = open();
  page.isOpen = false;
  for (const level of ['a', 'b']) page.queue.add({ level });
  await settle();
  assert.equal(page.loads, 0);
  page.isOpen = true;
  page.queue.flush();
  await settle();
  assert.deepEqual(page.log, [{ level: 'a' }, { level: 'b' }, 'flush']);
});

test('of more than two hundred only the number is kept', async () => {
  const page = open();
  page.isOpen = false;
  for (let i = 0; i < 203; i++) page.queue.add({ level: String(i) });
  page.isOpen = true;
  page.queue.flush();
  await settle();
  assert.deepEqual(page.log.slice(199), [{ level: '199' }, false, false, false, 'flush']);
});

test('what cannot be loaded is tried again the next time', async () => {
  const page = open();
  page.isCutOff = true;
  page.queue.add({ level: 'a' });
  await settle();
  page.isCutOff = false;
  page.queue.flush();
  await settle();
  assert.deepEqual(page.log, [{ level: 'a' }, 'flush']);
});
