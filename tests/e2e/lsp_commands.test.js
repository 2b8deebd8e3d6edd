/**
 * `liveserve lsp`: the commands that a person gives in the editor, and servers that the editor starts.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { Editor, uriOf } from '../support/lsp.js';
import { findFreePort, makeSite, run, startServer, until } from '../support/server.js';

const COMMANDS = ['address', 'open', 'pause', 'reload', 'resume', 'start', 'stop'];

/**
 * @param {Editor} editor
 * @param {string} name
 * @param {string} [file]
 */
const command = (editor, name, file) =>
  editor.ask('workspace/executeCommand', {
    command: `liveserve.${name}`,
    arguments: file === undefined ? undefined : [uriOf(file)],
  });

/** A site whose settings name a free port, so that servers that the editor starts have it. */
async function makeOwnSite() {
  const port = await findFreePort();
  return makeSite({
    'index.html': '<p>one',
    'sub/page.html': '<p>two',
    'a.css': 'p {}',
    '.liveserve.json': JSON.stringify({ port }),
  });
}

/** @param {string} root */
const isServed = (root) => run(['status', root]).code === 0;

describe('with a running server', () => {
  test('the commands do what they say', async () => {
    const site = makeSite({ 'index.html': '<p>one', 'sub/page.html': '<p>two', 'a.css': 'p {}' });
    const server = await startServer({ root: site.root });
    const editor = new Editor();
    const { capabilities } = await editor.initialize(site.root, {
      capabilities: { window: { showDocument: { support: true } } },
    });
    assert.deepEqual(
      capabilities.executeCommandProvider.commands,
      COMMANDS.map((name) => `liveserve.${name}`),
    );
    assert.equal(await command(editor, 'address'), server.url);
    assert.equal(await command(editor, 'start'), server.url);
    assert.equal(await command(editor, 'reload'), null);
    await server.waitForLine(/reload/);
    await get(server, '/a.css');
    assert.equal(await command(editor, 'reload', site.path('a.css')), null);
    await server.waitForLine(/a\.css/);
    assert.equal(await command(editor, 'pause'), null);
    await server.waitForLine(/paused/);
    assert.equal(await command(editor, 'resume'), null);
    await server.waitForLine(/resumed/);
    for (const [file, url] of [
      [undefined, server.url],
      [site.path('sub/page.html'), `${server.url}sub/page.html`],
      [site.path('a.css'), server.url],
    ]) {
      const from = editor.messages.length;
      assert.equal(await command(editor, 'open', file), url);
      const { id, params } = await editor.until(
        ({ method }) => method === 'window/showDocument',
        'showDocument',
        from,
      );
      assert.deepEqual(params, { uri: url, external: true });
      editor.send({ jsonrpc: '2.0', id, result: { success: true } });
    }
    assert.equal(await command(editor, 'stop'), null);
    assert.equal(isServed(site.root), false);
    assert.equal((await server.exit())[0], 0);
    assert.deepEqual(await editor.leave(), [0, null]);
  });
});

describe('without a server', () => {
  test('the commands say what to do', async () => {
    const site = makeSite({ 'index.html': '<p>one' });
    const editor = new Editor();
    await editor.initialize(site.root);
    for (const name of COMMANDS.filter((each) => each !== 'start')) {
      const { error } = await command(editor, name);
      assert.equal(error.code, -32803);
      assert.match(error.message, /^no liveserve of yours runs for these files; start one with/);
    }
    for (const [params, code] of [
      [{ command: 'liveserve.nonsense' }, -32602],
      [{}, -32602],
      [{ command: 'liveserve.address', arguments: ['http://x/'] }, -32602],
      [{ command: 'liveserve.address', arguments: [7] }, -32602],
      [{ command: 'liveserve.start', arguments: ['file:///no/such/folder'] }, -32602],
    ])
      assert.equal((await editor.ask('workspace/executeCommand', params)).error.code, code);
    assert.deepEqual(await editor.leave(), [0, null]);
  });

  test('start starts one, which ends with the editor, however that ends', async () => {
    for (const end of ['leave', 'kill']) {
      const site = await makeOwnSite();
      const editor = new Editor();
      await editor.initialize(site.root);
      const url = await command(editor, 'start');
      assert.match(url, /^http:\/\/localhost:\d+\/$/);
      assert.equal(await command(editor, 'address'), url);
      assert.equal(isServed(site.root), true);
      if (end === 'leave') assert.deepEqual(await editor.leave(), [0, null]);
      else editor.child.kill('SIGKILL');
      await until('the server to end', () => !isServed(site.root));
    }
  });

  test('initializationOptions.start starts one', async () => {
    const site = await makeOwnSite();
    const editor = new Editor();
    await editor.initialize(site.root, { initializationOptions: { start: true } });
    await until('a server', () => isServed(site.root));
    assert.deepEqual(await editor.leave(), [0, null]);
    await until('the server to end', () => !isServed(site.root));
  });

  test('start starts none in a folder that is not open in the editor', async () => {
    const site = await makeOwnSite();
    const other = await makeOwnSite();
    fs.symlinkSync(other.root, site.path('link'));
    const editor = new Editor();
    await editor.initialize(site.root);
    for (const folder of [other.root, site.path('link'), '/']) {
      const { error } = await command(editor, 'start', folder);
      assert.match(error.message, /^a server is started only for a folder that is open/);
    }
    assert.equal(isServed(other.root), false);
    const alone = new Editor();
    await alone.initialize(null);
    assert.match((await command(alone, 'start')).error.message, /only for a folder that is open/);
    editor.notify('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri: uriOf(other.root), name: 'other' }], removed: [] },
    });
    assert.match(await command(editor, 'start', other.path('sub')), /^http/);
    assert.deepEqual(await editor.leave(), [0, null]);
    assert.deepEqual(await alone.leave(), [0, null]);
    await until('the server to end', () => !isServed(other.path('sub')));
  });

  test('start says why one cannot be started', async () => {
    const site = makeSite({ 'index.html': '<p>' });
    const editor = new Editor();
    await editor.initialize(site.root);
    fs.rmSync(site.root, { recursive: true });
    const { error } = await command(editor, 'start');
    assert.equal(error.code, -32803);
    assert.match(error.message, /^the liveserve has ended: there is no folder/);
    assert.deepEqual(await editor.leave(), [0, null]);
  });

  test('a request that waits can be cancelled', async () => {
    const site = await makeOwnSite();
    const server = await startServer({ root: site.root });
    process.kill(server.pid, 'SIGSTOP');
    const editor = new Editor();
    await editor.initialize(site.root);
    editor.send({
      jsonrpc: '2.0',
      id: 'slow',
      method: 'workspace/executeCommand',
      params: { command: 'liveserve.address' },
    });
    editor.notify('$/cancelRequest', { id: 'slow' });
    const { error } = await editor.until(({ id }) => id === 'slow', 'an answer');
    assert.equal(error.code, -32800);
    assert.deepEqual(await editor.leave(), [0, null]);
    await server.kill();
  });
});
