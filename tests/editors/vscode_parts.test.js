/**
 * The parts of the extension for VS Code that know nothing of VS Code.
 */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { FakeProcess, settle } from './fake_vscode.js';

const require = createRequire(import.meta.url);
const part = (name) => require(`../../editors/vscode/lib/${name}.js`);
const { addressOf, isBelow } = part('addresses');
const { createReader, frame } = part('framing');
const { startLanguageClient } = part('language_client');
const { createProblems } = part('problems');
const { findProgram, HOW_TO_GET } = part('program');
const { startServer } = part('server');
const { argumentsOf, ownArgumentsOf } = part('settings');
const { lineOf, statusOf } = part('words');

test('the program: the setting, then the PATH, then that of a trusted folder', () => {
  const all = ['/own/liveserve', '/usr/bin/liveserve', '/site/node_modules/.bin/liveserve'];
  const rows = [
    [{ setting: '/own/liveserve' }, all, '/own/liveserve'],
    [{}, all, '/usr/bin/liveserve'],
    [{}, [all[2]], all[2]],
    // A relative folder in PATH would be one of the workspace.
    [{ searchPath: '.:bin::/usr/bin' }, ['liveserve', 'bin/liveserve', all[1]], all[1]],
  ];
  for (const [given, there, file] of /** @type {[object, string[], string][]} */ (rows))
    assert.deepEqual(
      findProgram({
        setting: '',
        searchPath: '/bin:/usr/bin',
        folder: '/site',
        isProgram: (one) => there.includes(one),
        ...given,
      }),
      { file },
    );
});

test('without a program, one sentence says what to do; a folder that is not trusted has none', () => {
  const search = { setting: '', searchPath: '/bin', folder: null, isProgram: () => false };
  assert.deepEqual(findProgram(search), { error: HOW_TO_GET });
  const isProgram = (one) => one.startsWith('/site/');
  assert.deepEqual(findProgram({ ...search, isProgram }), { error: HOW_TO_GET });
  for (const setting of ['bin/liveserve', '/not/there']) {
    const { error } = findProgram({ ...search, setting });
    assert.match(error, /"liveserve.path" names ".*", which is no program; give its absolute path/);
  }
});

test('the address of what was chosen', () => {
  const url = 'http://localhost:9000/';
  const rows = [
    [null, url],
    [{ file: '/site/a b/ä&?.html', isFolder: false }, `${url}a%20b/%C3%A4%26%3F.html`],
    [{ file: '/site/sub', isFolder: true }, `${url}sub/`],
    [{ file: '/site', isFolder: true }, url],
    [{ file: '/site/app.js', isFolder: false }, url],
    [{ file: '/other/a.html', isFolder: false }, url],
    [{ file: '/site2/a.html', isFolder: false }, url],
  ];
  for (const [wanted, expected] of rows) assert.equal(addressOf(url, '/site', wanted), expected);
  for (const [file, is] of [
    ['/site', true],
    ['/site/a', true],
    ['/site/..a', true],
    ['/site2', false],
    ['/', false],
    ['/site/../etc/passwd', false],
  ])
    assert.equal(isBelow('/site', file), is, String(file));
});

test('what only the user has set is handed on as options', () => {
  const values = {
    port: { globalValue: 5500 },
    host: { globalValue: '0.0.0.0', workspaceValue: '::1' },
    wait: { globalValue: 20, workspaceFolderValue: 5 },
    file: { globalValue: '' },
    fullReload: { globalValue: true },
    useLocalIp: { globalValue: false },
    CustomBrowser: { globalValue: 'chrome' },
  };
  assert.deepEqual(
    argumentsOf((key) => values[key]),
    ['--port=5500', '--full-reload'],
  );
});

test('own settings are yes or no', () => {
  const values = { console: true, clickToSource: 'alt', followCursor: false, path: true };
  assert.deepEqual(
    ownArgumentsOf((key) => values[key]),
    ['--console'],
  );
  assert.deepEqual(
    ownArgumentsOf(() => true),
    ['--console', '--click-to-source', '--follow-cursor'],
  );
  assert.deepEqual(
    ownArgumentsOf(() => undefined),
    [],
  );
});

test('the button', () => {
  const on = (url, pages) => ({ state: 'on', url, root: '/site', pages });
  const rows = [
    [[], '$(broadcast) Go Live'],
    [[{ state: 'starting' }], '$(loading~spin) Starting...'],
    [[on('http://localhost:9000/')], '$(circle-slash) Port: 9000'],
    [[on('http://localhost:9000/', 2)], '$(circle-slash) Port: 9000 (2)'],
    [[on('https://localhost/', 0)], '$(circle-slash) Port: 443'],
    [
      [on('http://localhost:9000/', 1), on('http://localhost:9001/', 1)],
      '$(circle-slash) Port: 9000, 9001 (2)',
    ],
  ];
  for (const [servers, text] of rows) assert.equal(statusOf(servers).text, text);
});

