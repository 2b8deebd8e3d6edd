/**
 * pages: thousands of open pages that are told of one save, and what each costs.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { memory } from '../process.mjs';
import { printBar, printRows, Samples } from '../report.mjs';
import { PAGES, SERVERS, startServer } from '../servers.mjs';
import { makeSite } from '../sites.mjs';

/** speaks: the subprotocol and the first messages of a page. @type {Kind[]} */
const KINDS = [
  {
    title: 'liveserve, liveserve.v1',
    name: 'liveserve',
    speaks: (await SERVERS.liveserve.socket()).slice(1),
  },
  { title: 'liveserve, live-server text', name: 'liveserve', speaks: [''] },
  { title: 'live-server', name: 'live-server', speaks: [''] },
];
/** @typedef {{title: string, name: string, speaks: string[]}} Kind */

/** Counts of pages, and in how many milliseconds all of them should be told. */
const COUNTS = [
  [1000, 30],
  [5000, 150],
];
const MOST_KIB = 8;

/**
 * @param {Kind} kind
 * @param {number} count of pages
 * @param {number} rounds
 */
async function measureOne({ name, speaks: [subprotocol, ...messages] }, count, rounds) {
  const server = await startServer(name, makeSite());
  await (await fetch(`http://127.0.0.1:${server.port}/style.css`)).text();
  const before = memory(server.pid, 'VmRSS');
  const file = path.join(server.root, 'style.css');
  const pages = spawn(PAGES, [`${server.port}`, `${count}`, subprotocol, file, ...messages], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: pages.stdout })[Symbol.asyncIterator]();

  try {
    if ((await lines.next()).value !== 'connected')
      throw new Error(`${name} does not take ${count} pages`);
    const connected = memory(server.pid, 'VmRSS');
    const told = new Samples([
      ['half', []],
      ['all', []],
    ]);
    for (let round = 0; round < rounds; round++) {
      pages.stdin.write('\n');
      const [half, last] = (await lines.next()).value.split(' ').map(Number);
      if (half < 0) throw new Error(`${name} did not tell ${last} of ${count} pages`);
      told.add('half', half / 1000);
      told.add('all', last / 1000);
    }
    const most = memory(server.pid, 'VmHWM');
    const kib = [connected, most].map((resident) => ((resident - before) * 1024) / count);
    return { half: told.median('half'), all: told.median('all'), kib };
  } finally {
    pages.stdin.end();
    if (pages.exitCode === null) await once(pages, 'exit');
    await server.stop();
  }
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
}
