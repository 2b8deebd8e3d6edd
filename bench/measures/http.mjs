/**
 * http: how fast files are served, beside web servers and beside the other live-reload servers.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import httpClient from 'node:http';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { forgetPeak, memory, used } from '../process.mjs';
import { addToTable, printBar, printRows, Samples } from '../report.mjs';
import { SERVERS, sleep, startServer } from '../servers.mjs';
import { makeSite, page } from '../sites.mjs';

const run = promisify(execFile);

const NAMES = ['liveserve', 'nginx', 'lighttpd', 'live-server', 'http-server'];
const CONNECTIONS = 32;
const MILLION = 1e6;

/**
 * A request that is measured.
 *
 * @typedef {object} Kind
 * @property {string} title
 * @property {string} target
 * @property {boolean} [isConditional] the answer is to be 304
 * @property {Record<string, number>} bars what part of whose rate liveserve is to reach
 * @property {number} least what part of lighttpd's rate it is to reach in the table
 */

/** @type {Kind[]} */
export const KINDS = [
  { title: '1 KiB file', target: '/1k.txt', bars: { nginx: 1 }, least: 1 },
  {
    title: '1 KiB file, 304',
    target: '/1k.txt',
    isConditional: true,
    bars: { nginx: 1 },
    least: 1,
  },
  { title: '100 KiB file', target: '/100k.txt', bars: { nginx: 0.9 }, least: 1.05 },
  {
    title: '10 KiB page, injected or plain',
    target: '/10k.html',
    bars: { nginx: 0.8, 'live-server': 10 },
    least: 0.9,
  },
];
const HUGE = { target: '/huge.txt', size: 2 ** 30 };

/** @returns {string} a folder with the files that are asked for */
export function makeFiles() {
  const root = makeSite();
  const write = (name, content) => fs.writeFileSync(path.join(root, name), content);
  write('1k.txt', 'x'.repeat(1024));
  write('100k.txt', 'x'.repeat(102400));
  write('10k.html', page('x'.repeat(10240 - page('').length)));
  write('huge.txt', '');
  fs.truncateSync(path.join(root, 'huge.txt'), HUGE.size);
  return root;
}

/** One answer; not by fetch(), which adds Cache-Control of its own to conditional requests. */
function get(port, target, headers) {
  return new Promise((resolve, reject) => {
    const request = httpClient.get(
      { host: '127.0.0.1', port, path: target, headers },
      async (answer) => {
        resolve({
          status: answer.statusCode,
          etag: answer.headers.etag,
          text: await readText(answer),
        });
      },
    );
    request.on('error', reject);
  });
}

/**
 * The headers to ask with, once it is sure that the server answers as it should.
 *
 * @param {import('../servers.mjs').Server} server
 * @param {Kind} kind
 * @param {Record<string, string>} [fields] of the request
 * @returns {Promise<string[]>} arguments of wrk
 */
export async function prepare({ port, name }, { target, isConditional }, fields = {}) {
  const { status, etag, text } = await get(port, target, fields);
  const injects = SERVERS[name].injects === true && target.endsWith('.html');
  if (status !== 200 || text.includes('<script') !== injects)
    throw new Error(`${name}: wrong answer to ${target}`);
  if (!isConditional) return [];

  const again = await get(port, target, { 'If-None-Match': etag });
  if (again.status !== 304) throw new Error(`${name} answers ${again.status}, not 304`);
  return ['-H', `If-None-Match: ${etag}`];
}

/**
 * Asks for so many seconds. Returns how many requests were answered, how many a second, and how many microseconds
 * of processor the server took for each.
 *
 * @param {import('../servers.mjs').Server} server
 * @param {string} target
 * @param {string[]} headers arguments of wrk
 * @param {number} seconds
 */