test('a line for each event that is for people', () => {
  const time = '2026-01-01T12:00:00.000Z';
  const clock = new Date(time).toTimeString().slice(0, 8);
  const rows = [
    [{ event: 'start', root: '/site', url: 'http://x/' }, 'serving /site at http://x/'],
    [
      { event: 'said', level: 'error', page: '/', text: 'no', file: 'a.js', line: 2, column: 3 },
      'error on / (unknown browser): no  a.js:2:3',
    ],
    [
      { event: 'said', level: 'log', page: '/', browser: 'Chrome', text: 'x', source: '/b.js:1' },
      'log on / (Chrome): x  /b.js:1',
    ],
    [{ event: 'said', level: 'error', text: '… and 3 more' }, 'error: … and 3 more'],
    [{ event: 'problem', path: 'a.css', line: 3, text: 'no }' }, 'a.css:3  no }'],
    [{ event: 'fixed', path: 'a.css' }, 'a.css is mended'],
    [
      { event: 'change', changes: [{ path: 'a' }, { path: 'b' }], further: 1, told: 1, open: 2 },
      'changed a and 2 more, told 1 of 2 pages',
    ],
    [{ event: 'notice', text: 'mind' }, 'mind'],
  ];
  for (const [event, line] of /** @type {[object, string][]} */ (rows))
    assert.equal(lineOf({ time, ...event }), `${clock}  ${line}`);
  assert.equal(lineOf({ time, event: 'pages', open: 1 }), null);
  assert.equal(lineOf({ time, event: 'of a later version' }), null);
});

test('messages come in pieces of any size, with any text', () => {
  const messages = [{ a: 'ä\u{1f600}\r\n\r\n' }, { b: [] }, { id: 1, result: null }];
  const bytes = Buffer.from(messages.map(frame).join(''));
  for (const size of [1, 2, 7, bytes.length]) {
    const got = [];
    const read = createReader((message) => got.push(message), assert.fail);
    for (let i = 0; i < bytes.length; i += size) read(bytes.subarray(i, i + size));
    assert.deepEqual(
      got,
      messages.map((one) => ({ jsonrpc: '2.0', ...one })),
    );
  }
});

test('what is not the protocol ends the reading', () => {
  for (const text of [
    'Content-Length: x\r\n\r\n{}',
    '\r\n\r\n',
    'Content-Length: 2\r\n\r\n{x',
    'x'.repeat(5000),
    'Content-Length: 999999999\r\n\r\n',
  ]) {
    const errors = [];
    const read = createReader(assert.fail, (error) => errors.push(error));
    read(Buffer.from(text));
    read(Buffer.from(frame({})));
    assert.equal(errors.length, 1, text.slice(0, 20));
  }
});

function start() {
  const page = { events: [], ends: [] };
  page.server = startServer({
    program: '/bin/liveserve',
    args: ['--port=1'],
    folder: '/site',
    spawn: (...all) => (page.process = new FakeProcess(...all)),
    onEvent: (event) => page.events.push(event),
    onEnd: (reason) => page.ends.push(reason),
  });
  return page;
}

test('a server says where it is, and ends when it is stopped', async () => {
  const { server, process, events, ends } = start();
  assert.deepEqual(process.args, ['--log-format=json', '--no-browser', '--port=1']);
  assert.equal(process.options.cwd, '/site');
  process.stdout.write('no JSON\n');
  process.say({ event: 'start', url: 'http://localhost:9000/', root: '/site' });
  const { url, root } = await server.started;
  assert.deepEqual([url, root], ['http://localhost:9000/', '/site']);
  assert.equal(events.length, 1);
  server.reload();
  await server.stop();
  assert.deepEqual(process.signals, ['SIGHUP', 'SIGTERM']);
  await settle();
  assert.deepEqual(ends, [null]);
});

test('a server that cannot start says why, in its own words', async () => {
  const rows = [
    [(process) => process.say({ event: 'error', text: 'port 1 is taken' }), 'port 1 is taken'],
    [(process) => process.stderr.write('liveserve: no such option\n'), 'no such option'],
    [(process) => process.emit('error', new Error('ENOENT')), /cannot be run: ENOENT/],
    [() => {}, 'liveserve has ended'],
  ];
  for (const [say, reason] of /** @type {[(process: any) => void, any][]} */ (rows)) {
    const { server, process, ends } = start();
    say(process);
    await settle();
    process.end();
    await assert.rejects(server.started, { message: reason });
    await settle();
    assert.equal(ends.length, 1);
  }
});

