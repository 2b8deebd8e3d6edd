/**
 * The extension for VS Code with a double of VS Code: the button, the menus, trust, documents and problems. ./dev vscode
 * tries it in the real one.
 */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { createVscode, document, FakeProcess, settle } from './fake_vscode.js';

const require = createRequire(import.meta.url);
const { createReader, frame } = require('../../editors/vscode/lib/framing.js');
const { createLiveServer } = require('../../editors/vscode/lib/live_server.js');
const manifest = require('../../editors/vscode/package.json');

/** @param {Parameters<typeof createVscode>[0] & {programs?: string[]}} [options] */
function open({ programs = ['/bin/liveserve'], ...options } = {}) {
  const { vscode, seen } = createVscode({ folders: ['/site'], ...options });
  const processes = [];
  const live = createLiveServer({
    vscode,
    context: /** @type {any} */ ({ subscriptions: [] }),
    spawn: /** @type {any} */ (
      (...all) => {
        const process = Object.assign(new FakeProcess(...all), { got: [] });
        processes.push(process);
        process.stdin.on(
          'data',
          createReader((message) => process.got.push(message), assert.fail),
        );
        return process;
      }
    ),
    isProgram: (file) => programs.includes(file),
    env: { PATH: '/bin' },
  });
  return { vscode, seen, processes, live };
}

/** Goes live, and has the server and the language server answer. */
async function goLive(page, argument) {
  const count = page.processes.length;
  const done = page.seen.commands['liveserve.open'](argument);
  await settle();
  const server = page.processes[count];
  server.say({ event: 'start', url: 'http://localhost:9000/', root: '/site' });
  await done;
  await settle();
  const lsp = page.processes[count + 1];
  lsp.stdout.write(frame({ id: lsp.got[0].id, result: { capabilities: {} } }));
  await settle();
  lsp.got.length = 0;
  return { server, lsp };
}

test('the button goes live, says the port and the pages, and stops', async () => {
  const page = open({ user: { 'liveserve.openIn': 'browser' } });
  const { button } = page.seen;
  assert.deepEqual(
    [button.isShown, button.text, button.command],
    [true, '$(broadcast) Go Live', 'liveserve.open'],
  );
  page.vscode.window.activeTextEditor = { document: document('/site/a/index.html') };
  const { server } = await goLive(page);
  assert.deepEqual(page.seen.opened, ['http://localhost:9000/a/index.html']);
  assert.equal(page.seen.saves, 1, 'what is not saved would not be shown');
  server.say({ event: 'pages', open: 2, paused: false });
  await settle();
  assert.deepEqual(
    [button.text, button.command],
    ['$(circle-slash) Port: 9000 (2)', 'liveserve.stop'],
  );
  // A second time only opens the page.
  await page.seen.commands['liveserve.open'](page.vscode.Uri.file('/site/b.html'));
  assert.equal(page.seen.opened[1], 'http://localhost:9000/b.html');
  assert.equal(page.processes.length, 2);
  const stopped = page.seen.commands['liveserve.stop']();
  page.processes[1].end();
  await stopped;
  await settle();
  assert.equal(button.text, '$(broadcast) Go Live');
  assert.deepEqual(page.seen.errors, []);
});

test('a folder from the menu, beside the editor, and nowhere', async () => {
  const page = open({
    user: { 'liveserve.openIn': 'browser', 'liveServer.settings.NoBrowser': true },
    workspace: { 'liveserve.unsaved': true },
    isFolder: ['/site/sub'],
  });
  await goLive(page, page.vscode.Uri.file('/site/sub'));
  assert.deepEqual([page.seen.opened, page.seen.saves], [[], 0]);
  await page.seen.commands['liveserve.openBeside'](page.vscode.Uri.file('/site/sub'));
  const [name, uri, { viewColumn }] = page.seen.executed.at(-1);
  assert.deepEqual(
    [name, String(uri), viewColumn],
    ['simpleBrowser.api.open', 'http://localhost:9000/sub/', -2],
  );
});

test('settings that only the user has set are handed on; a hidden button', async () => {
  const page = open({
    user: {
      'liveServer.settings.port': 5500,
      'liveServer.settings.host': '::1',
      'liveserve.followCursor': true,
    },
    workspace: {
      'liveserve.clickToSource': 'ctrl --lan',
      'liveServer.settings.host': '0.0.0.0',
      'liveServer.settings.showOnStatusbar': false,
    },
  });
  assert.equal(page.seen.button.isShown, false);
  const { server } = await goLive(page);
  assert.deepEqual(server.args, [
    '--log-format=json',
    '--no-browser',
    '--port=5500',
    '--follow-cursor',
  ]);
  assert.equal(server.options.cwd, '/site');
});

test('without a program, or when it cannot start, one sentence says so', async () => {
  const none = open({ programs: [] });
  await none.seen.commands['liveserve.open']();
  assert.match(none.seen.errors[0], /^liveserve was not found\. Install it with /);
  assert.equal(none.processes.length, 0);
  const page = open();
  const done = page.seen.commands['liveserve.open']();
  await settle();
  page.processes[0].say({ event: 'error', text: 'port 80 is taken' });
  await settle();
  page.processes[0].end();
  await done;
  await settle();
  assert.deepEqual(page.seen.errors, ['liveserve: port 80 is taken']);
  assert.equal(page.seen.button.text, '$(broadcast) Go Live');
});