export async function load(server, target, headers, seconds) {
  const url = `http://127.0.0.1:${server.port}${target}`;
  const before = used(server.pid).processor;
  const { stdout } = await run('wrk', [
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${seconds}s`,
    ...headers,
    url,
  ]);
  const work = used(server.pid).processor - before;
  const requests = Number(/(\d+) requests in/.exec(stdout)[1]);
  if (/Non-2xx|Socket errors/.test(stdout))
    throw new Error(`${server.name}, ${target}:\n${stdout}`);
  return {
    requests,
    rate: Number(/Requests\/sec: +([\d.]+)/.exec(stdout)[1]),
    cost: work / requests,
  };
}

async function measureRates(servers, kind, rounds, seconds) {
  const rates = new Samples();
  const costs = new Samples();
  const headers = await Promise.all(servers.map((server) => prepare(server, kind)));
  for (let round = 0; round < rounds; round++) {
    for (const [i, server] of servers.entries()) {
      const { rate, cost } = await load(server, kind.target, headers[i], seconds);
      rates.add(server.name, rate);
      costs.add(server.name, cost);
    }
  }
  printRates(`${kind.title}, requests/s`, 'CPU us each', rates, costs);
  addToTable(`${kind.title}, requests/s`, rates, { least: kind.least, of: 'lighttpd' });
  addToTable(`${kind.title}, CPU us each`, costs, { most: 1, of: 'lighttpd' });
  for (const [name, least] of Object.entries(kind.bars)) {
    const ratio = rates.ratio('liveserve', name);
    printBar(ratio >= least, `${kind.title}: at least ${least} of the rate of ${name}`, ratio);
  }
}

function printRates(title, cost, rates, costs) {
  /** @type {import('../report.mjs').Row[]} */
  const rows = [...rates.keys()].map((name) => [
    name,
    rates.median(name),
    rates.ratio(name, 'nginx'),
    rates.ratio(name, 'live-server'),
    costs.median(name),
    costs.ratio(name, 'nginx'),
  ]);
  printRows(title, ['median', '/ nginx', '/ live-server', cost, '/ nginx'], rows);
}

async function measureHugeFile(servers, rounds) {
  const rates = new Samples();
  const costs = new Samples();
  // The first who sends the file brings it into the memory of the machine, for all others, too.
  for (let round = -1; round < rounds; round++) {
    for (const { name, pid, port } of servers) {
      const before = used(pid).processor;
      const { stdout } = await run('curl', [
        '-sS',
        '-o',
        '/dev/null',
        '-w',
        '%{size_download} %{speed_download}',
        `http://127.0.0.1:${port}${HUGE.target}`,
      ]);
      const [size, speed] = stdout.split(' ').map(Number);
      if (size !== HUGE.size) throw new Error(`${name} sent ${size} bytes of ${HUGE.target}`);
      if (round < 0) continue;
      rates.add(name, speed / 2 ** 20);
      costs.add(name, (used(pid).processor - before) / 1000);
    }
  }
  printRates('1 GiB file, MiB/s', 'CPU ms each', rates, costs);
  addToTable('1 GiB file, MiB/s', rates, { least: 1, of: 'lighttpd' });
  addToTable('1 GiB file, CPU ms', costs, { most: 0.8, of: 'lighttpd' });
  const ratio = rates.ratio('liveserve', 'nginx');
  printBar(ratio >= 0.9, '1 GiB file: at least 0.9 of the rate of nginx', ratio);
}

async function measureGrowth(server) {
  const target = '/1k.txt';
  await load(server, target, [], 1);
  const before = memory(server.pid, 'VmRSS');
  let requests = 0;
  while (requests < MILLION) requests += (await load(server, target, [], 5)).requests;
  await sleep(100);
  const growth = (memory(server.pid, 'VmRSS') - before) * 1024;
  console.log();
  printBar(growth <= 64, `growth over ${requests} requests, KiB, at most 64`, growth);
}

/** @param {{rounds: number, seconds: number}} amounts */
export async function http({ rounds, seconds }) {
  const root = makeFiles();
  const servers = [];
  for (const name of NAMES) servers.push(await startServer(name, root));
  const [liveserve] = servers;
  forgetPeak(liveserve.pid);

  for (const kind of KINDS) await measureRates(servers, kind, rounds, seconds);
  await measureHugeFile(servers, Math.min(rounds, 3));
  for (const server of servers.slice(1)) await server.stop();
  await measureGrowth(liveserve);
  const peak = memory(liveserve.pid, 'VmHWM');
  printBar(peak < 12, 'resident at most during all of it, MiB, under 12', peak);
  await liveserve.stop();
}
