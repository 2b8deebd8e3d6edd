import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  createFormStorage,
  pathTo,
  restoreFormState,
  saveFormState,
} from '../../../inject/page/form_state.js';
import { element, page } from '../fake_dom.js';
import { settle } from '../fakes.js';

// What an id may be in a selector; the tests use none that needs an escape.
globalThis.CSS ??= /** @type {any} */ ({ escape: (text) => text });

/** A field with what the document says (default...) and what the user has made of it. */
function field(name, type, properties) {
  const made = element(name, name === 'input' ? { type } : {});
  return Object.assign(made, { type, ...properties });
}

const text = (defaultValue, value) => field('input', 'text', { defaultValue, value });
const box = (defaultChecked, checked) =>
  field('input', 'checkbox', { defaultValue: 'on', value: 'on', defaultChecked, checked });
const list = (given, chosen) =>
  field('select', 'select', {
    options: [0, 1, 2].map((i) => ({
      defaultSelected: given.includes(i),
      selected: chosen.includes(i),
    })),
  });

const entriesOf = (...body) => saveFormState(page({ body }))?.entries ?? [];

test('a path leads to its element', () => {
  const target = element('b');
  const named = element('div', { id: 'named' }, element('i'), target);
  const plain = element('i');
  const document = page({ body: ['text', named, plain] });
  assert.equal(pathTo(target), '#named>:nth-child(2)');
  assert.equal(pathTo(plain), ':root>:nth-child(2)>:nth-child(2)');
  assert.equal(pathTo(document.documentElement), ':root');
  for (const one of [target, plain]) assert.equal(document.querySelector(pathTo(one)), one);
});

test('a field is saved when it differs from what the document says', () => {
  /** @type {any[][]} */
  const rows = [
    ['a text as it was', text('a', 'a'), undefined],
    ['a text', text('a', 'b'), 'b'],
    ['a text that was cleared', text('a', ''), ''],
    ['a box as it was', box(true, true), undefined],
    ['a box', box(false, true), true],
    ['a box that was cleared', box(true, false), false],
    ['a list as it was', list([1], [1]), undefined],
    ['a list with nothing given, as browsers show it', list([], [0]), undefined],
    ['a list', list([1], [2]), [2]],
    ['a list with nothing given', list([], [1]), [1]],
    ['a list of several', list([0], [0, 2]), [0, 2]],
    ['a password', field('input', 'password', { defaultValue: '', value: 'x' }), undefined],
    ['a file', field('input', 'file', { defaultValue: '', value: 'x' }), undefined],
    ['a hidden field', field('input', 'hidden', { defaultValue: '', value: 'x' }), undefined],
  ];
  for (const [what, one, expected] of rows) {
    const [entry] = entriesOf(one);
    assert.deepEqual(entry?.[2], expected, what);
    if (expected !== undefined) assert.equal(entry[1], one.type);
  }
});

test('what is scrolled is saved, and nothing when there is nothing', () => {
  const scrolled = Object.assign(element('div'), { scrollLeft: 3, scrollTop: 40 });
  const still = Object.assign(element('div'), { scrollLeft: 0, scrollTop: 0 });
  const { places } = saveFormState(page({ body: [still, scrolled] }));
  assert.deepEqual(places, [[':root>:nth-child(2)>:nth-child(2)', 3, 40]]);
  assert.equal(saveFormState(page({ body: [still, text('a', 'a')] })), null);
});

/** A page with a clock of frames, in which elements scroll as far as they are high. */
function open(...body) {
  const document = page({ body });
  const frames = [];
  const window = Object.assign(new EventTarget(), {
    time: 0,
    performance: { now: () => window.time },
    requestAnimationFrame: (act) => frames.push(act),
  });
  const shown = { document, window, frames };
  shown.restore = (saved) => restoreFormState(saved, document, /** @type {any} */ (window));
  shown.frame = () => frames.splice(0).forEach((act) => act());
  return shown;
}

function scroller(height) {
  const one = Object.assign(element('div', { id: 's' }), { scrollTop: 0, scrollLeft: 0, height });
  one.scrollTo = ({ left, top, behavior }) => {
    assert.equal(behavior, 'instant');
    Object.assign(one, { scrollLeft: left, scrollTop: Math.min(top, one.height) });
  };
  return one;
}

