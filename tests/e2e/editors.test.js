/**
 * The connection of editors' programs: hello, events, reload and pause, and what ends it.
 */

import assert from 'node:assert/strict';
import net from 'node:net';
import { describe, test } from 'node:test';
import { connectEditor, controlSockets, Editor, upgradeRequest } from '../support/editor.js';
import { get } from '../support/http.js';
import { atEnd, makeSite, run, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const site = makeSite({
  'index.html': '<link rel=stylesheet href=a.css>',
  'a.css': 'p { color: red }',
});

/**
 * @param {(server: import('../support/server.js').Server) => unknown} use
 * @param {string[]} [args]
 */
const serve = (use, args = []) => withServer({ root: site.root, args }, use);

describe('hello', () => {
  test('is answered with the server and its state', () =>
    serve(async (server) => {
      const editor = await connectEditor();
      const version = run(['--version']).stdout.trim().split(' ')[1];
      assert.deepEqual(editor.messages[0], {
        type: 'hello',
        version,
        root: site.root,
        url: server.url,
        folders: [site.root],
      });
      const { time, ...pages } = await editor.message({ event: 'pages' });
      assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      assert.deepEqual(pages, { event: 'pages', open: 0, paused: false });
      assert.match(
        editor.head,
        /^HTTP\/1\.1 101 .*\nConnection: Upgrade\nUpgrade: liveserve-editor\.v1\n/,
      );
      editor.close();
    }));

  test('tells the problems that are known', () =>
    serve(async (server) => {
      await get(server, '/a.css');
      site.write('a.css', '中文😀 { color: red ');
      await server.waitForLine(/a\.css/);
      const editor = await connectEditor();
      const problem = await editor.message({ event: 'problem' });
      assert.deepEqual([problem.path, problem.file], ['a.css', site.path('a.css')]);
      assert.deepEqual([problem.line, problem.column], [1, 6]);
      const said = editor.messages.length;
      site.write('a.css', 'p { color: red }');
      await editor.message({ event: 'fixed', path: 'a.css' }, said);
      await editor.message({ event: 'change' }, said);
      editor.close();
    }));

  test('sent with the request is read, too', () =>
    serve(async () => {
      const editor = new Editor(net.connect(controlSockets()[0]));
      editor.send(`${upgradeRequest()}{"type":"hello"}\n{"type":"later","x":[1]}\n`);
      await editor.message({ event: 'pages' });
      assert.equal(editor.hasEnded, false);
      editor.close();
    }));
});

describe('events', () => {
  test('reach each editor, also when the terminal shows none', () =>
    serve(
      async (server) => {
        const [one, other] = [await connectEditor(), await connectEditor({ editor: 'Other' })];
        await get(server, '/a.css');
        const page = await openPage(server);
        await one.message({ event: 'pages', open: 1 });
        site.write('a.css', 'p { color: blue }');
        for (const editor of [one, other]) {
          const { changes } = await editor.message({ event: 'change' });
          assert.deepEqual(changes, [{ path: 'a.css', kind: 'modified' }]);
        }
        page.destroy();
        one.close();
        await other.message({ event: 'pages', open: 0 }, 2);
        other.close();
      },
      ['--quiet'],
    ));

  test('the end of the server is the last', () =>
    serve(async (server) => {
      const editor = await connectEditor();
      await server.stop();
      await editor.ended();
      assert.equal(editor.messages.at(-1).event, 'stop');
    }));
});

describe('what an editor asks for', () => {
  test('reload of every page, of one file, of none', () =>
    serve(async (server) => {
      const editor = await connectEditor();
      await get(server, '/');
      editor.send({ type: 'reload' });
      assert.equal((await editor.message({ event: 'asked' })).path, '');
      editor.send({ type: 'reload', path: 'a.css' });
      await editor.message({ event: 'asked', path: 'a.css' });
      editor.send({ type: 'reload', path: '../no.css' });
      const { text } = await editor.message({ type: 'failed' });
      assert.match(text, /^There is no file \.\.\/no\.css in the served folder/);
      assert.equal(editor.hasEnded, false);
      editor.close();
    }));

  test('a pause, and its end; again changes nothing', () =>
    serve(async (server) => {
      const editor = await connectEditor();
      for (const paused of [true, true, false]) editor.send({ type: 'pause', paused });
      await editor.message({ event: 'resumed' });
      const kinds = editor.messages.map(({ event }) => event);
      assert.equal(kinds.filter((kind) => kind === 'paused').length, 1);
      await server.waitForLine(/paused/);
      editor.close();
    }));
});

describe('the connection ends after', () => {
  for (const [what, line, text] of [
    ['a line that is no JSON', 'hello\n', /not a message/],
    ['an array', '[]\n', /not a message/],
    ['two objects in a line', '{"type":"hello"} {}\n', /not a message/],
    [
      'bytes that are not UTF-8',
      Buffer.from('{"type":"hello","editor":"\xff"}\n', 'latin1'),
      /not a message/,
    ],
    ['a member of a wrong type', '{"type":"hello","unsaved":1}\n', /not a message/],
    ['another message than hello', '{"type":"reload"}\n', /first message/],
    ['a second hello', '{"type":"hello"}\n{"type":"hello"}\n', /only once/],
  ])
    test(/** @type {string} */ (what), () =>
      serve(async () => {
        const editor = await connectEditor({ editor: null });
        editor.socket.write(/** @type {any} */ (line));
        assert.match((await editor.message({ type: 'failed' })).text, /** @type {RegExp} */ (text));
        await editor.ended();
      }),
    );

  test('a line above 16 MiB', () =>
    serve(async () => {
      const editor = await connectEditor();
      editor.socket.write(`{"type":"later","x":"${'x'.repeat(16 * 1024 * 1024)}`);
      assert.match((await editor.message({ type: 'failed' })).text, /more than 16 MiB/);
      await editor.ended();
    }));

  test('a line of 16 MiB does not', () =>
    serve(async () => {
      const editor = await connectEditor();
      const empty = '{"type":"later","x":""}\n';
      const text = 'x'.repeat(16 * 1024 * 1024 - empty.length);
      editor.send(empty.replace('""', `"${text}"`));
      editor.send({ type: 'reload' });
      await editor.message({ event: 'asked' });
      editor.close();
    }));

  test('an editor has not read', () =>
    serve(async () => {
      const other = await connectEditor();
      const editor = await connectEditor({ editor: 'It sleeps' });
      editor.socket.pause();
      let isOver = false;
      editor.socket.on('close', () => (isOver = true));
      // The answers to these are what it does not read: more than 4 MiB.
      const line = `${JSON.stringify({ type: 'reload', path: 'x'.repeat(250) })}\n`;
      editor.send(line.repeat(20000));
      await until('the end', () => {
        editor.send(line);
        return isOver;
      });
      other.send({ type: 'reload' });
      await other.message({ event: 'asked' });
      other.close();
    }));
});

describe('the request', () => {
  test('is refused without the right Upgrade', () =>
    serve(async () => {
      const editor = await connectEditor({ editor: null, upgrade: 'websocket' });
      await until('an answer', () => editor.head.includes('426'));
      editor.close();
    }));

  test('is nothing for the port of the pages', () =>
    serve(async (server) => {
      assert.equal((await get(server, '/__liveserve/editor')).status, 404);
    }));

  test('is refused when there are too many', () =>
    serve(async () => {
      const editors = [];
      while (editors.length < 32) editors.push(await connectEditor());
      const last = await connectEditor({ editor: null });
      await until('an answer', () => last.head.includes('503'));
      editors.pop().close();
      await until('a place', async () => {
        const again = await connectEditor({ editor: null });
        await until('an answer', () => again.head.length > 0);
        atEnd(() => again.close());
        return again.head.includes('101');
      });
      for (const editor of [...editors, last]) editor.close();
    }));
});
