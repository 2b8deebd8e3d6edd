/**
 * The npm packages, made with the program that is tested and installed by npm from a registry on this machine: their
 * content, and that the installed command serves a folder, follows it, and passes on arguments, signals and exit codes.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Server, atEnd, inTime, makeSite } from '../support/server.js';
import { startRegistry } from '../support/registry.js';
import { birthOf, openPage } from '../support/websocket.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const make = path.join(repository, 'packaging/npm/make.mjs');
const program = path.resolve(process.env.LIVESERVE ?? 'build/debug/liveserve');
const VERSION = '7.8.9';
const PLATFORM = `linux-${process.arch}`;

/** What packaging/package installs, with the program that is tested. */
function makeTree() {
  const tree = makeSite({ 'share/doc/liveserve/licences/zlib': 'The licence of zlib' });
  const built = path.dirname(program);
  const copies = {
    'bin/liveserve': program,
    'libexec/liveserve/liveserve-capture': path.join(built, 'liveserve-capture'),
    'share/man/man1/liveserve.1': path.join(built, 'doc/liveserve.1'),
    'share/man/man5/liveserve.json.5': path.join(built, 'doc/liveserve.json.5'),
    'share/liveserve/liveserve.schema.json': path.join(built, 'doc/liveserve.schema.json'),
  };
  for (const [to, from] of Object.entries(copies)) fs.cpSync(from, tree.path(to));
  return tree.root;
}

