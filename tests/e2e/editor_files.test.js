/**
 * Files that an editor names by their absolute paths: those of mounted folders, and those of the sites of --vhost. What
 * pages get of drafts in them, which pages are told, and what a click opens.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectEditor } from '../support/editor.js';
import { get } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { birthOf, openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

/** @typedef {import('../support/server.js').Server} Server */

const DISK = 'p { color: red }';

/**
 * The sites, with a server of all of them.
 *
 * @param {(all: any) => unknown} use
 * @param {(main: import('../support/server.js').Site) => string[]} [argsFor] more of its arguments
 */
async function serve(use, argsFor = () => []) {
  const main = makeSite({ 'index.html': '<p>', 'a.css': DISK, 'parts/p.css': DISK });
  const lib = makeSite({
    'x.css': DISK,
    '.env': 'secret',
    'one/only.css': DISK,
    'one/no.css': DISK,
  });
  const shop = makeSite({ 'index.html': '<p>', 'x.css': DISK, 'broken.css': DISK });
  const all = [
    `--mount=/lib=${lib.root}`,
    `--mount=/only.css=${lib.path('one/only.css')}`,
    `--vhost=shop.localhost=${shop.root}`,
    `--vhost=parts.localhost=${main.path('parts')}`,
    ...argsFor(main),
  ];
  await withServer({ root: main.root, args: all }, (server) => use({ server, main, lib, shop }));
}

const ofSite = (server, name) => ({ Host: `${name}.localhost:${server.port}` });
const draft = (path, text) => ({ type: 'draft', path, text });

/** Waits until the file is shown with that text. */
const shows = (server, target, text, fields = {}) =>
  until(
    `${target} to be ${text}`,
    async () => (await get(server, target, fields)).body.toString() === text,
  );

/** A page of a site that is up to date. @param {Server} server */
async function pageOf(server, fields = {}) {
  const socket = await openPage(server, { ...(await birthOf(server, fields)), fields });
  assert.equal((await messageOf(socket)).type, 'hello');
  return socket;
}

/** The next message that is not about the editor itself. @returns {Promise<any>} */
async function messageOf(socket) {
  const message = await socket.message();
  return message.type === 'editor' ? messageOf(socket) : message;
}

const changesOf = async (socket) => (await messageOf(socket)).changes;

