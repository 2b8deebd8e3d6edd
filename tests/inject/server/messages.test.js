import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMessages } from '../../../inject/server/messages.js';
import { settle } from '../fakes.js';

/** A page that uses /a.css; done says what its parts were asked to do. */
function open({ readyState = 'complete', isUsed = false, type = 'navigate' } = {}) {
  const page = { done: [], isUsed };
  const document = { readyState };
  const window = Object.assign(new EventTarget(), {
    document,
    performance: { getEntriesByType: () => [{ type }] },
  });
  const say = (text) => page.done.push(text);
  page.messages = createMessages(
    /** @type {any} */ ({
      window,
      epoch: 'e',
      version: 4,
      apply: async (changes, isReloadOnly) => {
        if (page.isBroken) throw new Error('broken');
        say(`apply ${changes.map(({ urls }) => urls)}${isReloadOnly ? ' by reload' : ''}`);
        await settle();
        return page.isUsed;
      },
      refresh: (mustReload) => say(`refresh ${mustReload}`),
      ownUrls: () => ['/', '/p', '/'],
      used: () => ['/a.css', null],
      usedUrls: {
        put: (stamp) => say(`stamp ${stamp}`),
        expire: () => say('expire'),
        hello: () => ({ urls: ['/a.css'], stamp: 's' }),
      },
      note: (about, text) => say(text ? `note ${about}: ${text}` : `note ${about}`),
      greeted: () => say('greeted'),
    }),
  );
  page.window = window;
  page.hear = async (message) => {
    page.messages.receive(typeof message === 'string' ? message : JSON.stringify(message));
    await settle();
    await settle();
    return page.done.splice(0);
  };
  page.hello = page.messages.hello;
  return page;
}

const change = (...urls) => ({ type: 'change', version: 5, changes: [{ urls, kind: 'modified' }] });

test('the first message says which page, of what state, uses what', () => {
  const expected = {
    type: 'hello',
    page: '/p',
    epoch: 'e',
    version: 4,
    urls: ['/a.css'],
    stamp: 's',
  };
  assert.deepEqual(open().hello(), expected);
});

test('a page that Back has loaded asks for all that has changed', async () => {
  const page = open({ type: 'back_forward' });
  assert.equal(page.hello().version, 1);
  await page.hear({ type: 'hello', version: 4 });
  assert.equal(page.hello().version, 4);
});

test('what each message does', async () => {
  /** @type {any[][]} */
  const rows = [
    ['a stamp', { type: 'state', stamp: 'x' }, ['stamp x']],
    ['a change', change('/b.css'), ['apply /b.css', 'note /b.css']],
    ['a reload', { type: 'reload', version: 5 }, ['refresh true']],
    ['a hello', { type: 'hello', version: 4, epoch: 'e' }, ['greeted']],
    ['a message of a type to come', { type: 'news', version: 5 }, []],
    ['no JSON', '{', ['refresh true']],
    ['no object', 'null', ['refresh true']],
  ];
  for (const [what, message, expected] of rows) {
    assert.deepEqual(await open().hear(message), expected, what);
  }
});

test('the stamp expires when the page uses what has changed', async () => {
  const page = open({ isUsed: true });
  assert.deepEqual(await page.hear(change('/a.css')), ['apply /a.css', 'expire', 'note /a.css']);
});

test('a problem in a file is noted when the page uses the file', async () => {
  const page = open();
  const about = (url) => [{ urls: [url], kind: 'modified', problem: 'line 1: }' }];
  const [, used] = await page.hear({ type: 'change', version: 5, changes: about('/a.css') });
  assert.equal(used, 'note /a.css: line 1: }');
  const [, other] = await page.hear({ type: 'change', version: 6, changes: about('/b.css') });
  assert.equal(other, 'note /b.css');
});

test('the page remembers the newest version, and the epoch as long as no other is said', async () => {
  const page = open();
  await page.hear(change('/a.css'));
  assert.deepEqual([page.hello().epoch, page.hello().version], ['e', 5]);
  await page.hear({ type: 'hello', epoch: 'f', version: 1 });
  assert.deepEqual([page.hello().epoch, page.hello().version], ['f', 1]);
  await page.hear({ type: 'state', stamp: 'x' });
  assert.deepEqual([page.hello().epoch, page.hello().version], ['f', 1]);
});

test('a server that wants reloads is remembered until it says otherwise', async () => {
  const page = open();
  await page.hear({ type: 'hello', epoch: 'e', version: 4, reloads: true });
  assert.equal((await page.hear(change('/a.css')))[0], 'apply /a.css by reload');
  assert.equal((await page.hear(change('/b.css')))[0], 'apply /b.css by reload');
  await page.hear({ type: 'hello', epoch: 'e', version: 5, reloads: false });
  assert.equal((await page.hear(change('/a.css')))[0], 'apply /a.css');
});

test('messages are taken one after the other', async () => {
  const page = open({ isUsed: true });
  page.messages.receive(JSON.stringify(change('/a.css')));
  page.messages.receive(JSON.stringify({ type: 'reload', version: 6 }));
  for (let i = 0; i < 4; i++) await settle();
  assert.deepEqual(page.done, ['apply /a.css', 'expire', 'note /a.css', 'refresh true']);
});

test('when a part fails the page reloads', async () => {
  const page = open();
  page.isBroken = true;
  assert.deepEqual(await page.hear(change('/a.css')), ['refresh true']);
  page.isBroken = false;
  assert.deepEqual(await page.hear({ type: 'state', stamp: 'x' }), ['stamp x'], 'and goes on');
});

test('a message that comes while the page is loading is taken again when it has loaded', async () => {
  const page = open({ readyState: 'interactive' });
  assert.deepEqual(await page.hear(change('/a.css')), ['apply /a.css', 'note /a.css']);
  page.window.document.readyState = 'complete';
  page.window.dispatchEvent(new Event('load'));
  await settle();
  await settle();
  assert.deepEqual(page.done, ['apply /a.css', 'note /a.css']);
});
