/**
 * What an editor has not saved: what requests and pages of this machine get of it, what others get, and what a save,
 * a second editor and the end of an editor change.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { describe, test } from 'node:test';
import { connectEditor, serverSocket } from '../support/editor.js';
import { openBorn } from '../support/event_stream.js';
import { get } from '../support/http.js';
import { atEnd, makeSite, until } from '../support/server.js';
import { birthOf, openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

/** @typedef {import('../support/server.js').Server} Server */

/** An editor's program. */
const EDITOR = `
import net from 'node:net';
const socket = net.connect(process.env.ADDRESS);
socket.write('GET /__liveserve/editor HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\nUpgrade: liveserve-editor.v1\\r\\n\\r\\n');
socket.write('{"type":"hello","unsaved":true}\\n{"type":"draft","path":"a.css","text":"killed {}"}\\n');
socket.resume();
`;

/** A tunnel says so; then a request may come from anywhere. */
const TUNNEL = { 'X-Forwarded-For': '203.0.113.7' };

const FILES = {
  'index.html': '<!DOCTYPE html><link rel=stylesheet href=a.css><p>disk',
  'a.css': 'p { color: red }',
  'b.css': 'p { color: tan }',
  'page.shtml': '<p><!--#include file="part.html" -->',
  'part.html': 'disk',
  'gbk.html': Buffer.from('<!DOCTYPE html><meta charset=gbk><p>\xc4\xe3', 'latin1'),
  'dir/x.css': 'x {}',
};

/**
 * @param {(server: Server, site: import('../support/server.js').Site) => unknown} use
 * @param {string[]} [args]
 */
async function serve(use, args = []) {
  const site = makeSite(FILES);
  await withServer({ root: site.root, args }, (server) => use(server, site));
}

/**
 * @param {Server} server
 * @param {string} target
 * @param {import('../support/http.js').Fields} [fields]
 */
const bodyOf = async (server, target, fields) =>
  (await get(server, target, fields)).body.toString();

/**
 * Waits until the file is shown with that text.
 *
 * @param {Server} server
 * @param {string} target
 * @param {string} text
 */
const shows = (server, target, text) =>
  until(`${target} to be ${text}`, async () => (await bodyOf(server, target)) === text);

/**
 * A page that is up to date, and asks for its file.
 *
 * @param {Server} server
 * @param {import('../support/http.js').Fields} [fields]
 */
async function pageOf(server, fields) {
  const page = await openBornPage(server, { fields });
  await get(server, '/a.css');
  return page;
}

/**
 * The next message that is not about the editor itself.
 *
 * @param {{message: () => Promise<any>}} page
 * @returns {Promise<any>}
 */
async function messageOf(page) {
  const message = await page.message();
  return message.type === 'editor' ? messageOf(page) : message;
}

/**
 * The changes of the next message.
 *
 * @param {import('../support/websocket.js').Socket} page
 */
async function changesOf(page) {
  const { type, changes } = await messageOf(page);
  assert.equal(type, 'change');
  return changes;
}

const draft = (path, text) => ({ type: 'draft', path, text });

/**
 * Sends a draft, and waits until the page is told of it.
 *
 * @param {import('../support/editor.js').Editor} editor
 * @param {import('../support/websocket.js').Socket} page
 * @param {string} text
 * @param {string} [file]
 */
async function sendDraft(editor, page, text, file = 'a.css') {
  editor.send(draft(file, text));
  assert.equal((await changesOf(page))[0].draft, 'new');
}

/**
 * A page that was told of a draft of a.css, and the editor.
 *
 * @param {Server} server
 */
async function openDraft(server) {
  const page = await pageOf(server);
  const editor = await connectEditor();
  await sendDraft(editor, page, 'typed {}');
  return { page, editor };
}

