/**
 * `liveserve lsp`: the life of a language server, as an editor sees it over its pipes.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { Editor, edit } from '../support/lsp.js';
import { atEnd, makeSite, run, startServer } from '../support/server.js';

const site = makeSite({ 'index.html': '<p>one', 'a.css': 'p {}' });

/** @param {Editor} editor */
async function assertAlive(editor) {
  assert.equal((await editor.ask('no/such/method')).error.code, -32601);
}

describe('the life', () => {
  test('initialize, shutdown, exit', async () => {
    const editor = new Editor();
    const result = await editor.initialize(site.root);
    assert.equal(result.serverInfo.name, 'liveserve');
    assert.equal(result.capabilities.positionEncoding, 'utf-16');
    assert.deepEqual(result.capabilities.textDocumentSync, {
      openClose: true,
      change: 2,
      save: { includeText: true },
    });
    for (const other of ['completionProvider', 'hoverProvider', 'documentFormattingProvider'])
      assert.equal(result.capabilities[other], undefined);
    assert.equal(await editor.ask('shutdown'), null);
    assert.equal((await editor.ask('x')).error.code, -32600);
    editor.notify('exit');
    assert.deepEqual(await editor.exit(), [0, null]);
    assert.equal(editor.errors, '');
  });

  test('what comes in another order', async () => {
    const editor = new Editor(['--stdio', '--clientProcessId=1']);
    assert.equal((await editor.ask('shutdown')).error.code, -32002);
    editor.notify('textDocument/didOpen', {});
    await editor.initialize(null);
    assert.equal((await editor.ask('initialize', {})).error.code, -32600);
    editor.notify('$/cancelRequest', { id: 99 });
    editor.notify('$/whatever', {});
    assert.equal((await editor.ask('$/whatever', {})).error.code, -32601);
    editor.send({ jsonrpc: '2.0', id: 'text', result: null });
    await assertAlive(editor);
    editor.notify('exit');
    assert.deepEqual(await editor.exit(), [1, null]);
  });

  test('the end of the input', async () => {
    const editor = new Editor();
    await editor.initialize(site.root);
    editor.child.stdin.end();
    assert.deepEqual(await editor.exit(), [1, null]);
  });

  test('a signal', async () => {
    const editor = new Editor();
    await editor.initialize(site.root);
    editor.child.kill('SIGTERM');
    assert.deepEqual(await editor.exit(), [1, null]);
  });

  test('the end of the process that initialize names', async () => {
    const parent = spawn('sleep', ['1000']);
    atEnd(() => parent.kill('SIGKILL'));
    await once(parent, 'spawn');
    const editor = new Editor();
    await editor.initialize(site.root, { processId: parent.pid });
    await assertAlive(editor);
    parent.kill('SIGKILL');
    assert.deepEqual(await editor.exit(), [1, null]);
  });

  test('a process that cannot be seen changes nothing', async () => {
    const editor = new Editor();
    await editor.initialize(site.root, { processId: 2 ** 31 - 1 });
    assert.deepEqual(await editor.leave(), [0, null]);
  });
});

describe('what is wrong', () => {
  test('bytes that are not the protocol end it, with a sentence', async () => {
    for (const bytes of ['{"jsonrpc":"2.0"}\n', 'Content-Length: x\r\n\r\n']) {
      const editor = new Editor();
      editor.write(bytes);
      assert.deepEqual(await editor.exit(), [1, null]);
      assert.match(
        editor.errors,
        /^liveserve: what the editor sends is not the base protocol[^\n]+\n$/,
      );
    }
  });

  test('a message that is no JSON, or of no use, is answered', async () => {
    const editor = new Editor();
    await editor.initialize(site.root);
    for (const [message, code] of [
      ['{', -32700],
      ['[]', -32600],
      ['{"jsonrpc":"2.0","id":true,"method":"x"}', -32600],
    ]) {
      const from = editor.messages.length;
      editor.send(message);
      const answer = await editor.until(({ error }) => Boolean(error), String(message), from);
      assert.deepEqual([answer.id, answer.error.code], [null, code]);
    }
    assert.deepEqual(await editor.leave(), [0, null]);
  });

  test('a document that is not open, and a change that cannot be read, are logged', async () => {
    const editor = new Editor();
    await editor.initialize(site.root);
    editor.change(site.path('b.css'), { text: '' });
    await editor.notified('window/logMessage', ({ message }) =>
      /b\.css: .* not open/.test(message),
    );
    editor.open(site.path('a.css'), 'p {}');
    editor.change(site.path('a.css'), { range: 1, text: 'x' });
    await editor.notified('window/logMessage', ({ message }) => /cannot be read/.test(message));
    editor.change(site.path('a.css'), edit(0, 0, 0, 'x'));
    assert.deepEqual(await editor.leave(), [0, null]);
  });

  test('the command line', () => {
    assert.match(run(['lsp', '--help']).stdout, /^Usage: liveserve lsp\n/);
    const wrong = run(['lsp', '--port=1']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^liveserve: lsp has no argument "--port=1"; [^\n]+\n$/);
    const file = fs.openSync(site.path('index.html'), 'r');
    const result = run(['lsp'], { stdio: [file, 'pipe', 'pipe'] });
    fs.closeSync(file);
    assert.equal(result.code, 1);
    assert.match(result.stderr, /^liveserve: cannot talk over standard input and output [^\n]+\n$/);
  });
});

test('trace', async () => {
  const editor = new Editor();
  await editor.initialize(site.root, { trace: 'messages' });
  await editor.notified('$/logTrace', ({ message }) => message === 'received initialized');
  editor.notify('$/setTrace', { value: 'verbose' });
  editor.notify('$/whatever', { a: 1 });
  await editor.notified('$/logTrace', ({ verbose }) => verbose === '{"a":1}');
  assert.deepEqual(await editor.leave(), [0, null]);
});

describe('the running server', () => {
  /**
   * @param {Editor} editor
   * @param {string} url
   * @param {number} [from]
   */
  const connected = (editor, url, from) =>
    editor.notified('window/logMessage', ({ message }) => message.includes(`with ${url}, `), from);

  test('is found from a file in a folder below it, and again after a restart', async () => {
    const files = makeSite({ 'css/a.css': 'p {}' });
    const editor = new Editor();
    await editor.initialize(files.root);
    editor.open(files.path('css/a.css'), 'p {}');
    let server = await startServer({ root: files.root });
    await connected(editor, server.url);
    for (const end of ['stop', 'kill']) {
      const from = editor.messages.length;
      await server[end]();
      await editor.notified('window/logMessage', ({ message }) => /has ended/.test(message), from);
      server = await startServer({ root: files.root });
      await connected(editor, server.url, from);
    }
    assert.deepEqual(await editor.leave(), [0, null]);
    await server.stop();
  });

  test('of an outer folder is left for that of an inner one when a file is saved', async () => {
    const files = makeSite({ 'inner/a.css': 'p {}' });
    const editor = new Editor();
    await editor.initialize(files.root);
    const outer = await startServer({ root: files.root });
    editor.open(files.path('inner/a.css'), 'p {}');
    await connected(editor, outer.url);
    const inner = await startServer({ root: files.path('inner') });
    editor.save(files.path('inner/a.css'));
    await connected(editor, inner.url);
    assert.deepEqual(await editor.leave(), [0, null]);
    await outer.stop();
    await inner.stop();
  });
});
