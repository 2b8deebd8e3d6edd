import assert from 'node:assert/strict';
import { test } from 'node:test';

import { follow } from '../../inject/page/script_tag.js';
import { element, page } from './fake_dom.js';
import { makeWindow, run } from './fake_window.js';
import { settle } from './fakes.js';

const SOURCE = 'http://localhost:9000/livereload.js?port=9000';

/** A page of another server that has the script. */
async function open({ body = [], head = [], source = SOURCE, isFollowed = false } = {}) {
  const script = Object.assign(element('script', { src: source }), { src: source });
  const document = page({ head: [script, ...head], body });
  document.currentScript = script;
  if (isFollowed) follow(document);
  const window = makeWindow(document, 'http://localhost:8000/');
  await run('livereload', window);
  window.say = (message) => window.sockets.at(-1).say(JSON.stringify(message));
  return window;
}

test('the script greets the server that it came from', async () => {
  const rows = [
    [SOURCE, 'ws://localhost:9000/livereload'],
    ['https://host.test/livereload.js', 'wss://host.test/livereload'],
    ['https://host.test/a/__liveserve/livereload.js', 'wss://host.test/a/livereload'],
    ['https://host.test/proxy/9000/livereload.js?x', 'wss://host.test/proxy/9000/livereload'],
    ['https://host.test/js/mine.js', 'wss://host.test/livereload'],
  ];
  for (const [source, url] of rows) {
    const window = await open({ source });
    const [socket] = window.sockets;
    assert.equal(socket.url, url);
    assert.equal(socket.protocol, undefined);
    socket.open();
    assert.deepEqual(socket.sent[0], {
      command: 'hello',
      protocols: ['http://livereload.com/protocols/official-7'],
      ver: 'liveserve',
    });
  }
});

test('in a page of liveserve it does nothing', async () => {
  const { sockets } = await open({ isFollowed: true });
  assert.equal(sockets.length, 0);
});

test('a changed file is shown, or the page reloaded', async () => {
  const link = element('link', { rel: 'stylesheet', href: '/static/a.css' });
  const window = await open({ head: [link] });
  window.say({ command: 'reload', path: '/a.css' });
  const links = window.document.querySelectorAll('link');
  assert.equal(links.length, 2);
  assert.match(links[1].getAttribute('href'), /^\/static\/a\.css\?liveserve=\w+$/);
  assert.equal(window.reloads, 0);
  window.say({ command: 'reload', path: '/index.html' });
  assert.equal(window.reloads, 1);
});

test('a second hello means that something may have been missed', async () => {
  const window = await open();
  window.say({ command: 'hello' });
  assert.equal(window.reloads, 0);
  window.sockets[0].lose();
  await window.pass(200);
  assert.deepEqual(window.requests, [`probe ${SOURCE}`]);
  window.say({ command: 'hello' });
  assert.equal(window.reloads, 1);
});

test('a command of another kind is passed over, and no note is ever shown', async () => {
  const window = await open();
  window.say({ command: 'alert', message: 'x' });
  window.fetch = async () => Promise.reject(new TypeError('Failed to fetch'));
  window.sockets[0].lose();
  await window.pass(5000);
  await settle();
  assert.equal(window.reloads, 0);
  assert.equal(window.document.documentElement.children.length, 2);
});