test('fields and scroll positions are restored at once when they are there', () => {
  const fields = [text('a', 'a'), box(false, false), list([0], [0])];
  const one = scroller(1000);
  const shown = open(one, ...fields);
  const entries = fields.map((each, i) => [pathTo(each), each.type, ['typed', true, [1, 2]][i]]);
  shown.restore({ places: [['#s', 0, 400]], entries });
  assert.equal(one.scrollTop, 400);
  assert.equal(fields[0].value, 'typed');
  assert.equal(fields[1].checked, true);
  assert.deepEqual(
    fields[2].options.map((option) => option.selected),
    [false, true, true],
  );
  assert.equal(shown.frames.length, 0, 'nothing is left to be done');
});

test('a field of another type is not set', () => {
  const one = text('a', 'a');
  open(one).restore({ places: [], entries: [[':root>:nth-child(2)>:nth-child(1)', 'email', 'x']] });
  assert.equal(one.value, 'a');
});

test('a page that grows is scrolled as soon as it is large enough', () => {
  const one = scroller(100);
  const shown = open(one);
  shown.restore({ places: [['#s', 0, 400]], entries: [] });
  assert.equal(one.scrollTop, 100);
  one.height = 500;
  shown.frame();
  assert.equal(one.scrollTop, 400);
  assert.equal(shown.frames.length, 0);
});

test('a page that goes on growing is followed for three seconds after it has loaded', () => {
  const shown = open(scroller(100));
  shown.document.readyState = 'interactive';
  shown.restore({ places: [['#s', 0, 400]], entries: [] });
  shown.window.time = 60000;
  shown.frame();
  assert.equal(shown.frames.length, 1, 'it is still loading');
  shown.document.readyState = 'complete';
  shown.frame();
  shown.window.time += 2999;
  shown.frame();
  assert.equal(shown.frames.length, 1);
  shown.window.time += 2;
  shown.frame();
  assert.equal(shown.frames.length, 0);
});

test('a user who scrolls wins', () => {
  for (const type of ['wheel', 'touchmove', 'keydown', 'mousedown']) {
    const one = scroller(100);
    const shown = open(one);
    shown.restore({ places: [['#s', 0, 400]], entries: [] });
    shown.window.dispatchEvent(new Event(type));
    one.height = 500;
    shown.frame();
    assert.equal(one.scrollTop, 100, type);
    assert.equal(shown.frames.length, 0, type);
  }
});

test('fields are set when the document has been read, and missing ones awaited', () => {
  const shown = open();
  shown.document.readyState = 'loading';
  const one = Object.assign(text('a', 'a'), {});
  shown.restore({ places: [], entries: [[':root>:nth-child(2)>:nth-child(1)', 'text', 'typed']] });
  shown.document.body.append(one);
  shown.frame();
  assert.equal(one.value, 'a');
  shown.document.readyState = 'interactive';
  shown.frame();
  assert.equal(one.value, 'typed');
});

/** A page with this storage; update.js has something to save, or not. */
function openStorage(notes, saved = null) {
  const restored = [];
  const store = createFormStorage(
    () => {
      if (!notes) throw new Error('SecurityError');
      return notes;
    },
    'key',
    async () => ({ save: () => saved, restore: (one) => restored.push(one) }),
  );
  return { store, restored };
}

test('what one page stores, the next one restores and forgets', async () => {
  /** @type {any} */
  const notes = { other: 'stays' };
  const state = { places: [], entries: [['#a', 'text', 'x']] };
  await openStorage(notes, /** @type {any} */ (state)).store();
  assert.equal(notes.key, JSON.stringify(state));
  const { restored } = openStorage(notes);
  assert.deepEqual(Object.keys(notes), ['other'], 'forgotten at once');
  await settle();
  assert.deepEqual(restored, [state]);
});

test('without anything to store, or without a storage, nothing happens', async () => {
  /** @type {any} */
  const notes = {};
  const { store, restored } = openStorage(notes);
  await store();
  assert.deepEqual([notes, restored], [{}, []]);
  await openStorage(null, /** @type {any} */ ({})).store();
  await openStorage({ key: 'no JSON' }).store();
});