test('a folder that is not trusted starts no program of its own', async () => {
  const own = ['/site/node_modules/.bin/liveserve'];
  const untrusted = open({
    programs: own,
    isTrusted: false,
    workspace: { 'liveserve.path': own[0] },
  });
  await untrusted.seen.commands['liveserve.open']();
  assert.equal(untrusted.processes.length, 0);
  const trusted = open({ programs: own });
  await goLive(trusted);
  assert.equal(trusted.processes[0].program, own[0]);
  // Not even a trusted one names a program by its settings.
  const named = open({ programs: ['/evil'], workspace: { 'liveserve.path': '/evil' } });
  await named.seen.commands['liveserve.open']();
  assert.equal(named.processes.length, 0);
  const { untrustedWorkspaces } = manifest.capabilities;
  assert.equal(untrustedWorkspaces.supported, 'limited');
  assert.ok(
    untrustedWorkspaces.restrictedConfigurations.includes('liveServer.settings.CustomBrowser'),
  );
  assert.equal(manifest.contributes.configuration.properties['liveserve.path'].scope, 'machine');
});

test('without a folder, that of the file is served; without both, a sentence says what to do', async () => {
  const page = open({ folders: [] });
  await page.seen.commands['liveserve.open']();
  assert.match(page.seen.errors[0], /open a folder first/);
  const { server } = await goLive(page, page.vscode.Uri.file('/tmp/x/index.html'));
  assert.equal(server.options.cwd, '/tmp/x');
});

test('what is typed, saved and closed is told, of this folder only', async () => {
  const page = open({ user: { 'liveserve.unsaved': true } });
  page.vscode.workspace.textDocuments = [document('/site/a.css', 'p {}'), document('/other/b.css')];
  const { lsp } = await goLive(page);
  const { events } = page.seen;
  const range = { start: { line: 0, character: 3 }, end: { line: 0, character: 3 } };
  const edited = document('/site/a.css', 'p { }', 2);
  events.emit('change', { document: edited, contentChanges: [{ range, text: ' ' }] });
  events.emit('change', { document: edited, contentChanges: [] });
  events.emit('change', {
    document: document('/other/b.css'),
    contentChanges: [{ range, text: '' }],
  });
  events.emit('save', edited);
  events.emit('close', edited);
  await settle();
  // The documents that were open come first, with the answer to initialize.
  assert.deepEqual(
    lsp.got.map(({ method, params }) => [method, params.textDocument.uri]),
    [
      ['textDocument/didChange', 'file:///site/a.css'],
      ['textDocument/didSave', 'file:///site/a.css'],
      ['textDocument/didClose', 'file:///site/a.css'],
    ],
  );
  assert.deepEqual(lsp.got[0].params.contentChanges, [{ range, text: ' ' }]);
});

test('problems are those of the events, until the language server says them', async () => {
  const page = open();
  const { server, lsp } = await goLive(page);
  const said = { event: 'said', level: 'error', text: 'x', file: 'js/a.js', line: 2, column: 3 };
  server.say(said);
  await settle();
  const [problem] = page.seen.problems.get('file:///site/js/a.js');
  assert.deepEqual([problem.message, problem.source], ['x', 'liveserve']);
  assert.deepEqual({ ...problem.range.start }, { line: 1, character: 2 });
  const start = { line: 4, character: 0 };
  const params = {
    uri: 'file:///site/b.css',
    diagnostics: [{ range: { start, end: start }, message: 'y', severity: 2, source: 'liveserve' }],
  };
  lsp.stdout.write(frame({ method: 'textDocument/publishDiagnostics', params }));
  await settle();
  assert.deepEqual(page.seen.problems.get('file:///site/js/a.js'), []);
  assert.equal(page.seen.problems.get('file:///site/b.css')[0].severity, 1);
  server.say(said);
  await settle();
  assert.deepEqual(page.seen.problems.get('file:///site/js/a.js'), []);
});

test('a page can open files of the folder, and nothing else', async () => {
  const page = open();
  const { lsp } = await goLive(page);
  const start = { line: 1, character: 2 };
  for (const uri of [
    'file:///site/a.html',
    'file:///etc/passwd',
    'file:///site/../etc/passwd',
    'https://example.com/',
    'command:workbench.action.terminal.new',
  ])
    lsp.stdout.write(
      frame({
        id: uri,
        method: 'window/showDocument',
        params: { uri, selection: { start, end: start } },
      }),
    );
  await settle();
  assert.deepEqual(
    page.seen.shown.map(([uri]) => uri),
    ['file:///site/a.html'],
  );
  assert.equal(lsp.got.length, 5);
  for (const { id, result } of lsp.got)
    assert.equal(result.success, id === 'file:///site/a.html', id);
});