describe('a draft', () => {
  test('of a mounted file is shown under its address, and the disk at its end', () =>
    serve(async ({ server, lib }) => {
      await shows(server, '/lib/x.css', DISK);
      const page = await pageOf(server);
      const editor = await connectEditor();
      editor.send(draft(lib.path('x.css'), 'typed {}'));
      assert.deepEqual(await changesOf(page), [
        { urls: ['/lib/x.css'], kind: 'modified', draft: 'new' },
      ]);
      await shows(server, '/lib/x.css', 'typed {}');
      const tunnel = await get(server, '/lib/x.css', { Forwarded: 'for=203.0.113.7' });
      assert.equal(tunnel.body.toString(), DISK);
      lib.write('x.css', 'typed {}');
      editor.send({ type: 'saved', path: lib.path('x.css') });
      assert.deepEqual(await changesOf(page), [
        { urls: ['/lib/x.css'], kind: 'modified', draft: 'saved' },
      ]);
      editor.send(draft(lib.path('new.css'), 'new {}'));
      assert.equal((await changesOf(page))[0].kind, 'created');
      await shows(server, '/lib/new.css', 'new {}');
      editor.close();
      const [{ urls, kind, draft: word }] = await changesOf(page);
      assert.deepEqual([urls, kind, word], [['/lib/new.css'], 'deleted', 'gone']);
      assert.equal((await get(server, '/lib/new.css')).status, 404);
    }));

  test('of a file that is mounted twice is shown under both addresses', () =>
    serve(async ({ server, lib }) => {
      const page = await pageOf(server);
      const editor = await connectEditor();
      editor.send(draft(lib.path('one/only.css'), 'typed {}'));
      const changes = await changesOf(page);
      assert.deepEqual(changes.map(({ urls }) => urls[0]).sort(), [
        '/lib/one/only.css',
        '/only.css',
      ]);
      for (const target of ['/lib/one/only.css', '/only.css'])
        await shows(server, target, 'typed {}');
      editor.send({ type: 'closed', path: lib.path('one/only.css') });
      for (const target of ['/lib/one/only.css', '/only.css']) await shows(server, target, DISK);
      editor.close();
    }));

  test('of a site of --vhost is shown there, and its other files and sites are not touched', () =>
    serve(async ({ server, main, shop }) => {
      const fields = ofSite(server, 'shop');
      const [page, other] = [await pageOf(server, fields), await pageOf(server)];
      const editor = await connectEditor();
      editor.send(draft(shop.path('x.css'), 'typed {}'));
      assert.deepEqual(await changesOf(page), [
        { urls: ['/x.css'], kind: 'modified', draft: 'new' },
      ]);
      await shows(server, '/x.css', 'typed {}', fields);
      assert.equal((await get(server, '/x.css')).status, 404);
      // The first that the page of the other site is told of.
      editor.send(draft(main.path('a.css'), 'absolute {}'));
      assert.deepEqual(await changesOf(other), [
        { urls: ['/a.css'], kind: 'modified', draft: 'new' },
      ]);
      await shows(server, '/a.css', 'absolute {}');
      editor.send({ type: 'closed', path: 'a.css' });
      await shows(server, '/a.css', DISK);
      editor.close();
      assert.equal((await changesOf(page))[0].draft, 'gone');
      await shows(server, '/x.css', DISK, fields);
    }));

  test('of a folder that two sites have is shown in both, and another editor is told once', () =>
    serve(async ({ server, main }) => {
      const fields = ofSite(server, 'parts');
      const [one, two] = [await connectEditor(), await connectEditor({ editor: 'Two' })];
      one.send(draft('parts/p.css', 'one {}'));
      await shows(server, '/parts/p.css', 'one {}');
      await shows(server, '/p.css', 'one {}', fields);
      two.send(draft(main.path('parts/p.css'), 'two {}'));
      await shows(server, '/p.css', 'two {}', fields);
      await one.message({ type: 'taken', path: 'parts/p.css', editor: 'Two' });
      two.close();
      await shows(server, '/p.css', 'one {}', fields);
      await shows(server, '/parts/p.css', 'one {}');
      assert.equal(one.messages.filter(({ type }) => type === 'taken').length, 1);
      one.close();
    }));

  test('has problems of its own, also where the file is mounted', () =>
    serve(async ({ server, lib, shop }) => {
      await get(server, '/lib/x.css');
      await get(server, '/broken.css', ofSite(server, 'shop'));
      const editor = await connectEditor();
      editor.send(draft(lib.path('x.css'), 'a {}\nb {'));
      const mounted = await editor.message({ event: 'problem', path: 'lib/x.css' });
      assert.deepEqual([mounted.line, mounted.file], [2, lib.path('x.css')]);
      lib.write('x.css', 'a {}\nb {');
      await server.waitForLine(/x\.css:2/);
      editor.send(draft(shop.path('broken.css'), 'b {'));
      const ofShop = await editor.message({ event: 'problem', path: 'broken.css' });
      assert.deepEqual([ofShop.site, ofShop.file], ['shop.localhost', shop.path('broken.css')]);
      const said = editor.messages.length;
      editor.send(draft(shop.path('broken.css'), 'b {}'));
      const { file } = await editor.message({ event: 'fixed' }, said);
      assert.equal(file, shop.path('broken.css'));
      editor.close();
    }));

  test('of a file that is not served is refused or left out', () =>
    serve(async ({ server, main, lib }) => {
      const editor = await connectEditor();
      for (const path of [
        '/etc/passwd',
        lib.root,
        `${lib.root}/../x.css`,
        `${lib.root}//x.css`,
        `${main.root}x/a.css`,
      ]) {
        const from = editor.messages.length;
        editor.send(draft(path, 'x'));
        const { text } = await editor.message({ type: 'failed' }, from);
        assert.match(text, /is not shown in pages: it is not in the served folder/);
      }
      editor.send(draft(lib.path('.env'), 'typed'));
      editor.send(draft(lib.path('x.css'), 'after {}'));
      await shows(server, '/lib/x.css', 'after {}');
      assert.equal((await get(server, '/lib/.env')).status, 404);
      editor.close();
    }));

  test('of a mounted file that a file before it hides is not shown', () =>
    serve(
      async ({ server, main, lib }) => {
        await shows(server, '/lib/x.css', DISK);
        const editor = await connectEditor();
        // /lib/one is mounted from the served folder, which has no such file; then it has.
        editor.send(draft(lib.path('one/no.css'), 'typed {}'));
        await shows(server, '/lib/one/no.css', 'typed {}');
        main.write('parts/no.css', 'first {}');
        await shows(server, '/lib/one/no.css', 'first {}');
        editor.close();
      },
      (main) => [`--mount=/lib/one=${main.path('parts')}`],
    ));
});

describe('the editor', () => {
  test('is told of all folders', () =>
    serve(async ({ main, lib, shop }) => {
      const editor = await connectEditor();
      const { root, folders } = editor.messages[0];
      assert.equal(root, main.root);
      assert.equal(folders[0], main.root);
      assert.deepEqual(
        folders.slice(1).sort(),
        [lib.root, lib.path('one'), shop.root, main.path('parts')].sort(),
      );
      editor.close();
    }));

  test('opens what is clicked in any of them, and shows its cursor there', () =>
    serve(
      async ({ server, main, lib, shop }) => {
        const [page, other] = [await pageOf(server, ofSite(server, 'shop')), await pageOf(server)];
        const editor = await connectEditor();
        editor.send({ type: 'cursor', path: shop.path('index.html'), offset: 1 });
        let told;
        do told = await page.message();
        while (!told.url);
        assert.deepEqual([told.url, told.follow], ['/index.html', true]);
        do told = await other.message();
        while (!told.there);
        assert.equal(told.url, undefined, 'the file is not of this site');
        const click = (socket, url) =>
          socket.send(JSON.stringify({ type: 'show', url, line: 2, column: 3 }));
        for (const [socket, url, path] of [
          [page, '/index.html', shop.path('index.html')],
          [other, '/index.html', 'index.html'],
          [other, '/lib/x.css', lib.path('x.css')],
        ]) {
          click(socket, url);
          await editor.message({ type: 'show', path, line: 2, column: 3 });
        }
        assert.ok(main.root);
        editor.close();
      },
      () => ['--follow-cursor'],
    ));

  test('has pages of any of them reloaded', () =>
    serve(async ({ server, lib, shop }) => {
      const editor = await connectEditor();
      const page = await pageOf(server, ofSite(server, 'shop'));
      editor.send({ type: 'reload', path: shop.path('index.html') });
      assert.deepEqual((await changesOf(page))[0].urls, ['/index.html', '/']);
      editor.send({ type: 'reload', path: lib.path('none.css') });
      assert.match((await editor.message({ type: 'failed' })).text, /There is no file .*none\.css/);
      editor.close();
    }));
});
