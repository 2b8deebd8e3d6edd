/**
 * readme: the figures of the table in README.md, as rows of that table. All servers have their turns in each round, so
 * what else the machine does hits them alike.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { openPage, use } from '../page.mjs';
import { treeMemory } from '../process.mjs';
import { median, Samples } from '../report.mjs';
import { freePort, LIVESERVE, SERVERS, sleep, startServer } from '../servers.mjs';
import { makeSite, sheet } from '../sites.mjs';
import { first } from './start.mjs';

const NAMES = ['liveserve', 'live-server', 'browser-sync', 'vite', 'caddy'];
const STARTS = 7;
const SAVES = 9;
const REQUESTS = 100;
/** Longer than anything that the servers still do after a start or a save. */
const CALM_MS = 1500;

const MODULES = fileURLToPath(new URL('../node_modules/', import.meta.url));

/**
 * The folder of a package as Node finds it from another one; undefined when it is not installed.
 *
 * @param {string} name
 * @param {string} from
 * @returns {string | undefined}
 */
function findPackage(name, from) {
  for (let folder = from; folder.startsWith(path.dirname(MODULES)); folder = path.dirname(folder)) {
    const found = path.join(folder, 'node_modules', name);
    if (fs.existsSync(path.join(found, 'package.json'))) return found;
  }
  return undefined;
}

/**
 * A package and all that it needs, directly or not.
 *
 * @param {string} folder
 * @param {Set<string>} [found]
 */
function packagesOf(folder, found = new Set()) {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies, optionalDependencies } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const next = findPackage(name, folder);
    if (next) packagesOf(next, found);
  }
  return found;
}

/** The bytes of the files in a folder, without those of packages inside of it. @param {string} folder @returns {number} */
const sizeOf = (folder) =>
  fs.readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + sizeOf(at);
    return sum + (entry.isFile() ? fs.statSync(at).size : 0);
  }, 0);

/** @param {number} bytes */
const inMegabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/** @param {string} name */
function describeInstallation(name) {
  const folder = path.join(MODULES, name);
  if (fs.existsSync(folder)) {
    const all = [...packagesOf(folder)];
    const bytes = all.reduce((sum, one) => sum + sizeOf(one), 0);
    return `${all.length} packages, ${inMegabytes(bytes)}`;
  }
  const program = name === 'liveserve' ? LIVESERVE : `${execFileSync('which', [name])}`.trim();
  return `a program, ${inMegabytes(fs.statSync(program).size)}`;
}

/** @param {string} name */
function versionOf(name) {
  const file = path.join(MODULES, name, 'package.json');
  if (fs.existsSync(file)) return JSON.parse(fs.readFileSync(file, 'utf8')).version;
  const said = execFileSync(name === 'liveserve' ? LIVESERVE : name, [
    name === 'caddy' ? 'version' : '--version',
  ]);
  return /\d+(\.\d+)+/.exec(`${said}`)[0];
}

/** From exec to the first answer. @param {Samples} starts */
async function measureStarts(starts) {
  const root = makeSite();
  for (let round = 0; round < STARTS; round++) {
    for (const name of NAMES) {
      const port = await freePort();
      starts.add(name, first(port, '-', SERVERS[name].command(root, port), root)[0]);
    }
  }
}

/**
 * From a save of a style sheet to the word of it on the socket of a page, and the memory with that page open.
 *
 * @param {Samples} saves
 * @param {Samples} memories
 */
async function measureOpenPages(saves, memories) {
  for (const name of NAMES) {
    const server = await startServer(name, makeSite());
    const { socket, words } = SERVERS[name];
    await use(server, REQUESTS);
    const page = socket && (await openPage(server));
    await sleep(CALM_MS);
    for (let i = 0; page && i <= SAVES; i++) {
      const file = path.join(server.root, 'style.css');
      const { us } = await page.save('place', words.css, file, sheet(`save ${i}`));
      // At the first one, some have only begun to watch.
      if (i > 0) saves.add(name, us < 0 ? NaN : us / 1000);
      await sleep(CALM_MS / 3);
    }
    memories.add(name, treeMemory(server.pid));
    await page?.close();
    await server.stop();
  }
}

/** @param {string} what @param {(name: string) => string} cell */
const print = (what, cell) => console.log(`| ${what} | ${NAMES.map(cell).join(' | ')} |`);

/** @param {Samples} samples @param {string} unit */
const inWords =
  (samples, unit) =>
  /** @param {string} name */
  (name) => {
    if (!samples.has(name)) return '-';
    const value = median(samples.get(name));
    return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
  };

export async function readme() {
  const [starts, saves, memories] = [new Samples(), new Samples(), new Samples()];
  await measureStarts(starts);
  await measureOpenPages(saves, memories);
  console.log(`\n${new Date().toISOString().slice(0, 10)}, a small site, medians:\n`);
  print('', (name) => `${name} ${versionOf(name)}`);
  console.log(`|---${'|---'.repeat(NAMES.length)}|`);
  print('from start to first answer', inWords(starts, 'ms'));
  print('from save to page, style sheet', inWords(saves, 'ms'));
  print('memory with a page open', inWords(memories, 'MiB'));
  print('installed', describeInstallation);
}
