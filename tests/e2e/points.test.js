/**
 * Pages and the editor: who is told which file each part of a document is from, who is told of the editor, and what
 * reaches it.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connectEditor } from '../support/editor.js';
import { openBorn } from '../support/event_stream.js';
import { get } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const PAGE = '<!doctype html><title>x</title>\n<p>text</p>\n';
const PARTS =
  'a\r\n<!--#include virtual="/nav.html" --><b>\u{1f600}</b><!--#echo var="X" --><i>x</i>';
const site = makeSite({
  'index.html': PAGE,
  'a b.html': PAGE,
  'parts.shtml': PARTS,
  'nav.html': '<nav>x</nav>',
  'a.css': 'p { color: red }',
});

/** What proxies and tunnels say. */
const ELSEWHERE = [
  { Forwarded: 'for=203.0.113.7' },
  { 'X-Forwarded-For': '::1' },
  { 'X-Forwarded-Host': 'a' },
  { 'X-Forwarded-Proto': 'https' },
  { Via: '1.1 a' },
];

const WANTED = { Accept: 'application/vnd.liveserve.places' };

/**
 * @param {(server: import('../support/server.js').Server) => unknown} use
 * @param {string[]} [args]
 */
const serve = (use, args = []) => withServer({ root: site.root, args }, use);

/**
 * @param {import('../support/server.js').Server} server
 * @param {string} target
 * @param {Record<string, string>} [fields]
 */
async function placesOf(server, target, fields = WANTED) {
  const answer = await get(server, target, fields);
  return { field: answer.fields['liveserve-places'], answer };
}

/**
 * A page that the server knows.
 *
 * @param {import('../support/server.js').Server} server
 * @param {Record<string, string>} [fields]
 */
const greetedPage = (server, fields) => openBornPage(server, { fields });

describe('the places of a document', () => {
  test('are said while an editor is there', () =>
    serve(async (server) => {
      assert.equal((await placesOf(server, '/')).field, undefined);
      const editor = await connectEditor();
      const { field, answer } = await placesOf(server, '/');
      assert.equal(field, `/index.html 0 ${PAGE.length} 0 1 1`);
      assert.equal(answer.body.toString(), PAGE, 'the bytes of the file, without a tag');
      assert.equal((await placesOf(server, '/a%20b')).field, `/a%20b.html 0 ${PAGE.length} 0 1 1`);
      assert.equal((await placesOf(server, '/a.css')).field, undefined, 'no document');
      assert.equal((await placesOf(server, '/none')).field, undefined);
      const tag = /** @type {string} */ (answer.fields.etag);
      const again = await placesOf(server, '/', { ...WANTED, 'If-None-Match': tag });
      assert.equal(again.answer.status, 304);
      // Asked for often, a file is kept open. Its places are said nevertheless, and to nobody else.
      for (let i = 0; i < 5; i++) {
        assert.equal((await placesOf(server, '/', {})).field, undefined);
        assert.equal((await placesOf(server, '/')).field, field);
      }
      editor.close();
    }));

  test('are those of the files that it includes', () =>
    serve(async (server) => {
      const editor = await connectEditor();
      const { field, answer } = await placesOf(server, '/parts.shtml');
      const nav = 3;
      const own = nav + '<nav>x</nav>'.length;
      const face = Buffer.byteLength('<b>\u{1f600}</b>');
      const bytes = Buffer.from(PARTS);
      const tail = answer.body.length - '<i>x</i>'.length;
      assert.equal(
        field,
        [
          `/parts.shtml 0 3 0 1 1`,
          `/nav.html ${nav} ${own - nav} 0 1 1`,
          `/parts.shtml ${own} ${face} ${bytes.indexOf('<b>')} 2 ${PARTS.split('\n')[1].indexOf('<b>') + 1}`,
          `/parts.shtml ${tail} 8 ${bytes.indexOf('<i>')} 2 ${PARTS.split('\n')[1].indexOf('<i>') + 1}`,
        ].join(' '),
      );
      editor.close();
    }));

  test('are for browsers on this machine', () =>
    serve(
      async (server) => {
        const editor = await connectEditor();
        const refused = [
          { Host: 'site.test' },
          { Origin: 'http://evil.example' },
          { 'Sec-Fetch-Site': 'cross-site' },
        ];
        for (const headers of refused)
          assert.equal((await placesOf(server, '/', { ...WANTED, ...headers })).field, undefined);
        editor.close();
      },
      ['--allowed-host=site.test'],
    ));
});

describe('a page', () => {
  test('is told of the editor, and its cursor', () =>
    serve(
      async (server) => {
        const page = await greetedPage(server);
        const editor = await connectEditor();
        const first = await page.message();
        assert.deepEqual(first, { type: 'editor', there: true, keys: 'ctrl+alt', follow: true });
        editor.send({ type: 'cursor', path: 'a b.html', offset: 7 });
        const moved = await page.message();
        assert.deepEqual(moved, { ...first, url: '/a%20b.html', offset: 7 });
        editor.close();
        assert.deepEqual(await page.message(), { ...first, there: false });
        page.destroy();
      },
      ['--click-to-source=ctrl+alt', '--follow-cursor'],
    ));

  test('has a file opened by the editor whose cursor is in it, else by the newest', () =>
    serve(async (server) => {
      const page = await greetedPage(server);
      const old = await connectEditor({ editor: 'old' });
      const newest = await connectEditor({ editor: 'new' });
      old.send({ type: 'cursor', path: 'a b.html', offset: 1 });
      // It is told of both editors at once, or of one after the other, and then of the cursor.
      while ((await page.message()).url !== '/a%20b.html');
      const show = { type: 'show', line: 2, column: 3 };
      page.send(JSON.stringify({ ...show, url: '/index.html' }));
      assert.deepEqual(await newest.message({ type: 'show' }), { ...show, path: 'index.html' });
      page.send(JSON.stringify({ ...show, url: '/a%20b.html' }));
      assert.deepEqual(await old.message({ type: 'show' }), { ...show, path: 'a b.html' });
      assert.equal(newest.messages.filter(({ type }) => type === 'show').length, 1);
      // The one that is left.
      old.close();
      page.send(JSON.stringify({ ...show, url: '/a%20b.html', line: 9 }));
      await newest.message({ type: 'show', line: 9 });
      newest.close();
      page.destroy();
    }));

  for (const shared of [[], ['--share-drafts']])
    test(`that may be elsewhere is told nothing, and has nothing opened ${shared}`, () =>
      serve(
        async (server) => {
          const page = await greetedPage(server, { Host: 'site.test' });
          const pages = [page];
          for (const fields of ELSEWHERE) pages.push(await greetedPage(server, fields));
          // One editor that comes, and one that is there when the last page comes.
          const editor = await connectEditor();
          pages.push(await greetedPage(server, ELSEWHERE[0]));
          editor.send({ type: 'cursor', path: 'index.html', offset: 3 });
          for (const one of pages) {
            one.send(JSON.stringify({ type: 'show', url: '/index.html', line: 1, column: 1 }));
            one.send(JSON.stringify({ type: 'uses', urls: ['/'] }));
            assert.equal((await one.message()).type, 'state', 'and nothing of an editor');
          }
          const stream = await openBorn(server, '/', ELSEWHERE[0]);
          editor.send({ type: 'reload' });
          for (const one of [...pages, stream]) assert.equal((await one.message()).type, 'reload');
          stream.close();
          assert.ok(!editor.messages.some(({ type }) => type === 'show'));
          editor.close();
          for (const one of pages) one.destroy();
        },
        ['--allowed-host=site.test', ...shared],
      ));
});
