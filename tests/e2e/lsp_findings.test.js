/**
 * `liveserve lsp`: what is wrong in which file, as the editor is told it, and clicks that open a file in the editor.
 * A WebSocket plays the page, so that the messages are those of any page, also of a hostile one.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { Editor, edit, uriOf } from '../support/lsp.js';
import { makeSite, startServer } from '../support/server.js';
import { openPage } from '../support/websocket.js';

const FILES = {
  'index.html': '<p>one</p>\n<img src="img/a.png">\n',
  'a.css': 'p {}\n',
  'a.json': '[]\n',
  'js/a.js': '// \u{1f600}\n\tlet 中 = x;\n',
};

/**
 * Runs use with a site, its server and an editor in which index.html is open.
 *
 * @param {object} capabilities
 * @param {(all: {site: import('../support/server.js').Site, server: any, editor: Editor}) => Promise<any>} use
 */
async function withEditor(capabilities, use) {
  const site = makeSite(FILES);
  const server = await startServer({ root: site.root });
  const editor = new Editor();
  await editor.initialize(site.root, { capabilities });
  editor.open(site.path('index.html'), FILES['index.html']);
  await editor.notified('window/logMessage', ({ message }) => /connected with/.test(message));
  try {
    await use({ site, server, editor });
    assert.deepEqual(await editor.leave(), [0, null]);
  } finally {
    await server.kill();
  }
}

/**
 * The diagnostics of a file, when there are so many for the first time from the given message on.
 *
 * @param {Editor} editor
 * @param {string} file
 * @param {number} count
 * @param {number} [from]
 */
async function diagnosed(editor, file, count, from = 0) {
  const params = await editor.notified(
    'textDocument/publishDiagnostics',
    ({ uri, diagnostics }) => uri === uriOf(file) && diagnostics.length === count,
    from,
  );
  return params.diagnostics;
}

/** @param {any} server */
async function openErrorPage(server) {
  const page = await openPage(server);
  await page.message();
  return {
    page,
    /** @param {string} text @param {string} [source] */
    fail: (text, source) =>
      page.send(JSON.stringify({ type: 'log', level: 'error', text, source })),
  };
}

const at = (line, from, to) => ({
  start: { line, character: from },
  end: { line, character: to },
});

describe('diagnostics', () => {
  test('of a style sheet come when it is broken, and go when it is mended', () =>
    withEditor({}, async ({ site, server, editor }) => {
      await get(server, '/a.css');
      site.write('a.css', 'p {}\n  a { color: red\n');
      const [problem] = await diagnosed(editor, site.path('a.css'), 1);
      assert.deepEqual(problem.range, at(1, 4, 5));
      assert.equal(problem.severity, 1);
      assert.equal(problem.source, 'liveserve');
      assert.ok(problem.message.length > 5);
      const from = editor.messages.length;
      site.write('a.css', 'p {}\n  a { color: red }\n');
      await diagnosed(editor, site.path('a.css'), 0, from);
    }));

  /** @type {[string, string[], any, any][]} what is offered, and where it is in a style sheet and in JSON */
  const encodings = [
    ['UTF-16', ['utf-16'], at(1, 6, 7), at(0, 7, 8)],
    ['UTF-8', ['utf-8', 'utf-16'], at(1, 12, 13), at(0, 11, 12)],
  ];
  for (const [encoding, offered, inSheet, inJson] of encodings)
    test(`of Chinese style sheets and JSON are at their columns, in ${encoding}`, () =>
      withEditor({ general: { positionEncodings: offered } }, async ({ site, server, editor }) => {
        await get(server, '/a.css');
        await get(server, '/a.json');
        site.write('a.css', 'p {}\r\n.中😀文 {\r\n');
        const [sheet] = await diagnosed(editor, site.path('a.css'), 1);
        assert.deepEqual(sheet.range, inSheet);
        // A byte order mark is no part of what an editor shows.
        site.write('a.json', '\ufeff["中文",\t?]');
        const [json] = await diagnosed(editor, site.path('a.json'), 1);
        assert.deepEqual(json.range, inJson);
      }));

  for (const [encoding, offered, range] of [
    ['UTF-16', ['utf-16'], at(1, 9, 10)],
    ['UTF-8', ['utf-8', 'utf-16'], at(1, 11, 12)],
  ])
    test(`of a page's error are at its line and column, in ${encoding}`, () =>
      withEditor({ general: { positionEncodings: offered } }, async ({ site, server, editor }) => {
        const { page, fail } = await openErrorPage(server);
        await get(server, '/js/a.js');
        fail('x is not defined', '/js/a.js:2:10');
        const [found] = await diagnosed(editor, site.path('js/a.js'), 1);
        assert.deepEqual(found.range, range);
        assert.equal(found.message, 'x is not defined');
        const from = editor.messages.length;
        site.write('js/a.js', 'let x;\n');
        await diagnosed(editor, site.path('js/a.js'), 0, from);
        page.destroy();
      }));

  test('of what did not load are where it is written in the page', () =>
    withEditor({}, async ({ site, server, editor }) => {
      const { page, fail } = await openErrorPage(server);
      await get(server, '/img/a.png');
      fail('img did not load: /img/a.png');
      const [found] = await diagnosed(editor, site.path('index.html'), 1);
      assert.deepEqual(found.range, at(1, 10, 19));
      assert.equal(found.severity, 2);
      const from = editor.messages.length;
      site.write('img/a.png', 'png');
      page.destroy();
      await diagnosed(editor, site.path('index.html'), 0, from);
    }));

  test('have the version of an open document, and go with the server', () =>
    withEditor(
      { textDocument: { publishDiagnostics: { versionSupport: true } } },
      async ({ site, server, editor }) => {
        const { page, fail } = await openErrorPage(server);
        editor.open(site.path('js/a.js'), FILES['js/a.js']);
        editor.change(site.path('js/a.js'), edit(0, 0, 0, '// \n'));
        await editor.ask('liveserve/none'); // It has read what came before that.
        fail('x is not defined', '/js/a.js:2:1');
        const { version } = await editor.notified(
          'textDocument/publishDiagnostics',
          ({ uri, diagnostics }) => uri.endsWith('a.js') && diagnostics.length === 1,
        );
        assert.equal(version, 2);
        const from = editor.messages.length;
        page.destroy();
        await server.kill();
        await diagnosed(editor, site.path('js/a.js'), 0, from);
      },
    ));

  test('of a hostile page are plain text, and in files of the site only', () =>
    withEditor({}, async ({ site, server, editor }) => {
      const outside = makeSite({ 'secret.js': 'let x;\n' });
      fs.symlinkSync(outside.root, site.path('link'));
      const { page, fail } = await openErrorPage(server);
      for (const source of [
        `/../${path.basename(outside.root)}/secret.js:1:1`,
        `/%2e%2e/${path.basename(outside.root)}/secret.js:1:1`,
        '/link/secret.js:1:1',
        `file://${outside.path('secret.js')}:1:1`,
      ])
        fail('out', source);
      fail('\u001b[31m[click](command:evil)\u202e', '/js/a.js:1:1');
      const [found] = await diagnosed(editor, site.path('js/a.js'), 1);
      assert.equal(found.message, '\\x1b[31m[click](command:evil)\\u202e');
      const uris = editor.messages
        .filter(({ method }) => method === 'textDocument/publishDiagnostics')
        .map(({ params }) => params.uri);
      assert.deepEqual(new Set(uris), new Set([uriOf(site.path('js/a.js'))]));
      page.destroy();
    }));
});
