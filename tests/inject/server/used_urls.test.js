import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createUsedUrls } from '../../../inject/server/used_urls.js';
import { FakeClock } from '../fakes.js';

/** A page that uses these urls; null when that cannot be said. */
function makePage(...urls) {
  const clock = new FakeClock();
  const page = { clock, urls, sent: [] };
  page.usedUrls = createUsedUrls({
    urls: () => page.urls && new Set(page.urls),
    send: (message) => page.sent.push(JSON.parse(JSON.stringify(message))),
    later: clock.later,
  });
  /** What was sent since the last time. */
  page.news = () => page.sent.splice(0);
  page.greet = () => {
    page.usedUrls.greeted();
    return page.news();
  };
  return page;
}

const uses = (...urls) => [{ type: 'uses', urls }];

test('it says what it uses when it is greeted, and proves with the stamp that it got', () => {
  const page = makePage('/', null, '/a.css');
  assert.deepEqual(page.usedUrls.hello(), {});
  assert.deepEqual(page.greet(), uses('/', '/a.css'));
  assert.deepEqual(page.usedUrls.hello(), {}, 'not before the stamp is there');
  page.usedUrls.put('1234');
  assert.deepEqual(page.usedUrls.hello(), { urls: ['/', '/a.css'], stamp: '1234' });
});

test('greeted again with a good stamp it is silent', () => {
  const page = makePage('/');
  page.greet();
  page.usedUrls.put('1');
  assert.deepEqual(page.greet(), []);
  assert.deepEqual(page.usedUrls.hello(), { urls: ['/'], stamp: '1' });
});

test('what it uses more is said once, after a while, and until then nothing is proved', async () => {
  const page = makePage('/');
  page.greet();
  page.usedUrls.put('1');
  await page.clock.pass(1000);
  assert.deepEqual(page.news(), []);
  page.urls.push('/a.js');
  page.usedUrls.check();
  assert.deepEqual(page.usedUrls.hello(), {});
  await page.clock.pass(200);
  page.urls.push('/b.js');
  page.usedUrls.check();
  assert.deepEqual(page.news(), []);
  await page.clock.pass(200);
  assert.deepEqual(page.news(), uses('/', '/a.js', '/b.js'), 'looks do not put it off');
  page.usedUrls.put('2');
  assert.deepEqual(page.usedUrls.hello().stamp, '2');
  await page.clock.pass(1000);
  assert.deepEqual(page.news(), []);
  assert.ok(page.clock.isIdle);
});

test('what it uses no longer does no harm', async () => {
  const page = makePage('/', '/a.css');
  page.greet();
  page.usedUrls.put('1');
  page.urls.pop();
  page.usedUrls.check();
  await page.clock.pass(1000);
  assert.deepEqual(page.news(), []);
  assert.deepEqual(page.usedUrls.hello(), { urls: ['/', '/a.css'], stamp: '1' });
});

test('after a change of what it uses it asks for another stamp', async () => {
  const page = makePage('/');
  page.greet();
  page.usedUrls.put('1');
  page.usedUrls.expire();
  assert.deepEqual(page.usedUrls.hello(), {});
  page.usedUrls.expire();
  await page.clock.pass(400);
  assert.deepEqual(page.news(), uses('/'));
  page.usedUrls.put('2');
  assert.equal(page.usedUrls.hello().stamp, '2');
});

test('what comes while the stamp is on its way is asked for when it is there', async () => {
  const page = makePage('/');
  page.greet();
  page.urls.push('/a.js');
  page.usedUrls.check();
  await page.clock.pass(1000);
  assert.deepEqual(page.news(), [], 'one question at a time, or an answer would fit either');
  page.usedUrls.put('1');
  assert.deepEqual(page.usedUrls.hello(), {}, 'the stamp is not of that');
  await page.clock.pass(400);
  assert.deepEqual(page.news(), uses('/', '/a.js'));
});

test('a question that was lost with its connection is asked again', () => {
  const page = makePage('/');
  page.greet();
  assert.deepEqual(page.greet(), uses('/'));
});

test('a page that cannot say what it uses says so, and proves nothing', async () => {
  const long = (count, length) =>
    Array.from({ length: count }, (_, i) => `/${i}`.padEnd(length, 'x'));
  const rows = [null, [], long(4097, 6), long(3000, 100)];
  for (const urls of rows) {
    const page = makePage('/');
    page.greet();
    page.usedUrls.put('1');
    page.urls = urls && ['/new', ...urls].slice(0, urls.length);
    page.usedUrls.expire();
    assert.deepEqual(page.usedUrls.hello(), {});
    await page.clock.pass(10000);
    assert.deepEqual(page.news(), [{ type: 'uses' }]);
    assert.deepEqual(page.usedUrls.hello(), {});
  }
  const most = long(4096, 50);
  assert.deepEqual(makePage(...most).greet(), uses(...most));
});

test('the longer the list, the less often it is said', async () => {
  const page = makePage(...Array.from({ length: 2000 }, (_, i) => `/${i}`));
  page.greet();
  page.usedUrls.put('1');
  page.urls.push('/more');
  await page.clock.pass(2200);
  assert.deepEqual(page.news(), []);
  await page.clock.pass(200);
  assert.equal(page.news()[0].urls.length, 2001);
});
