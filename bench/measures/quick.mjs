/**
 * quick: in a minute or two, whether this build is slower or larger than another one (--before=PROGRAM). The two have
 * their turns by rounds, so what else the machine does hits both alike. Without another build, nginx is beside it.
 */
import path from 'node:path';

import { openPage } from '../page.mjs';
import { memory } from '../process.mjs';
import { printBar, printSamples, Samples } from '../report.mjs';
import { freePort, SERVERS, sleep, startServer } from '../servers.mjs';
import { makeSite, page, sheet } from '../sites.mjs';
import { KINDS, load, makeFiles, prepare } from './http.mjs';
import { first } from './start.mjs';

/** The server that it is measured beside. */
const base = () => (SERVERS.before ? 'before' : 'nginx');
const both = () => ['liveserve', base()];

const STARTS = 30;
const SAVES = 100;
/** How much worse the median may be: less is not told from chance on a busy machine. */
const TOLERANCE = 0.03;

/**
 * @param {string} title
 * @param {Samples} samples
 * @param {'rate' | 'cost'} kind of a rate more is better, of a cost less
 */
function report(title, samples, kind) {
  printSamples(title, samples, base());
  if (!SERVERS.before) return;
  const ratio = samples.median('liveserve') / samples.median('before');
  const good = kind === 'rate' ? ratio >= 1 - TOLERANCE : ratio <= 1 + TOLERANCE;
  printBar(good, `${title}: no more than ${TOLERANCE * 100} % worse than before`, ratio);
}

/** @param {number} rounds */
async function measureRequests(rounds) {
  const root = makeFiles();
  const servers = [];
  for (const name of both()) servers.push(await startServer(name, root));
  for (const kind of KINDS) {
    const rates = new Samples();
    const costs = new Samples();
    const headers = await Promise.all(servers.map((server) => prepare(server, kind)));
    for (let round = 0; round < rounds; round++) {
      for (const [i, server] of servers.entries()) {
        const { rate, cost } = await load(server, kind.target, headers[i], 1);
        rates.add(server.name, rate);
        costs.add(server.name, cost);
      }
    }
    report(`${kind.title}, requests/s`, rates, 'rate');
    report(`${kind.title}, CPU us each`, costs, 'cost');
  }
  const resident = new Samples();
  for (const { name, pid } of servers) resident.add(name, memory(pid, 'VmRSS'));
  report('resident after all this, MiB', resident, 'cost');
  for (const server of servers) await server.stop();
}

async function measureStart() {
  const root = makeSite();
  const samples = new Samples();
  for (let round = 0; round < STARTS; round++) {
    for (const name of both()) {
      const port = await freePort();
      samples.add(name, first(port, '-', SERVERS[name].command(root, port), root)[0]);
    }
  }
  report('exec to first 200, ms', samples, 'cost');
}

async function measureSaves() {
  const servers = [];
  for (const name of both().filter((name) => SERVERS[name].socket)) {
    const server = await startServer(name, makeSite());
    servers.push({ ...server, page: await openPage(server) });
  }
  await sleep(1000);
  for (const [type, content] of /** @type {const} */ ([
    ['css', sheet],
    ['html', page],
  ])) {
    const samples = new Samples();
    for (let save = 0; save < SAVES; save++) {
      // Whoever comes second finds the processor awake, so they take turns.
      servers.reverse();
      for (const { name, root, page: opened } of servers) {
        const file = path.join(root, type === 'css' ? 'style.css' : 'index.html');
        const word = SERVERS[name].words[type];
        const { us } = await opened.save('rename', word, file, content(`save ${save}`));
        samples.add(name, us / 1000);
      }
      await sleep(20);
    }
    report(`save to message, ${type}, ms`, samples, 'cost');
  }
  const resident = new Samples();
  for (const { name, pid } of servers) resident.add(name, memory(pid, 'VmRSS'));
  report('resident with a page, MiB', resident, 'cost');
  for (const { page: opened, stop } of servers) {
    await opened.close();
    await stop();
  }
}

/** @param {{rounds: number}} amounts */
export async function quick({ rounds }) {
  await measureStart();
  await measureSaves();
  await measureRequests(rounds);
}
