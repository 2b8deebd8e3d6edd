/**
 * The code below an error in the terminal: of files of the site, and of the sources that a bundler has made a
 * script from.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, run, startServer } from '../support/server.js';
import { openTerminal } from '../support/terminal.js';
import { openPage } from '../support/websocket.js';

const LIST = 'function show(list) {\n\tlist.forEach(draw);\n}\nshow();\n';

/** @type {import('../support/server.js').Server[]} */
const servers = [];

/** Starts a server that is gone after the test, whatever comes of it. */
async function start(options) {
  const server = await startServer(options);
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill();
});

/** Reports errors at these places as a page, and returns the lines that are printed. */
async function report(server, sources, text = 'x is not defined') {
  const from = server.lines.length;
  const page = await openPage(server);
  await page.message();
  for (const source of sources)
    page.send(JSON.stringify({ type: 'log', level: 'error', text, source }));
  page.send(JSON.stringify({ type: 'log', level: 'error', text: 'the end' }));
  await server.waitForLine(/the end/, from);
  page.destroy();
  return server.lines
    .slice(from)
    .filter((line) => !/the end|"pages"|(changed|deleted) app/.test(line));
}

/** What is printed of one place, without the time. */
async function shown(files, source, args = []) {
  const site = makeSite({ 'index.html': '<p>index', ...files });
  const server = await start({ args: [...args, site.root] });
  const [first, ...frame] = await report(server, [source]);
  await server.stop();
  return [first.slice(10), ...frame];
}

