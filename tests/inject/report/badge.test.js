import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createBadge } from '../../../inject/report/badge.js';
import { page } from '../fake_dom.js';

class FakeStyleSheet {
  replaceSync(text) {
    this.text = text;
  }
}

function open() {
  const document = page();
  const note = createBadge(document, /** @type {any} */ (FakeStyleSheet));
  /** The elements behind the body, and what the badge says. */
  const hosts = () => document.documentElement.children.slice(2);
  const box = () => hosts()[0]?.closedRoot.childNodes[0];
  return { document, note, hosts, box, text: () => box()?.textContent };
}

test('a badge is there only while there is something to say', () => {
  const { note, hosts, text } = open();
  note('error');
  assert.equal(hosts().length, 0);
  note('error', 'one');
  assert.equal(text(), 'liveserve: one');
  note('error', 'two');
  assert.equal(hosts().length, 1);
  assert.equal(text(), 'liveserve: two');
  note('error', false);
  assert.equal(hosts().length, 0);
});

test('the last note is shown, and the one before it again when that one is gone', () => {
  const { note, text } = open();
  note('a', 'one');
  note('b', 'two');
  assert.equal(text(), 'liveserve: two');
  note('b');
  assert.equal(text(), 'liveserve: one');
  note('b', 'three');
  note('a', 'four');
  assert.equal(text(), 'liveserve: four');
});

test('a click hides it until there is a new note', () => {
  const { note, hosts, box, text } = open();
  note('a', 'one');
  note('b', 'two');
  box().onclick();
  assert.equal(hosts().length, 0);
  note('c');
  assert.equal(hosts().length, 0, 'the old notes are forgotten');
  note('c', 'three');
  assert.equal(text(), 'liveserve: three');
});

test('the page does not reach into it, and it is read out', () => {
  const { note, hosts, box, document } = open();
  note('a', 'one');
  const [host] = hosts();
  assert.equal(host.shadowRoot, null);
  assert.equal(host.closedRoot.mode, 'closed');
  assert.equal(document.querySelectorAll('div').length, 1);
  assert.match(
    host.closedRoot.adoptedStyleSheets[0].text,
    /:host,:host::before,:host::after\{all:initial!important\}/,
  );
  assert.equal(box().role, 'status');
});