describe('a draft', () => {
  test('is what requests of this machine get, and others do not', () =>
    serve(
      async (server, site) => {
        const editor = await connectEditor();
        await shows(server, '/a.css', FILES['a.css']);
        await shows(server, '/a.css', FILES['a.css']);
        editor.send(draft('a.css', 'p { color: blue }\r\n你好'));
        await shows(server, '/a.css', 'p { color: blue }\r\n你好');
        for (const fields of [
          TUNNEL,
          { Forwarded: 'for=203.0.113.7' },
          { 'X-Real-IP': '::1' },
          { 'X-Forwarded-Host': 'a' },
          { 'X-Original-Host': 'a' },
          { 'X-Forwarded-Proto': 'https' },
          { Via: '1.1 a' },
          { Host: '192.0.2.1' },
          { Host: 'dev.test' },
        ])
          assert.equal(
            await bodyOf(server, '/a.css', fields),
            FILES['a.css'],
            JSON.stringify(fields),
          );
        for (const Host of ['127.0.0.1', '[::1]:9000', 'a.localhost', 'LOCALHOST.'])
          assert.match(await bodyOf(server, '/a.css', { Host }), /blue/, Host);
        assert.equal(site.read('a.css'), FILES['a.css']);
        editor.close();
        await shows(server, '/a.css', FILES['a.css']);
      },
      ['--host=0.0.0.0', '--allowed-host=dev.test'],
    ));

  test('is told to pages as a draft, each text once', () =>
    serve(async (server) => {
      const [page, other] = [await pageOf(server), await pageOf(server, TUNNEL)];
      const editor = await connectEditor();
      for (const text of [FILES['a.css'], 'a {}', 'a {}', 'ab {}'])
        editor.send(draft('a.css', text));
      const change = { urls: ['/a.css'], kind: 'modified', draft: 'new' };
      assert.deepEqual(await changesOf(page), [change]);
      // Both texts may be in one message.
      await shows(server, '/a.css', 'ab {}');
      editor.send(draft('index.html', '<p>new'));
      let changes = await changesOf(page);
      if (changes.length === 1 && changes[0].urls[0] === '/a.css') changes = await changesOf(page);
      assert.deepEqual(changes.at(-1).urls, ['/index.html', '/']);
      editor.send({ type: 'reload' });
      // The first that the page from elsewhere hears.
      assert.equal((await messageOf(other)).type, 'reload');
      editor.close();
    }));

  test('leaves no line in the terminal', () =>
    serve(async (server) => {
      const editor = await connectEditor();
      editor.send(draft('a.css', 'a {'));
      await shows(server, '/a.css', 'a {');
      editor.send({ type: 'reload' });
      await server.waitForLine(/asked|reload/);
      assert.ok(!server.lines.some((line) => line.includes('a.css')));
      editor.close();
    }));

  test('has problems of its own, for editors', () =>
    serve(async (server) => {
      await get(server, '/a.css');
      const editor = await connectEditor();
      editor.send(draft('a.css', 'a {}\nb {'));
      const { line, code } = await editor.message({ event: 'problem', path: 'a.css' });
      assert.equal(line, 2);
      assert.equal(code[1].text, 'b {');
      editor.send(draft('a.css', 'a {}\nb {}'));
      await editor.message({ event: 'fixed', path: 'a.css' });
      editor.close();
    }));

  test('is UTF-8, has a tag, ranges and conditions, and may be of any size up to 8 MiB', () =>
    serve(async (server) => {
      const editor = await connectEditor();
      editor.send(draft('gbk.html', '<!DOCTYPE html><meta charset=gbk><p>你'));
      await until('the draft', async () => (await bodyOf(server, '/gbk.html')).includes('你'));
      const document = await get(server, '/gbk.html', { 'Sec-Fetch-Dest': 'document' });
      assert.equal(document.fields['content-type'], 'text/html; charset=utf-8');
      assert.match(document.body.toString(), /client\.js/);
      const large = `${'p { color: red }\n'.repeat(70000)}`;
      editor.send(draft('a.css', large));
      await shows(server, '/a.css', large);
      const part = await get(server, '/a.css', { Range: 'bytes=17-19' });
      assert.equal(part.status, 206);
      assert.equal(part.body.toString(), large.slice(17, 20));
      editor.send(draft('a.css', 'small'));
      await shows(server, '/a.css', 'small');
      const { etag } = (await get(server, '/a.css')).fields;
      assert.equal((await get(server, '/a.css', { 'If-None-Match': etag })).status, 304);
      editor.send(draft('a.css', 'x'.repeat(8 * 1024 * 1024)));
      await until(
        '8 MiB',
        async () => (await get(server, '/a.css')).body.length === 8 * 1024 * 1024,
      );
      editor.send(draft('a.css', 'x'.repeat(8 * 1024 * 1024 + 1)));
      assert.match((await editor.message({ type: 'failed' })).text, /a\.css .*larger than 8 MiB/);
      await shows(server, '/a.css', FILES['a.css']);
      editor.close();
    }));

  test('is told to pages of this machine that have no WebSocket, too', () =>
    serve(async (server) => {
      const [page, other] = [await openBorn(server), await openBorn(server, '/', TUNNEL)];
      await get(server, '/a.css');
      const editor = await connectEditor();
      editor.send(draft('a.css', 'p {}'));
      const change = { urls: ['/a.css'], kind: 'modified', draft: 'new' };
      assert.deepEqual((await messageOf(page)).changes, [change]);
      editor.send({ type: 'reload' });
      // The first that the page from elsewhere hears.
      assert.equal((await messageOf(other)).type, 'reload');
      editor.close();
      for (const stream of [page, other]) stream.close();
    }));

  test('is a part of pages that include it', () =>
    serve(async (server) => {
      assert.match(await bodyOf(server, '/page.shtml'), /<p>disk/);
      const page = await pageOf(server);
      const editor = await connectEditor();
      editor.send(draft('part.html', 'typed'));
      const changes = await changesOf(page);
      assert.deepEqual(
        changes.map(({ urls, draft: word }) => [urls[0], word]),
        [
          ['/part.html', 'new'],
          ['/page.shtml', 'new'],
        ],
      );
      assert.match(await bodyOf(server, '/page.shtml'), /<p>typed/);
      assert.match(await bodyOf(server, '/page.shtml', TUNNEL), /<p>disk/);
      editor.close();
    }));

  test('of a file that is not there yet', () =>
    serve(async (server) => {
      const page = await pageOf(server);
      const editor = await connectEditor();
      editor.send(draft('new/c.css', 'c {}'));
      assert.deepEqual(await changesOf(page), [
        { urls: ['/new/c.css'], kind: 'created', draft: 'new' },
      ]);
      await shows(server, '/new/c.css', 'c {}');
      assert.equal((await get(server, '/new/c.css', TUNNEL)).status, 404);
      editor.send({ type: 'closed', path: 'new/c.css' });
      const [change] = await changesOf(page);
      assert.equal(change.kind, 'deleted');
      assert.equal((await get(server, '/new/c.css')).status, 404);
      editor.close();
    }));

  test('is refused in one sentence, or left out', () =>
    serve(async (server) => {
      const editor = await connectEditor();
      for (const [path, text] of [
        ['../a.css', /\.\.\/a\.css is not shown in pages: it is not in the served folder/],
        ['/etc/passwd', /not in the served folder/],
        ['dir', /dir is not shown in pages: that is no file/],
        ['a//b', /not in the served folder/],
      ]) {
        const from = editor.messages.length;
        editor.send(draft(path, 'x'));
        editor.send(draft(path, 'xx'));
        assert.match(
          (await editor.message({ type: 'failed' }, from)).text,
          /** @type {RegExp} */ (text),
        );
      }
      editor.send('{"type":"draft","path":"a.css","text":"a\\u0000b"}\n');
      await editor.message({
        type: 'failed',
        text: 'What is not saved is not shown in pages: the text or its name has a NUL byte, which texts do not have.',
      });
      editor.send(draft('.env', 'secret'));
      editor.send(draft('a.css', 'after'));
      await shows(server, '/a.css', 'after');
      assert.equal((await get(server, '/.env')).status, 404);
      assert.equal(editor.messages.filter(({ type }) => type === 'failed').length, 5);
      editor.close();
    }));

  test('of an editor that did not say that it has any is left out', () =>
    serve(async (server) => {
      const editor = await connectEditor({ unsaved: false });
      editor.send(draft('a.css', 'x'));
      editor.send({ type: 'reload' });
      await editor.message({ event: 'asked' });
      assert.equal(await bodyOf(server, '/a.css'), FILES['a.css']);
      editor.close();
    }));
});

