/**
 * pages: thousands of open pages that are told of one save, and what each costs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { use } from '../page.mjs';
import { memory } from '../process.mjs';
import { addToTable, printBar, printRows, Samples } from '../report.mjs';
import { PAGES, SERVERS, sleep, startServer } from '../servers.mjs';
import { makeSite } from '../sites.mjs';

/** What the pages speak that are opened, and to whom. @typedef {{title: string, name: string, isPlain?: boolean}} Kind */

/** @type {Kind[]} */
const KINDS = [
  { title: 'liveserve, liveserve.v1', name: 'liveserve' },
  { title: 'liveserve, live-server text', name: 'liveserve', isPlain: true },
  { title: 'live-server', name: 'live-server' },
];

/** Counts of pages, and in how many milliseconds all of them should be told. */
const COUNTS = [
  [1000, 30],
  [5000, 150],
];
const MOST_KIB = 8;

/**
 * Rows of the table: so many pages are told of this file, by these servers. opening is for a row of its own.
 *
 * @typedef {import('../report.mjs').Goal} Goal
 *
 * @type {{count: number, type: 'css' | 'html', names: string[], goal: Goal, opening?: Goal}[]}
 */
const CROWDS = [
  { count: 100, type: 'html', names: ['liveserve', 'bare', 'livereload'], goal: { most: 2.5 } },
  {
    count: 1000,
    type: 'html',
    names: ['liveserve', 'bare', 'livereload'],
    goal: { most: 1.3, of: 'bare' },
  },
  {
    count: 10000,
    type: 'css',
    names: ['liveserve', 'bare'],
    goal: { most: 1.2, of: 'bare' },
    opening: { most: 2000 },
  },
];
/** livereload drops what comes within 50 ms of the last change of the same file. */
const PAUSE_MS = 100;

/**
 * Opens so many pages of a server.
 *
 * @param {import('../servers.mjs').Server} server
 * @param {number} count
 * @param {'css' | 'html'} type of the file that save() saves
 * @param {boolean} [isPlain] they speak what live-server does
 */
export async function openCrowd({ name, port, root }, count, type, isPlain) {
  const { socket, words } = SERVERS[isPlain ? 'live-server' : name];
  const [address, subprotocol, ...messages] = await socket(port);
  const file = path.join(root, type === 'css' ? 'style.css' : 'index.html');
  const pages = spawn(
    PAGES,
    [`${port}`, `${count}`, address, subprotocol, file, words[type], ...messages],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: pages.stdout })[Symbol.asyncIterator]();
  const opened = Number((await lines.next()).value) / 1000;
  if (!(opened > 0)) throw new Error(`${name} does not take ${count} pages`);
  return {
    /** Milliseconds until all of them were open. */
    opened,
    /** Saves once. @returns milliseconds until half of them and all of them were told */
    async save() {
      pages.stdin.write('\n');
      const [half, last] = (await lines.next()).value.split(' ').map(Number);
      if (half < 0) throw new Error(`${name} did not tell ${last} of ${count} pages`);
      return { half: half / 1000, all: last / 1000 };
    },
    async close() {
      pages.stdin.end();
      if (pages.exitCode === null) await once(pages, 'exit');
    },
  };
}

/**
 * @param {Kind} kind
 * @param {number} count of pages
 * @param {number} rounds
 */
async function measureOne({ name, isPlain }, count, rounds) {
  const server = await startServer(name, makeSite());
  await (await fetch(`http://127.0.0.1:${server.port}/style.css`)).text();
  const before = memory(server.pid, 'VmRSS');
  const pages = await openCrowd(server, count, 'css', isPlain);
  try {
    const connected = memory(server.pid, 'VmRSS');
    const told = new Samples();
    for (let round = 0; round < rounds; round++)
      for (const [part, ms] of Object.entries(await pages.save())) told.add(part, ms);
    const most = memory(server.pid, 'VmHWM');
    const kib = [connected, most].map((resident) => ((resident - before) * 1024) / count);
    return { half: told.median('half'), all: told.median('all'), kib };
  } finally {
    await pages.close();
    await server.stop();
  }
}

/**
 * The servers have their turns save by save.
 *
 * @param {typeof CROWDS[number]} crowd
 * @param {number} rounds
 */
async function measureCrowd({ count, type, names, goal, opening }, rounds) {
  const opened = new Samples();
  const told = new Samples();
  const crowds = [];
  for (const name of names) {
    const server = await startServer(name, makeSite());
    await use(server);
    const pages = await openCrowd(server, count, type);
    opened.add(name, pages.opened);
    crowds.push({ name, server, pages });
  }
  // Some say too early that they watch.
  await sleep(2000);
  for (let round = -1; round < rounds; round++) {
    for (const { name, pages } of crowds) {
      const { all } = await pages.save();
      if (round >= 0) told.add(name, all);
    }
    await sleep(PAUSE_MS);
  }
  for (const { server, pages } of crowds) {
    await pages.close();
    await server.stop();
  }
  addToTable(`last of ${count} pages told, ${type}, ms`, told, goal);
  if (opening) addToTable(`${count} pages opened, ms`, opened, opening);
}

/** @param {{rounds: number}} amounts */
export async function pages({ rounds }) {
  for (const [count, mostMs] of COUNTS) {
    const rows = [];
    for (const kind of KINDS) {
      const { half, all, kib } = await measureOne(kind, count, rounds);
      rows.push({ ...kind, all, kib, cells: [half, all, ...kib] });
    }
    printRows(
      `${count} pages told of a style sheet`,
      ['half, ms', 'all, ms', 'KiB each', 'at most'],
      rows.map(({ title, cells }) => [title, ...cells]),
    );
    for (const { title, all, kib } of rows.filter(({ name }) => name === 'liveserve')) {
      printBar(all <= mostMs, `${title}, ${count} pages: all told, ms, at most ${mostMs}`, all);
      printBar(kib[1] < MOST_KIB, `${title}, ${count} pages: KiB each, under ${MOST_KIB}`, kib[1]);
    }
  }
  for (const crowd of CROWDS) await measureCrowd(crowd, 5 * rounds);
}
