/**
 * `liveserve lsp` with a running server: what is typed is shown before it is saved, and the disk again when it is saved,
 * closed, or the editor is gone.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { Editor, edit } from '../support/lsp.js';
import { atMost, makeSite, startServer, until } from '../support/server.js';

/**
 * Runs use with a site, its server and an editor.
 *
 * @param {Record<string, string>} files
 * @param {object} params of initialize
 * @param {(all: {site: import('../support/server.js').Site, server: any, editor: Editor,
 *   shows: (name: string, text: string) => Promise<any>}) => Promise<any>} use
 * @param {string[]} [args] of the server
 */
async function withEditor(files, params, use, args = []) {
  const site = makeSite({ 'index.html': '<p>', ...files });
  const server = await startServer({ root: site.root, args });
  const editor = new Editor();
  await editor.initialize(site.root, params);
  /** Waits until the server sends this text for the file. */
  const shows = (/** @type {string} */ name, /** @type {string} */ text) =>
    until(`${name} to be ${text.slice(0, 40)}`, async () => {
      const { body } = await get(server, `/${name}`);
      return body.toString() === text;
    });
  try {
    await use({ site, server, editor, shows });
    if (!editor.child.killed) await editor.leave();
  } finally {
    await server.kill();
  }
}

describe('a text that is typed', () => {
  test('is shown key by key, and the file when it is saved or closed', () =>
    withEditor({ 'a.css': 'p {}\n' }, {}, async ({ site, editor, shows }) => {
      const file = site.path('a.css');
      editor.open(file, 'p {}\n');
      await shows('a.css', 'p {}\n');
      let text = 'p {}\n';
      for (const [i, key] of [...'color'].entries()) {
        editor.change(file, edit(0, 3 + i, 3 + i, key));
        text = `p {${'color'.slice(0, i + 1)}}\n`;
        await shows('a.css', text);
      }
      assert.equal(site.read('a.css'), 'p {}\n');
      site.write('a.css', text);
      editor.save(file, text);
      site.write('a.css', 'q {}\n');
      await shows('a.css', 'q {}\n');
      editor.change(file, { text: 'r {}\n' });
      await shows('a.css', 'r {}\n');
      editor.close(file);
      await shows('a.css', 'q {}\n');
    }));

  test('in a mounted file, and in one of --vhost, is shown there', async () => {
    const [lib, shop] = [
      makeSite({ 'x.css': 'p {}' }),
      makeSite({ 'index.html': '<p>', 'y.css': 'p {}' }),
    ];
    await withEditor(
      {},
      {},
      async ({ server, editor, shows }) => {
        const inShop = async () =>
          (await get(server, '/y.css', { Host: `shop.localhost:${server.port}` })).body.toString();
        for (const file of [lib.path('x.css'), shop.path('y.css')]) {
          editor.open(file, 'p {}');
          editor.change(file, { text: 'typed {}' });
        }
        await shows('lib/x.css', 'typed {}');
        await until('the draft of the shop', async () => (await inShop()) === 'typed {}');
        lib.write('x.css', 'typed {}');
        editor.save(lib.path('x.css'), 'typed {}');
        lib.write('x.css', 'saved {}');
        await shows('lib/x.css', 'saved {}');
        editor.close(shop.path('y.css'));
        await until('the file of the shop', async () => (await inShop()) === 'p {}');
      },
      [`--mount=/lib=${lib.root}`, `--vhost=shop.localhost=${shop.root}`],
    );
  });

  test('and is taken back, is the file again', () =>
    withEditor({ 'a.css': 'p {}\n' }, {}, async ({ site, editor, shows }) => {
      const file = site.path('a.css');
      editor.open(file, 'p {}\n');
      editor.change(file, edit(0, 0, 1, 'q'));
      await shows('a.css', 'q {}\n');
      editor.change(file, edit(0, 0, 1, 'p'));
      await shows('a.css', 'p {}\n');
      site.write('a.css', 'new\n');
      await shows('a.css', 'new\n');
    }));

  for (const [encoding, offered] of [
    ['UTF-16', undefined],
    ['UTF-8', ['utf-8', 'utf-16']],
    ['UTF-32', ['utf-32']],
  ])
    test(`in Chinese, with CR LF and characters above U+FFFF, counted in ${encoding}`, () =>
      withEditor(
        { 'a.txt': '' },
        { capabilities: { general: { positionEncodings: offered } } },
        async ({ site, editor, shows }) => {
          const file = site.path('a.txt');
          /** @param {string} text */
          const count = (text) =>
            encoding === 'UTF-8'
              ? Buffer.byteLength(text)
              : encoding === 'UTF-32'
                ? [...text].length
                : text.length;
          const before = '一二\r\n\u{1f600}三四\r\n五';
          editor.open(file, before);
          const from = count('\u{1f600}三');
          editor.change(file, edit(1, from, from + count('四'), '\u{20000}x'));
          await shows('a.txt', '一二\r\n\u{1f600}三\u{20000}x\r\n五');
        },
      ));

  test('of 1 MiB is shown with its last key', () =>
    withEditor({ 'a.txt': '' }, {}, async ({ site, editor, shows }) => {
      const large = `${'0123456789abcde\n'.repeat(65536)}`;
      const file = site.path('a.txt');
      editor.open(file, large);
      for (let i = 0; i < 10; i++) editor.change(file, edit(65536, i, i, String(i)));
      await shows('a.txt', `${large}0123456789`);
    }));
});