test('with --share-drafts, others get a draft, too', () =>
  serve(
    async (server) => {
      const other = await pageOf(server, TUNNEL);
      const editor = await connectEditor();
      editor.send(draft('a.css', 'typed {'));
      // Who types has not ended: the page is told of no problem.
      assert.deepEqual(await changesOf(other), [
        { urls: ['/a.css'], kind: 'modified', draft: 'new' },
      ]);
      assert.equal(await bodyOf(server, '/a.css', TUNNEL), 'typed {');
      editor.close();
    },
    ['--share-drafts'],
  ));

describe('a save', () => {
  test('of the same text is for pages that have waited', () =>
    serve(async (server, site) => {
      const [page, other] = [await pageOf(server), await pageOf(server, TUNNEL)];
      const editor = await connectEditor();
      for (const [first, text] of [
        ['message', 'one {}'],
        ['disk', 'two {}'],
      ]) {
        const from = server.lines.length;
        await sendDraft(editor, page, text);
        if (first === 'message') {
          server.whileStopped(() => {
            editor.send({ type: 'saved', path: 'a.css' });
            site.write('a.css', text);
          });
        } else {
          site.write('a.css', text);
          await server.waitForLine(/a\.css/, from);
          editor.send({ type: 'saved', path: 'a.css' });
        }
        assert.deepEqual(await changesOf(page), [
          { urls: ['/a.css'], kind: 'modified', draft: 'saved' },
        ]);
        assert.deepEqual(await changesOf(other), [{ urls: ['/a.css'], kind: 'modified' }]);
        await server.waitForLine(/changed a\.css, told 2 pages/, from);
        await shows(server, '/a.css', text);
      }
      // No message is left over.
      editor.send({ type: 'reload' });
      for (const one of [page, other]) assert.equal((await messageOf(one)).type, 'reload');
      editor.close();
    }));

  test('of another text is a change', () =>
    serve(async (server, site) => {
      const { page, editor } = await openDraft(server);
      server.whileStopped(() => {
        site.write('a.css', 'formatted {}\n');
        editor.send({ type: 'saved', path: 'a.css' });
      });
      assert.deepEqual(await changesOf(page), [{ urls: ['/a.css'], kind: 'modified' }]);
      assert.equal(await bodyOf(server, '/a.css'), 'formatted {}\n');
      editor.send({ type: 'reload' });
      assert.equal((await messageOf(page)).type, 'reload');
      editor.close();
    }));

  test('that is followed at once by the end of the editor is a save', () =>
    serve(async (server, site) => {
      const { page, editor } = await openDraft(server);
      server.whileStopped(() => {
        editor.send({ type: 'saved', path: 'a.css' });
        editor.send({ type: 'closed', path: 'a.css' });
        site.write('a.css', 'typed {}');
        editor.socket.end();
      });
      assert.deepEqual(await changesOf(page), [
        { urls: ['/a.css'], kind: 'modified', draft: 'saved' },
      ]);
      await shows(server, '/a.css', 'typed {}');
    }));

  test('that did not reach the disk shows the disk', () =>
    serve(async (server) => {
      const { page, editor } = await openDraft(server);
      editor.send({ type: 'saved', path: 'a.css' });
      assert.deepEqual(await changesOf(page), [{ urls: ['/a.css'], kind: 'modified' }]);
      assert.equal(await bodyOf(server, '/a.css'), FILES['a.css']);
      editor.close();
    }));

  test('of what another program has written shows that', () =>
    serve(async (server, site) => {
      const other = await pageOf(server, TUNNEL);
      const { page, editor } = await openDraft(server);
      site.write('a.css', 'formatted {}');
      assert.equal((await changesOf(other)).length, 1);
      editor.send({ type: 'saved', path: 'a.css' });
      assert.deepEqual(await changesOf(page), [{ urls: ['/a.css'], kind: 'modified' }]);
      assert.equal(await bodyOf(server, '/a.css'), 'formatted {}');
      editor.send({ type: 'reload' });
      assert.equal((await messageOf(other)).type, 'reload');
      editor.close();
    }));

  test('by another program changes nothing for pages that show the draft', () =>
    serve(async (server, site) => {
      const other = await pageOf(server, TUNNEL);
      const { page, editor } = await openDraft(server);
      site.write('a.css', 'checked out {}');
      assert.deepEqual(await changesOf(other), [{ urls: ['/a.css'], kind: 'modified' }]);
      await shows(server, '/a.css', 'typed {}');
      await sendDraft(editor, page, 'typed more {}');
      site.remove('a.css');
      assert.equal((await changesOf(other))[0].kind, 'deleted');
      await shows(server, '/a.css', 'typed more {}');
      editor.close();
      const [change] = await changesOf(page);
      assert.deepEqual([change.kind, change.draft], ['deleted', 'gone']);
      assert.equal((await get(server, '/a.css')).status, 404);
    }));

  test('of a file that the editor renamed', () =>
    serve(async (server, site) => {
      const { page, editor } = await openDraft(server);
      site.rename('a.css', 'c.css');
      assert.deepEqual(await changesOf(page), [{ urls: ['/c.css'], kind: 'created' }]);
      editor.send({ type: 'closed', path: 'a.css' });
      editor.send(draft('c.css', 'typed {}'));
      await shows(server, '/c.css', 'typed {}');
      await until('a.css to be gone', async () => (await get(server, '/a.css')).status === 404);
      editor.close();
    }));
});

