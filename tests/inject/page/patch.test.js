import assert from 'node:assert/strict';
import { test } from 'node:test';

import { commentsIn } from '../../../inject/page/inert_page.js';
import { createPatch } from '../../../inject/page/patch.js';
import { takeSnapshot } from '../../../inject/page/snapshot.js';
import { element, page } from '../fake_dom.js';
import { FakeClock, settle } from '../fakes.js';

const sheet = (href) => element('link', { rel: 'stylesheet', href });

/** A page that shows a document with this body and head, and can be patched. */
function open(body, head = []) {
  const document = page({ body, head });
  const clock = new FakeClock();
  const shown = { document, clock, changes: 0, settles: 0 };
  shown.patch = createPatch({
    document,
    snapshot: /** @type {any} */ (takeSnapshot(document)),
    changed: () => shown.changes++,
    settled: () => shown.settles++,
    later: clock.later,
    sources: (shown.sources = new WeakMap()),
  });
  shown.html = () => document.body.childNodes.map((one) => one.outerHTML ?? one.data).join('');
  return shown;
}

const next = (body, head = [], root = {}) => {
  const document = page({ body, head, root });
  return { root: document.documentElement, doctype: '', hasTies: false, ...commentsIn(document) };
};

test('what differs is changed, and every node that stays is the same one', async () => {
  const [first, last] = [element('p', { class: 'a' }, 'one'), element('p', {}, 'two')];
  const shown = open([first, last]);
  const news = [element('p', { id: 'n' }, 'new'), element('p', {}, 'two')];
  assert.equal(await shown.patch(next([element('h1', {}, 'Title'), ...news])), true);
  assert.equal(shown.html(), '<h1>Title</h1><p id="n">new</p><p>two</p>');
  assert.equal(shown.document.body.childNodes.at(-1), last);
  assert.equal(first.isConnected, false, 'another id is another element');
  assert.equal(shown.settles, 1);
  assert.ok(shown.changes > 0);
});

test('a text is changed in the node that shows it', async () => {
  const one = element('p', {}, 'one');
  const [text] = one.childNodes;
  const shown = open([one]);
  await shown.patch(next([element('p', {}, 'two')]));
  assert.equal(shown.html(), '<p>two</p>');
  assert.equal(shown.document.body.childNodes[0].childNodes[0], text);
});

test('what the document says of details is noted, not what the user does to them', async () => {
  const [mine, theirs] = [element('details', {}, 'a'), element('details', {}, 'b')];
  const shown = open([mine, theirs, element('p', {}, 'one')]);
  mine.setAttribute('open', '');
  await shown.patch(
    next([element('details', {}, 'a'), element('details', {}, 'c'), element('p', {}, 'two')]),
  );
  assert.equal(shown.sources.get(mine)[2], 'a');
  assert.equal(shown.sources.get(theirs)[2], 'c');
});

test('attributes come, change and go, on the root too', async () => {
  const one = element('a', { href: '/x', title: 'gone' }, 'x');
  const shown = open([one]);
  await shown.patch(next([element('a', { href: '/y', rel: 'new' }, 'x')], [], { class: 'x' }));
  assert.equal(shown.html(), '<a href="/y" rel="new">x</a>');
  assert.equal(shown.document.body.childNodes[0], one);
  assert.equal(shown.document.documentElement.getAttribute('class'), 'x');
});

test('what the user and extensions did to the page stays', async () => {
  const details = element('details', {}, 'text');
  const shown = open([details, element('p', {}, 'one')]);
  details.setAttribute('open', '');
  shown.document.body.append(element('x-extension'));
  await shown.patch(next([element('details', {}, 'text'), element('p', {}, 'two')]));
  assert.equal(
    shown.html(),
    '<details open="">text</details><p>two</p><x-extension></x-extension>',
  );
});

test('one patch after the other', async () => {
  const shown = open([element('p', {}, 'one')]);
  await shown.patch(next([element('p', {}, 'two'), element('p', {}, 'x')]));
  await shown.patch(next([element('p', {}, 'three')]));
  assert.equal(shown.html(), '<p>three</p>');
});

test('an element that is kept is left alone, and made anew when it is no longer kept', async () => {
  const kept = element('div', { 'data-liveserve': 'keep' }, element('p', {}, 'one'));
  const shown = open([kept]);
  kept.childNodes[0].textContent = 'from the user';
  const again = element('div', { 'data-liveserve': 'keep', class: 'x' }, element('p', {}, 'two'));
  await shown.patch(next([again]));
  assert.equal(shown.html(), '<div data-liveserve="keep"><p>from the user</p></div>');
  await shown.patch(next([element('div', {}, element('p', {}, 'three'))]));
  assert.equal(shown.html(), '<div><p>three</p></div>');
  assert.equal(kept.isConnected, false);
});

test('what needs a reload is refused, with nothing done', async () => {
  const shown = open([element('p', {}, 'one')]);
  assert.equal(await shown.patch(next([element('script', {}, 'f()')])), false);
  assert.equal(shown.html(), '<p>one</p>');
});

test('the attributes of the root that go', async () => {
  const shown = open([]);
  await shown.patch(next([], [], { class: 'x' }));
  await shown.patch(next([], [], { title: 'x' }));
  const names = shown.document.documentElement.attributes.map(({ name }) => name);
  assert.deepEqual(names, ['title']);
});

test('a document that is not what it was is refused by a rejection', async () => {
  const one = element('p', {}, 'one');
  const shown = open([one]);
  one.remove();
  await assert.rejects(shown.patch(next([element('p', {}, 'two')])));
});

test('an old sheet goes when the new one is there', async () => {
  const old = sheet('a.css');
  const shown = open([], [old]);
  let isDone = false;
  const patched = shown.patch(next([], [sheet('b.css')])).then(() => (isDone = true));
  await settle();
  assert.equal(shown.document.head.children.length, 2);
  assert.equal(isDone, false);
  shown.document.head.children.find((one) => one !== old).dispatchEvent(new Event('load'));
  await patched;
  assert.deepEqual(
    shown.document.head.children.map((one) => one.getAttribute('href')),
    ['b.css'],
  );
});

test('a media element with other sources is another one', async () => {
  const video = element('video', {}, element('source', { src: 'a.mp4' }));
  const shown = open([video]);
  await shown.patch(next([element('video', {}, element('source', { src: 'b.mp4' }))]));
  assert.equal(video.isConnected, false);
  assert.equal(shown.html(), '<video><source src="b.mp4"></source></video>');
});
