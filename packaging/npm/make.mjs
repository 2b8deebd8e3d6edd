/**
 * make.mjs [--limit=BYTES] OUT VERSION PLATFORM=TREE...: packs the npm packages into OUT: liveserve, which has the launcher, and
 * @liveserve/PLATFORM for each platform (linux-x64, linux-x64-musl), whose TREE is what "cmake --install" and packaging/package have
 * written. Their content depends on nothing else, so the same trees give the same bytes. A package that is larger than
 * the limit is an error.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = path.resolve(here, '../..');

/** What both kinds of package say of themselves. */
const COMMON = { license: 'MIT', engines: { node: '>=18' } };

/**
 * Writes a package: package.json and copies of files, all with the modes that npm expects.
 *
 * @param {string} folder
 * @param {object} manifest
 * @param {Record<string, string>} files paths in the package, and where each file or folder comes from
 */
function writePackage(folder, manifest, files) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [to, from] of Object.entries(files))
    fs.cpSync(from, path.join(folder, to), { recursive: true });
  for (const entry of fs.readdirSync(folder, { recursive: true })) {
    const file = path.join(folder, String(entry));
    const isProgram = /(^|\/)bin\//.test(String(entry));
    if (fs.statSync(file).isFile()) fs.chmodSync(file, isProgram ? 0o755 : 0o644);
  }
}

/**
 * The package that people install.
 *
 * @param {string} folder
 * @param {string} version
 * @param {Record<string, string>} trees by platform
 */
function writeMain(folder, version, trees) {
  const [tree] = Object.values(trees);
  const manifest = {
    name: 'liveserve',
    version,
    description: 'A live-reload development server: one small native program for Linux',
    keywords: ['live-reload', 'live-server', 'dev-server', 'development', 'http-server', 'inotify'],
    ...COMMON,
    type: 'module',
    bin: { liveserve: 'bin/liveserve.js' },
    man: ['man/liveserve.1', 'man/liveserve.json.5'],
    optionalDependencies: Object.fromEntries(
      Object.keys(trees).map((platform) => [`@liveserve/${platform}`, version]),
    ),
  };
  writePackage(folder, manifest, {
    'bin/liveserve.js': path.join(here, 'bin/liveserve.js'),
    'lib/program_for.js': path.join(here, 'lib/program_for.js'),
    'README.md': path.join(here, 'README.md'),
    LICENSE: path.join(root, 'LICENSE'),
    'man/liveserve.1': path.join(tree, 'share/man/man1/liveserve.1'),
    'man/liveserve.json.5': path.join(tree, 'share/man/man5/liveserve.json.5'),
    'liveserve.schema.json': path.join(tree, 'share/liveserve/liveserve.schema.json'),
  });
}

/**
 * The package that has the program.
 *
 * @param {string} folder
 * @param {string} version
 * @param {string} platform
 * @param {string} tree
 */
function writePlatform(folder, version, platform, tree) {
  const [system, processor, libc = 'glibc'] = platform.split('-');
  const manifest = {
    name: `@liveserve/${platform}`,
    version,
    description: `The program of the package liveserve, for ${platform}`,
    ...COMMON,
    os: [system],
    cpu: [processor],
    libc: [libc],
    // Package managers that keep packages in archives have to unpack this one: it is a program.
    preferUnplugged: true,
    publishConfig: { access: 'public' },
  };
  writePackage(folder, manifest, {
    'bin/liveserve': path.join(tree, 'bin/liveserve'),
    'bin/liveserve-capture': path.join(tree, 'libexec/liveserve/liveserve-capture'),
    LICENSE: path.join(root, 'LICENSE'),
    NOTICE: path.join(root, 'NOTICE'),
    licences: path.join(tree, 'share/doc/liveserve/licences'),
  });
}

const { values, positionals } = parseArgs({
  options: { limit: { type: 'string' } },
  allowPositionals: true,
});
const limit = Number(values.limit ?? Infinity);
const [out, version, ...pairs] = positionals;
/** @type {Record<string, string>} */
const trees = Object.fromEntries(pairs.map((pair) => pair.split('=')));
if (
  !/^\d+\.\d+\.\d+$/.test(version ?? '') ||
  !pairs.length ||
  !(limit > 0) ||
  !Object.values(trees).every(Boolean)
) {
  console.error('usage: make.mjs [--limit=BYTES] OUT VERSION PLATFORM=TREE...');
  process.exit(2);
}

const stage = fs.mkdtempSync(path.join(os.tmpdir(), 'liveserve-npm-'));
try {
  writeMain(path.join(stage, 'main'), version, trees);
  for (const [platform, tree] of Object.entries(trees))
    writePlatform(path.join(stage, platform), version, platform, tree);
  fs.mkdirSync(out, { recursive: true });
  for (const name of fs.readdirSync(stage)) {
    const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', path.resolve(out)];
    const packed = execFileSync('npm', args, {
      cwd: path.join(stage, name),
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    }).trim();
    const { size } = fs.statSync(path.join(out, packed));
    if (size <= limit) continue;
    console.error(`${packed} has ${size} bytes; users are promised at most ${limit}`);
    process.exitCode = 1;
  }
} finally {
  fs.rmSync(stage, { recursive: true });
}