describe('the end', () => {
  test('of a draft shows the disk', () =>
    serve(async (server) => {
      const page = await pageOf(server);
      const { version } = await birthOf(server);
      const editor = await connectEditor();
      for (const end of [{ type: 'closed', path: 'a.css' }, draft('a.css', FILES['a.css'])]) {
        const since = (await birthOf(server)).version;
        assert.ok(since >= version);
        await sendDraft(editor, page, 'typed {}');
        editor.send(end);
        assert.deepEqual(await changesOf(page), [
          { urls: ['/a.css'], kind: 'modified', draft: 'gone', since },
        ]);
        assert.equal(await bodyOf(server, '/a.css'), FILES['a.css']);
      }
      editor.close();
    }));

  test('of an editor is one batch', () =>
    serve(async (server) => {
      const page = await pageOf(server);
      const editor = await connectEditor();
      for (const path of ['a.css', 'b.css']) {
        await sendDraft(editor, page, 'typed {}', path);
      }
      editor.close();
      const changes = await changesOf(page);
      assert.deepEqual(changes.map(({ urls }) => urls[0]).sort(), ['/a.css', '/b.css']);
      for (const path of ['a.css', 'b.css']) await shows(server, `/${path}`, FILES[path]);
    }));

  test('of an editor that is killed shows the disk within a second', () =>
    serve(async (server) => {
      const page = await pageOf(server);
      const child = spawn(process.execPath, ['--input-type=module', '-e', EDITOR], {
        env: { ...process.env, ADDRESS: await serverSocket() },
        stdio: ['ignore', 'inherit', 'inherit'],
      });
      atEnd(() => child.kill('SIGKILL'));
      assert.equal((await changesOf(page))[0].draft, 'new');
      await shows(server, '/a.css', 'killed {}');
      child.kill('SIGKILL');
      await until(
        'the disk',
        async () => (await bodyOf(server, '/a.css')) === FILES['a.css'],
        1000,
      );
      assert.equal((await changesOf(page))[0].draft, 'gone');
    }));

  test('of the later of two editors shows the text of the earlier', () =>
    serve(async (server) => {
      const one = await connectEditor({ editor: 'One' });
      const two = await connectEditor({ editor: 'Two' });
      one.send(draft('a.css', 'one {}'));
      await shows(server, '/a.css', 'one {}');
      two.send(draft('a.css', 'two {}'));
      await shows(server, '/a.css', 'two {}');
      await one.message({ type: 'taken', path: 'a.css', editor: 'Two' });
      one.send(draft('a.css', 'one more {}'));
      await two.message({ type: 'taken', path: 'a.css', editor: 'One' });
      await shows(server, '/a.css', 'one more {}');
      one.close();
      await shows(server, '/a.css', 'two {}');
      two.close();
      await shows(server, '/a.css', FILES['a.css']);
    }));

  test('of the server does not take pages back', () =>
    serve(async (server) => {
      const { page, editor } = await openDraft(server);
      await server.stop();
      assert.equal(await page.closeCode(), 1001);
      await editor.ended();
    }));
});