describe('a file of the site', () => {
  test('has three lines of code, and a mark at the column', async () => {
    assert.deepEqual(await shown({ 'js/list.js': LIST }, '/js/list.js:2:7'), [
      'error on /: x is not defined  js/list.js:2:7',
      '            1 | function show(list) {',
      '          > 2 |     list.forEach(draw);',
      '              |          ^',
      '            3 | }',
    ]);
  });

  test('cannot control the terminal', async () => {
    const [, code] = await shown({ 'a.js': 'f("\u001b[2J\u202e");' }, '/a.js:1');
    assert.equal(code, '          > 1 | f("\\x1b[2J\\u202e");');
  });

  test('is not shown when visitors do not get it as it is', async () => {
    const files = {
      '.env': 'SECRET=1',
      'key.pem': 'SECRET',
      'api/a.js': 'SECRET()',
      'b.shtml': 'b',
    };
    const args = ['--proxy=/api=http://127.0.0.1:9'];
    for (const source of [
      '/.env:1:1',
      '/key.pem:1:1',
      '/api/a.js:1:1',
      '/b.shtml:1:1',
      '/%2e%2e/a:1:1',
    ]) {
      const lines = await shown(files, source, args);
      assert.equal(lines.length, 1, lines.join('\n'));
    }
    const hidden = await shown(files, '/.env:1:1', ['--dotfiles']);
    assert.equal(hidden[1], '          > 1 | SECRET=1');
  });

  test('is found in a mount, as an index, and as the fallback', async () => {
    const other = makeSite({ 'lib.js': 'lib();' });
    const mount = [`--mount=/lib=${other.root}`];
    assert.match((await shown({}, '/lib/lib.js:1:1', mount))[1], /> 1 \| lib\(\);$/);
    assert.match((await shown({ 'a/index.html': '\n<b>' }, '/a/:2:1'))[2], /> 2 \| <b>$/);
    const lines = await shown({ 'index.html': '\nf()' }, '/route:2:1', ['--spa']);
    assert.match(lines[2], /> 2 \| f\(\)$/);
  });

  test('with a syntax error, when it is saved', async () => {
    const site = makeSite({ 'index.html': '<p>index', 'a.css': 'a {}\n' });
    const server = await start({ root: site.root });
    const page = await openPage(server);
    await page.message();
    site.write('a.css', 'a {}\nb {\nc {}\n');
    await server.waitForLine(/a\.css:2 {2}a { is never closed/);
    await server.waitForLine(/^ {10}> 2 \| b {$/);
    await server.waitForLine(/^ {12}3 \| c {}$/);
    page.destroy();
    await server.stop();
  });
});

test('errors in a file are outdated when it changes, or what was made of it', async () => {
  const map = '{"sources":["../src/b.ts"],"mappings":"AAAA"}';
  const site = makeSite({
    'index.html': '<p>index',
    'a.js': 'one();\n',
    'dist/b.js': 'two();\n//# sourceMappingURL=b.js.map\n',
    'dist/b.js.map': map,
    'src/b.ts': 'two();\n',
  });
  const server = await start({ root: site.root });
  for (const url of ['/', '/a.js', '/dist/b.js']) await get(server, url);
  await report(server, ['/a.js:1:1', '/dist/b.js:1:1', '/none.js:1:1']);
  const linesFor = async (name, text) => {
    const from = server.lines.length;
    site.write(name, text);
    await server.waitForLine(RegExp(`changed ${name}`), from);
    return server.lines.slice(from).map((line) => line.slice(10));
  };
  const end = ', no page is open';
  const outdated = '  is new, so its errors are outdated';
  assert.deepEqual(await linesFor('index.html', '<p>'), [`changed index.html${end}`]);
  assert.deepEqual(await linesFor('a.js', 'x();'), [`a.js${outdated}`, `changed a.js${end}`]);
  assert.deepEqual(await linesFor('a.js', 'y();'), [`changed a.js${end}`]);
  assert.deepEqual(await linesFor('dist/b.js', 'three();'), [
    `src/b.ts${outdated}`,
    `changed dist/b.js${end}`,
  ]);
  await server.stop();
});

test('as objects', async () => {
  const site = makeSite({ 'index.html': '<p>index', 'a.js': 'one();\ntwo();\n', 'a.json': '1' });
  const args = ['--log-format=json', site.root];
  const server = await start({ args, open: /"url":"(http:[^"]+)"/ });
  const [line] = await report(server, ['/a.js:2:1']);
  const { time, ...said } = JSON.parse(line);
  assert.ok(time);
  assert.deepEqual(said, {
    event: 'said',
    level: 'error',
    page: '/',
    text: 'x is not defined',
    source: '/a.js:2:1',
    file: 'a.js',
    line: 2,
    column: 1,
    code: [
      { line: 1, text: 'one();' },
      { line: 2, text: 'two();' },
    ],
  });
  const page = await openPage(server);
  await page.message();
  site.write('a.json', '[\n1\n');
  const [problem] = await server.waitForLine(/.*"event":"problem".*/);
  assert.ok(JSON.parse(problem).code.length > 0, problem);
  page.destroy();
  await server.stop();
});

test('colours, on a terminal', async () => {
  const site = makeSite({ 'index.html': '<p>index', 'a.js': 'one();\n' });
  const terminal = await openTerminal();
  try {
    terminal.type(`"$LIVESERVE" --port=0 ${site.root}\n`);
    const [, port] = await terminal.shows(/Open.*http:\/\/localhost:(\d+)\//);
    const page = await openPage({ port: Number(port) });
    await page.message();
    page.send(JSON.stringify({ type: 'log', level: 'error', text: 'x', source: '/a.js:1:2' }));
    await terminal.shows(/\x1b\[31m> \x1b\[2m1 \|\x1b\[0m one\(\);\r\n.*\x1b\[31m\^\x1b\[0m\r\n/);
    page.destroy();
    terminal.type('q');
    await terminal.prompt();
    await terminal.end();
  } finally {
    terminal.close();
  }
  assert.equal(run(['status', site.root]).code, 1);
});

describe('a bundle of esbuild', () => {
  const SOURCES = {
    'index.html': '<p>index',
    'src/main.ts': [
      "import { draw } from './lib/draw';",
      '',
      'type Item = { name: string };',
      'export function show(items?: Item[]) {',
      '  for (const item of items!) draw(item.name, "中文 😀");',
      '}',
      'show();',
      '',
    ].join('\n'),
    'src/lib/draw.ts': [
      '// Draws.',
      'export class Painter { paint(name: string) { throw new Error(name); } }',
      'export const draw = (name: string, more: string) => new Painter().paint(name + more);',
      '',
    ].join('\n'),
  };

  /** Bundles, and returns the site and the script. */
  function bundle(out, ...args) {
    const site = makeSite(SOURCES);
    const script = path.join(site.root, out);
    execFileSync('esbuild', ['src/main.ts', '--bundle', `--outfile=${script}`, ...args], {
      cwd: site.root,
      stdio: 'pipe',
    });
    return { site, script };
  }

  /**
   * As Node.js reads the map: "src/main.ts:5:3" of a place in the script; null: none. In a line without
   * mappings Node.js finds the last place of an earlier line, which is no place of this one (ECMA-426).
   */
  function mapped(map, script, line, column, root) {
    const entry = map.findEntry(line - 1, column - 1);
    if (entry.originalSource === undefined || entry.generatedLine !== line - 1) return null;
    const file = path.relative(root, path.resolve(path.dirname(script), entry.originalSource));
    return `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  }

  /** Some places of each part of the script, a line and a column each. */
  function placesIn(text) {
    const MOST = 18;
    const step = Math.floor(text.length / MOST);
    return Array.from({ length: MOST }, (_, i) => {
      const before = text.slice(0, i * step + 3).split('\n');
      return [before.length, before.at(-1).length + 1];
    });
  }

  for (const [name, out, ...args] of [
    ['with a map beside it', 'dist/js/app.js', '--sourcemap'],
    ['minified, with a map inside', 'app.js', '--minify', '--sourcemap=inline'],
    ['without its sources in the map', 'dist/app.js', '--sourcemap', '--sources-content=false'],
    ['with a root of sources', 'dist/app.js', '--sourcemap', '--source-root=../dist'],
  ])
    test(name, async () => {
      const { site, script } = bundle(out, ...args);
      const text = fs.readFileSync(script, 'utf8');
      const inline = /base64,(\S+)/.exec(text);
      const payload = JSON.parse(
        inline
          ? Buffer.from(inline[1], 'base64').toString()
          : fs.readFileSync(`${script}.map`, 'utf8'),
      );
      const root = payload.sourceRoot;
      const map = new SourceMap({
        ...payload,
        sourceRoot: undefined,
        sources: payload.sources.map((source) => (root ? `${root}/${source}` : source)),
      });
      const places = placesIn(text.replace(/\/\/# source.*/s, ''));
      const server = await start({ root: site.root });
      const lines = await report(
        server,
        places.map(([line, column]) => `/${out}:${line}:${column}`),
      );
      await server.stop();
      const told = lines
        .filter((line) => / error on /.test(line))
        .map((line) => line.split('  ').at(-1));
      const expected = places.map(
        ([line, column]) =>
          mapped(map, script, line, column, site.root) ?? `${out}:${line}:${column}`,
      );
      assert.deepEqual(told, expected);
      assert.ok(expected.some((place) => place.startsWith('src/main.ts:5:')));
      assert.ok(lines.some((line) => /> 5 \| {3}for \(const item of items!\)/.test(line)));
    });

  test('of a folder that is not served', async () => {
    const { site } = bundle('dist/app.js', '--sourcemap');
    const server = await start({ root: path.join(site.root, 'dist') });
    const text = fs.readFileSync(path.join(site.root, 'dist/app.js'), 'utf8').split('\n');
    const line = text.findIndex((one) => one.includes('throw new Error')) + 1;
    const [first, ...code] = await report(server, [
      `/app.js:${line}:${text[line - 1].indexOf('throw') + 1}`,
    ]);
    await server.stop();
    assert.match(first, / {2}\.\.\/src\/lib\/draw\.ts:2:46$/);
    assert.match(code.join('\n'), /> 2 \| export class Painter/);
  });

  test('whose map is gone, or no map', async () => {
    const { site, script } = bundle('app.js', '--sourcemap');
    const server = await start({ root: site.root });
    for (const map of ['{', '[]', '{"mappings":"AAAA","sources":["../../../etc/passwd"]}', null]) {
      if (map === null) fs.rmSync(`${script}.map`);
      else site.write('app.js.map', map);
      const [first, ...code] = await report(server, ['/app.js:1:1']);
      const isOutside = map?.includes('passwd');
      assert.match(first, isOutside ? /\.\.\/etc\/passwd:1:1$/ : / app\.js:1:1$/);
      assert.equal(code.length > 0, !isOutside);
    }
    await server.stop();
  });
});