/** npm's settings: nothing of this user's, and only the registry of the test. */
function npmEnvironment(registry) {
  const home = makeSite({ '.npmrc': '' }).root;
  return {
    ...process.env,
    HOME: home,
    npm_config_userconfig: path.join(home, '.npmrc'),
    npm_config_cache: path.join(home, 'cache'),
    npm_config_registry: registry,
    npm_config_yes: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

const tree = makeTree();
const packed = makeSite();
/** @type {NodeJS.ProcessEnv} */
let env;
/** A folder of a user, in which liveserve is installed. */
const project = makeSite({ 'package.json': '{"private": true}', 'dist/index.html': '<p>one' });
const files = () => fs.readdirSync(packed.root).map((name) => packed.path(name));
/** What npm prints. The registry is in this process, so it cannot be stopped until npm has ended. */
async function npm(args, cwd, registry) {
  const child = spawn('npm', [...args, `--registry=${registry}`], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = ['', ''];
  for (const [index, stream] of [child.stdout, child.stderr].entries())
    stream.setEncoding('utf8').on('data', (text) => (said[index] += text));
  const [code] = await inTime(once(child, 'close'), () => `npm ${args}: ${said}`, 60_000);
  assert.equal(code, 0, said[1]);
  return said[0];
}

before(async () => {
  execFileSync('node', [make, packed.root, VERSION, `${PLATFORM}=${tree}`]);
  const registry = await startRegistry(files());
  env = npmEnvironment(registry);
  await npm(['install', '--save-dev', 'liveserve'], project.root, registry);
});

describe('what is published', () => {
  /** The files of a package, as npm publish --dry-run lists them. */
  async function published(name) {
    const file = files().find((one) => path.basename(one) === `${name}-${VERSION}.tgz`);
    const args = ['publish', '--dry-run', '--json', file];
    const answer = JSON.parse(await npm(args, packed.root, await startRegistry([])));
    const { files: list } = answer.files ? answer : Object.values(answer)[0];
    return Object.fromEntries(list.map(({ path: where, mode }) => [where, mode & 0o777]));
  }

  test('liveserve: the launcher and what people read', async () => {
    assert.deepEqual(await published('liveserve'), {
      LICENSE: 0o644,
      'README.md': 0o644,
      'bin/liveserve.js': 0o755,
      'lib/program_for.js': 0o644,
      'liveserve.schema.json': 0o644,
      'man/liveserve.1': 0o644,
      'man/liveserve.json.5': 0o644,
      'package.json': 0o644,
    });
  });

  test('a platform: the programs and the licences of what is in them', async () => {
    assert.deepEqual(await published(`liveserve-${PLATFORM}`), {
      LICENSE: 0o644,
      NOTICE: 0o644,
      'bin/liveserve': 0o755,
      'bin/liveserve-capture': 0o755,
      'licences/zlib': 0o644,
      'package.json': 0o644,
    });
  });

  test('no script runs at the installation, and platforms are of the same version exactly', () => {
    const read = (where) => JSON.parse(project.read(`node_modules/${where}/package.json`));
    for (const where of ['liveserve', `@liveserve/${PLATFORM}`]) {
      assert.equal(read(where).scripts, undefined);
      assert.equal(read(where).dependencies, undefined);
    }
    assert.deepEqual(read('liveserve').optionalDependencies, {
      [`@liveserve/${PLATFORM}`]: VERSION,
    });
    assert.deepEqual(read(`@liveserve/${PLATFORM}`).cpu, [process.arch]);
  });

  test('made again, at another time and place, they are the same bytes', () => {
    const again = makeSite();
    const copy = makeSite().path('elsewhere');
    fs.cpSync(tree, copy, { recursive: true });
    const later = new Date('2040-01-01');
    fs.utimesSync(path.join(copy, 'bin/liveserve'), later, later);
    const old = process.umask(0o077);
    execFileSync('node', [make, again.root, VERSION, `${PLATFORM}=${copy}`]);
    process.umask(old);
    assert.equal(files().length, 2);
    for (const file of files())
      assert.ok(
        fs.readFileSync(file).equals(fs.readFileSync(again.path(path.basename(file)))),
        file,
      );
  });

  test('a version that is none, no platform, or a limit that is none, is refused', () => {
    const pair = `${PLATFORM}=${tree}`;
    const rows = [['1', pair], [VERSION], [VERSION, PLATFORM], ['--limit=small', VERSION, pair]];
    for (const args of rows) {
      const { status, stderr } = spawnSync('node', [make, packed.root, ...args], {
        encoding: 'utf8',
      });
      const usage = 'usage: make.mjs [--limit=BYTES] OUT VERSION PLATFORM=TREE...\n';
      assert.deepEqual([status, stderr], [2, usage]);
    }
  });

  test('a package that is larger than promised is an error, one that is as large is none', () => {
    const again = makeSite();
    const sizes = files().map((file) => fs.statSync(file).size);
    const [small, large] = sizes.sort((a, b) => a - b);
    const makeWith = (limit) =>
      spawnSync('node', [make, `--limit=${limit}`, again.root, VERSION, `${PLATFORM}=${tree}`], {
        encoding: 'utf8',
      });
    assert.ok(small < large);
    const { status, stderr } = makeWith(large - 1);
    assert.deepEqual(
      [status, stderr],
      [
        1,
        `liveserve-${PLATFORM}-${VERSION}.tgz has ${large} bytes; users are promised at most ${large - 1}\n`,
      ],
    );
    assert.equal(makeWith(large).status, 0);
  });
});

describe('installed', () => {
  const command = project.path('node_modules/.bin/liveserve');

  /**
   * Starts a command that starts liveserve. It has a process group of its own, as in a terminal, so that all of it ends
   * when the test fails.
   */
  async function start(file, args, cwd) {
    const child = spawn(file, [...args, '--port=0'], {
      cwd,
      env: { ...env, XDG_RUNTIME_DIR: makeSite().root },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const signal = (name) => process.kill(-child.pid, name);
    atEnd(() => child.exitCode ?? child.signalCode ?? signal('SIGKILL'));
    const server = new Server(child);
    server.url = (await server.waitForLine(/^ {2}Open +(https?:\/\/\S+)/))[1];
    server.port = Number(new URL(server.url).port);
    return { server, child, signal };
  }

  test('it serves a folder, and its pages follow', async () => {
    const { server } = await start(command, [project.path('dist')]);
    const page = await openPage(server, await birthOf(server));
    assert.equal((await page.message()).type, 'hello');
    project.write('dist/index.html', '<p>two');
    const { type, changes } = await page.message();
    assert.deepEqual([type, changes.map(({ kind }) => kind)], ['change', ['modified']]);
    page.destroy();
    await server.stop();
  });

  test('npx runs it in any folder, and Ctrl-C ends all of it', async () => {
    const site = makeSite({ 'index.html': '<p>here' });
    const { server, signal } = await start('npx', ['liveserve'], site.root);
    assert.match(await (await fetch(server.url)).text(), /<p>here/);
    signal('SIGINT'); // What a terminal does.
    await server.exit();
    await assert.rejects(fetch(server.url));
  });

  test('arguments, output and exit codes are those of the program', () => {
    const run = (file, args) => {
      const { status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8', env });
      return { status, stdout, stderr };
    };
    for (const args of [['--version'], ['--no-such-option'], ['/no/such folder']])
      assert.deepEqual(run(command, args), run(program, args));
  });

  test('a signal that ends the program ends the launcher with its number', async () => {
    const { server, child } = await start(command, [project.path('dist')]);
    const children = fs.readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8');
    process.kill(Number(children), 'SIGKILL');
    assert.deepEqual(await server.exit(), [137, null]);
  });

  test('without its platform it says so, and ends', async () => {
    fs.renameSync(project.path('node_modules/@liveserve'), project.path('away'));
    const child = spawn(command, [], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    const [code] = await inTime(once(child, 'close'), () => 'the launcher to end');
    fs.renameSync(project.path('away'), project.path('node_modules/@liveserve'));
    assert.equal(code, 1);
    assert.match(
      said,
      /^liveserve: its program is missing: npm has not installed @liveserve\/.*\n$/,
    );
  });
});
