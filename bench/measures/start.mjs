/**
 * start: from exec to the first 200, and on a large tree to the first change that a page is told of.
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';

import { addToTable, printBar, printSamples, Samples } from '../report.mjs';
import { cleanEnvironment, FIRST, freePort, LIVESERVE, SERVER_CPU, SERVERS } from '../servers.mjs';
import { makeLargeSite, makeSite } from '../sites.mjs';

const WEB_SERVERS = ['nginx', 'lighttpd'];
const PEERS = ['live-server', 'five-server', 'browser-sync', 'vite'];
const PEER_ROUNDS = 2;

/**
 * Starts a server, waits for its first answer and saves a file.
 *
 * @param {number} port
 * @param {string} file '-': nothing is saved
 * @param {string[]} command
 * @param {string} root
 * @returns {number[]} milliseconds to the answer, and to the message after the save; below 0: never
 */
export function first(port, file, command, root) {
  const said = execFileSync(FIRST, [`${port}`, `${SERVER_CPU}`, file, ...command], {
    cwd: root,
    env: cleanEnvironment(),
    stdio: 'pipe',
  });
  return `${said}`.split(' ').map((us) => Number(us) / 1000);
}

async function measureAnswers(root, rounds) {
  const samples = new Samples();
  for (let round = 0; round < rounds; round++) {
    for (const name of ['liveserve', ...WEB_SERVERS, ...(round < PEER_ROUNDS ? PEERS : [])]) {
      const port = await freePort();
      samples.add(name, first(port, '-', SERVERS[name].command(root, port), root)[0]);
    }
    samples.add('only a process: /bin/true', first(0, '-', ['/bin/true'], root)[0]);
    samples.add(
      'only a process: liveserve --version',
      first(0, '-', [LIVESERVE, '--version'], root)[0],
    );
  }
  return samples;
}

/** One save as soon as the page was answered; live-server is the only peer that speaks at the same address. */
async function measureFirstChange(root, rounds) {
  const samples = new Samples();
  for (let round = 0; round < rounds; round++) {
    for (const name of round === 0 ? ['liveserve', 'live-server'] : ['liveserve']) {
      const port = await freePort();
      const file = path.join(root, 'index.html');
      const taken = first(port, file, SERVERS[name].command(root, port), root)[1];
      samples.add(taken < 0 ? `${name}, never told` : name, taken < 0 ? NaN : taken);
    }
  }
  return samples;
}

/** @param {{rounds: number}} amounts */
export async function start({ rounds }) {
  const small = await measureAnswers(makeSite(), 4 * rounds);
  printSamples('exec to first 200, small site, ms', small);
  addToTable('exec to first 200, ms', small, { most: 2 });

  const root = makeLargeSite();
  const large = await measureAnswers(root, 4 * rounds);
  printSamples('exec to first 200, 50,000 files, ms', large);
  printBar(
    large.median('liveserve') <= 5,
    'exec to first 200, ms, at most 5',
    large.median('liveserve'),
  );

  const changes = await measureFirstChange(root, 4 * rounds);
  printSamples('exec to the first change told, 50,000 files, ms', changes);
  const change = changes.median('liveserve');
  const isTold = !changes.has('liveserve, never told');
  printBar(isTold && change <= 30, 'exec to the first change told, ms, at most 30', change);
}