describe('the disk is shown within a second', () => {
  test('after the editor was killed', () =>
    withEditor({ 'a.css': 'p {}\n' }, {}, async ({ site, server, editor, shows }) => {
      const file = site.path('a.css');
      editor.open(file, 'p {}\n');
      editor.change(file, { text: 'draft\n' });
      await shows('a.css', 'draft\n');
      const killed = Date.now();
      editor.child.kill('SIGKILL');
      await shows('a.css', 'p {}\n');
      assert.ok(Date.now() - killed < atMost(1000));
      assert.equal((await get(server, '/a.css')).status, 200);
    }));
});

describe('no draft', () => {
  test('is made of a document that is not changed, or if unsaved texts are not wanted', async () => {
    for (const unsaved of [true, false])
      await withEditor(
        { 'a.css': 'p {}\n', 'b.css': 'b\n' },
        { initializationOptions: { unsaved } },
        async ({ site, editor, shows }) => {
          editor.open(site.path('a.css'), 'as the editor reads it\n');
          editor.open(site.path('b.css'), 'b\n');
          if (!unsaved) editor.change(site.path('a.css'), { text: 'draft\n' });
          await editor.notified('window/logMessage', ({ message }) => /connected/.test(message));
          site.write('b.css', 'c\n');
          await shows('b.css', 'c\n');
          await shows('a.css', 'p {}\n');
        },
      );
  });

  test('is made of a text that could not be read', () =>
    withEditor({ 'a.css': 'p {}\n' }, {}, async ({ site, editor, shows }) => {
      const file = site.path('a.css');
      editor.open(file, 'p {}\n');
      editor.change(file, { text: 'draft\n' });
      await shows('a.css', 'draft\n');
      editor.change(file, { range: {}, text: 'x' });
      await shows('a.css', 'p {}\n');
      editor.change(file, { text: 'again\n' });
      await shows('a.css', 'again\n');
      editor.send('{');
      await shows('a.css', 'p {}\n');
    }));
});

test('of two editors the later one counts, and both are told', () =>
  withEditor({ 'a.css': 'p {}\n' }, {}, async ({ site, editor, shows }) => {
    const other = new Editor();
    await other.initialize(site.root, { clientInfo: { name: 'Other' } });
    const file = site.path('a.css');
    for (const each of [editor, other]) each.open(file, 'p {}\n');
    editor.change(file, { text: 'one\n' });
    await shows('a.css', 'one\n');
    other.change(file, { text: 'other\n' });
    await shows('a.css', 'other\n');
    const { message } = await editor.notified('window/showMessage');
    assert.equal(message, 'Other has a later unsaved text of a.css; the pages show that one');
    await other.leave();
    await shows('a.css', 'one\n');
  }));