/** A language server that a test speaks for. */
async function startClient(handlers = {}) {
  const page = { got: [], logged: [] };
  page.client = startLanguageClient({
    program: '/bin/liveserve',
    folder: { uri: 'file:///site', name: 'site', path: '/site' },
    editor: 'VS Code',
    version: '1',
    unsaved: true,
    spawn: (...all) => (page.process = new FakeProcess(...all)),
    handlers,
    log: (sentence) => page.logged.push(sentence),
  });
  page.process.stdin.on(
    'data',
    createReader((message) => page.got.push(message), assert.fail),
  );
  page.send = async (message) => {
    page.process.stdout.write(frame(message));
    await settle();
  };
  await settle();
  return page;
}

test('the language server is initialized before it is told anything', async () => {
  const page = await startClient();
  assert.deepEqual(page.process.args, ['lsp']);
  page.client.notify('textDocument/didOpen', { a: 1 });
  await settle();
  const [{ method, id, params }, ...more] = page.got.splice(0);
  assert.deepEqual([method, more.length], ['initialize', 0]);
  assert.deepEqual(params.initializationOptions, { unsaved: true, start: false });
  assert.deepEqual(params.capabilities.general.positionEncodings, ['utf-16']);
  await page.send({ id, result: {} });
  assert.deepEqual(
    page.got.splice(0).map((message) => message.method),
    ['initialized', 'textDocument/didOpen'],
  );
  const stopped = page.client.stop();
  await settle();
  const [shutdown] = page.got.splice(0);
  assert.equal(shutdown.method, 'shutdown');
  await page.send({ id: shutdown.id, result: null });
  assert.equal(page.got[0].method, 'exit');
  page.process.end();
  await stopped;
  page.client.notify('textDocument/didOpen', {});
  await settle();
  assert.equal(page.got.length, 1, 'who has ended is told nothing');
});

test('requests of the language server are answered, unknown ones too', async () => {
  const page = await startClient({
    'window/showDocument': async ({ uri }) => ({ success: uri === 'file:///site/a' }),
    note: ({ x }) => page.logged.push(x),
  });
  page.got.length = 0;
  await page.send({ id: 7, method: 'window/showDocument', params: { uri: 'file:///site/a' } });
  await page.send({ id: 8, method: 'toString', params: {} });
  await page.send({ method: 'note', params: { x: 1 } });
  await page.send({ method: 'unknown', params: {} });
  assert.deepEqual(
    page.got.map(({ id, result, error }) => [id, result, error?.code]),
    [
      [7, { success: true }, undefined],
      [8, undefined, -32601],
    ],
  );
  assert.deepEqual(page.logged, [1]);
});

test('a program without a language server is no disaster', async () => {
  const page = await startClient();
  page.process.stderr.write('there is no folder "lsp"\n');
  page.process.end();
  await assert.rejects(page.client.ready, /liveserve lsp has ended/);
  await page.client.stop();
  assert.deepEqual(page.logged, ['there is no folder "lsp"']);
});

test('problems come and go with the events of the server, and lie in the folder', () => {
  const seen = new Map();
  const { take, clear } = createProblems('/site', (file, list) => seen.set(file, list));
  const lines = (file) => seen.get(file)?.map(({ line, text }) => `${line} ${text}`);
  const said = (file, line, text, level = 'error') =>
    take({ event: 'said', level, file, line, column: 3, text });
  take({ event: 'start', root: '/site/site' });
  take({ event: 'problem', path: 'a.css', line: 2, text: 'never closed' });
  said('a.css', 9, 'x');
  said('a.css', 9, 'x');
  said('a.css', 8, 'only said', 'log');
  take({ event: 'problem', path: 'a.css', line: 3, text: 'never closed' });
  assert.deepEqual(lines('/site/site/a.css'), ['9 x', '3 never closed']);
  take({ event: 'problem', path: 'a.css', line: 3, column: 5, text: 'never closed' });
  assert.equal(seen.get('/site/site/a.css').at(-1).column, 5);
  take({ event: 'outdated', path: 'a.css' });
  assert.deepEqual(lines('/site/site/a.css'), ['3 never closed']);
  take({ event: 'fixed', path: 'a.css' });
  assert.deepEqual(lines('/site/site/a.css'), []);
  said('../src/app.ts', 1, 'of a map');
  assert.deepEqual(lines('/site/src/app.ts'), ['1 of a map']);
  said('../../etc/passwd', 1, 'elsewhere');
  said('/etc/passwd', 1, 'elsewhere');
  assert.deepEqual([...seen.keys()], ['/site/site/a.css', '/site/src/app.ts']);
  for (let i = 0; i < 100; i++) said('many.js', i, 'x');
  assert.equal(seen.get('/site/site/many.js').length, 50);
  clear();
  assert.deepEqual([...seen.values()], [[], [], []]);
});
