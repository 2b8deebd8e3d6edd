/**
 * --log-format=json: one object a line, and no other line, on both standard streams.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, run, startServer, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';

const site = makeSite({ 'index.html': '<p>index' });

test('events are objects', async () => {
  const args = ['--log-format=json', '--verbose', site.root];
  const server = await startServer({ args, open: /"url":"(http:[^"]+)"/ });
  const objects = () => server.lines.map((line) => JSON.parse(line));
  const event = async (name) => {
    await until(name, () => objects().some((object) => object.event === name));
    const { time, ...object } = objects().find((one) => one.event === name);
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60000);
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    return object;
  };

  assert.deepEqual(await event('start'), {
    event: 'start',
    version: run(['--version']).stdout.trim().split(' ')[1],
    root: site.root,
    url: server.url,
    mode: 'inotify',
  });
  assert.deepEqual(await event('pages'), { event: 'pages', open: 0, paused: false });
  await get(server, '/');
  const page = await openPage(server);
  await page.message();
  await until('the page', () => objects().some(({ open }) => open === 1));
  site.write('index.html', 'new');
  await page.message();
  assert.deepEqual(await event('change'), {
    event: 'change',
    changes: [{ path: 'index.html', kind: 'modified' }],
    same: 0,
    touched: 0,
    ignored: 0,
    told: 1,
    open: 1,
    later: false,
  });
  site.write('index.html', 'new');
  assert.equal((await event('unchanged')).same, 1);
  process.kill(server.pid, 'SIGHUP');
  assert.deepEqual(await event('asked'), {
    event: 'asked',
    path: '',
    told: 1,
    open: 1,
    later: false,
  });

  assert.equal((await get(server, '/', { Host: 'evil.example' })).status, 403);
  await server.stop();
  assert.deepEqual(Object.keys(objects().at(-1)), ['time', 'event']);
  assert.equal(objects().at(-1).event, 'stop');
  const sentences = server.errors.map((line) => JSON.parse(line));
  assert.match(sentences.find(({ event: name }) => name === 'notice').text, /evil\.example/);
  assert.ok(sentences.some(({ event: name, text }) => name === 'verbose' && /403/.test(text)));
});

describe('a server that cannot start', () => {
  test('prints one object', async () => {
    const { code, stdout, stderr } = run(['--log-format=json', '--host=192.0.2.1', site.root]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.equal(JSON.parse(stderr).event, 'error');
  });

  test('a mistake in the command line is a sentence', () => {
    const { code, stderr } = run(['--log-format=xml', site.root]);
    assert.equal(code, 2);
    assert.match(stderr, /^liveserve: [^{\n]*"xml"[^{\n]*\n$/);
  });
});
