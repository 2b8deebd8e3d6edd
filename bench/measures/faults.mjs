/**
 * faults: a long time of trouble, shortened. In each round there is load with every fault mixed in, and then a
 * rest, in which the memory and the descriptors of the server are counted: they must not grow. Then come ten
 * thousand pages, and a minute in which the server is stopped.
 */
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';

import { ADDRESSES, createEditor, createRandom, pick } from '../editor.mjs';
import { memory } from '../process.mjs';
import { median, printBar, printRows } from '../report.mjs';
import { sleep, startServer } from '../servers.mjs';
import { makeFolder, makeSite } from '../sites.mjs';
import { connectWebSocket, say } from '../websocket.mjs';
import { openCrowd } from './pages.mjs';

const ROUND_MS = 15000;
/** Longer than connections are kept alive, heads are waited for and changes settle. */
const REST_MS = 12000;
const CROWD = 10000;
const STOPPED_MS = 60000;
const LARGE = 20e6;
/** How many times each trouble is under way at once. */
const AT_ONCE = 3;
/** The memory may grow so much from the second quarter to the last: an allocator rounds. */
const MOST_GROWTH_MIB = 0.5;

const descriptors = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length;
const head = (target, fields = '') => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`;

/** A connection that ignores errors and ends by itself after a while. @returns {Promise<net.Socket>} */
function connect(port, { reads = true } = {}) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.setTimeout(15000, () => socket.destroy());
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject).on('error', () => {});
      if (reads) socket.resume();
      resolve(socket);
    });
  });
}

const ended = (socket) =>
  socket.destroyed ? Promise.resolve() : once(socket, 'close').catch(() => {});

/** What the troubles have in common: createTools() makes it. @typedef {ReturnType<typeof createTools>} Tools */

function createTools(port, root, random) {
  return {
    port,
    random,
    at: (name) => path.join(root, name),
    upTo: (count) => Math.ceil(random() * count),
    drop: (socket) => (random() < 0.5 ? socket.destroy() : socket.resetAndDestroy()),
    /** Sends bytes on a new connection, then waits for up to pauseMs. */
    async send(bytes, pauseMs = 100) {
      const socket = await connect(port);
      socket.write(bytes);
      await sleep(random() * pauseMs);
      return socket;
    },
  };
}

/** Clients that send nothing of sense, or not all of it. @param {Tools} tools */
function troublesOfBytes({ random, upTo, drop, send }) {
  return {
    async garbage() {
      const socket = await send(crypto.randomBytes(upTo(5000)));
      drop(socket);
    },
    async tls() {
      const socket = await send(Buffer.from(`1603010200010001fc0303${'00'.repeat(501)}`, 'hex'));
      drop(socket);
    },
    async silence() {
      drop(await send('', 8000));
    },
    async halfAHead() {
      drop(await send('GET / HTTP/1.1\r\nHost: lo', 3000));
    },
    async halfOpen() {
      const socket = await send(head('/large.bin'));
      socket.end();
      await sleep(random() * 200);
      drop(socket);
    },
  };
}

/** Clients that ask for much, or for what is not there. @param {Tools} tools */
function troublesOfRequests({ port, random, upTo, drop, send }) {
  const names = (longest, end) =>
    Array.from({ length: 50 }, () => `/${crypto.randomBytes(upTo(longest)).toString('hex')}${end}`);
  return {
    async load() {
      const socket = await connect(port);
      const targets = Array.from({ length: 100 }, () => head(encodeURI(pick(random, ADDRESSES))));
      socket.end(targets.join(''));
      await Promise.race([ended(socket), sleep(5000)]);
      socket.destroy();
    },
    async neverReads() {
      const socket = await connect(port, { reads: false });
      socket.write(head('/large.bin').repeat(upTo(50)));
      await sleep(random() * 4000);
      drop(socket);
    },
    async strangers() {
      const socket = await send(
        head(`http://${crypto.randomBytes(8).toString('hex')}.example/`).repeat(10),
      );
      drop(socket);
    },
    async missing() {
      drop(
        await send(
          names(300, '/x.html')
            .map((name) => head(name))
            .join(''),
          500,
        ),
      );
    },
    async missingHere() {
      drop(
        await send(
          names(100, '.css')
            .map((name) => head(name))
            .join(''),
          500,
        ),
      );
    },
    async odd() {
      const targets = [
        '/fifo',
        '/loop',
        '/out',
        `/${'a/'.repeat(3900)}`,
        '/%00',
        '/..%2f',
        `/${'%41'.repeat(2000)}`,
      ];
      drop(await send(targets.map((target) => head(target)).join(''), 500));
    },
  };
}

/** Files that go while they are sent. @param {Tools} tools */
function troublesOfFiles({ port, at, random }) {
  return {
    async fileGoes() {
      const name = `large-${crypto.randomBytes(4).toString('hex')}.bin`;
      fs.copyFileSync(at('large.bin'), at(name));
      const socket = await connect(port, { reads: false });
      socket.write(head(`/${name}`).repeat(3));
      await sleep(random() * 100);
      const ways = [
        () => fs.truncateSync(at(name), LARGE / 4),
        () =>
          fs.renameSync(at('large.bin'), at(name)) ??
          fs.writeFileSync(at('large.bin'), Buffer.alloc(LARGE)),
        () => fs.unlinkSync(at(name)),
        () => fs.chmodSync(at(name), 0),
      ];
      pick(random, ways)();
      socket.resume();
      await Promise.race([ended(socket), sleep(2000)]);
      socket.destroy();
      fs.rmSync(at(name), { force: true });
    },
  };
}

/** Pages, and what is not quite a page. @param {Tools} tools */
function troublesOfPages({ port, random, upTo, drop }) {
  return {
    async page() {
      const socket = await connectWebSocket(port, 'liveserve.v1', () => {});
      socket.on('error', () => {});
      say(socket, JSON.stringify({ type: 'hello', page: '/', epoch: '', version: 0 }));
      await sleep(random() * 2000);
      drop(socket);
    },
    async pageThatNeverReads() {
      const socket = await connectWebSocket(port, 'liveserve.v1', () => {});
      socket.on('error', () => {});
      socket.pause();
      say(socket, JSON.stringify({ type: 'hello', page: '/', epoch: '', version: 0 }));
      await sleep(random() * 4000);
      drop(socket);
    },
    async pageThatRaves() {
      const socket = await connectWebSocket(port, 'liveserve.v1', () => {});
      socket.on('error', () => {});
      socket.write(crypto.randomBytes(upTo(20000)));
      await sleep(random() * 500);
      drop(socket);
    },
  };
}

/** Everything that goes wrong with clients and files. Each is done again and again while a round lasts. */
function createTroubles(port, root, random) {
  const tools = createTools(port, root, random);
  return {
    ...troublesOfBytes(tools),
    ...troublesOfRequests(tools),
    ...troublesOfFiles(tools),
    ...troublesOfPages(tools),
  };
}

/** Runs every trouble, and an editor, for a while. Returns how often something was done. */
async function makeTrouble(server, random, editor) {
  const troubles = createTroubles(server.port, server.root, random);
  const end = Date.now() + ROUND_MS;
  let count = 0;
  const again = async (trouble) => {
    while (Date.now() < end) {
      await trouble();
      count++;
      await sleep(random() * 20);
    }
  };
  const edit = async () => {
    editor();
    await sleep(random() * 20);
  };
  const pause = async () => {
    process.kill(server.pid, 'SIGSTOP');
    await sleep(random() * 1000);
    process.kill(server.pid, 'SIGCONT');
    await sleep(random() * 5000);
  };
  const lanes = Object.values(troubles).flatMap((trouble) => Array(AT_ONCE).fill(trouble));
  await Promise.all([...lanes, edit, pause].map(again));
  return count;
}

async function answers(port) {
  const start = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/index.html`);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`/index.html: ${response.status}`);
  return performance.now() - start;
}

function makeOddSite() {
  const root = makeSite();
  fs.writeFileSync(path.join(root, 'large.bin'), Buffer.alloc(LARGE));
  execFileSync('mkfifo', [path.join(root, 'fifo')]);
  fs.symlinkSync('loop', path.join(root, 'loop'));
  fs.symlinkSync('/etc/passwd', path.join(root, 'out'));
  return root;
}

/** Opens CROWD pages and makes some saves. Returns the milliseconds until all pages were told. */
async function crowd(server, rounds) {
  await (await fetch(`http://127.0.0.1:${server.port}/style.css`)).text();
  const pages = await openCrowd(server, CROWD, 'css');
  const told = [];
  for (let round = 0; round < rounds; round++) told.push((await pages.save()).all);
  await pages.close();
  return median(told);
}

const quarter = (samples, i) =>
  median(samples.slice((i * samples.length) / 4, ((i + 1) * samples.length) / 4 + 1));

/** @param {{minutes: number, rounds: number, seed: number}} amounts */
export async function faults({ minutes, rounds, seed }) {
  const random = createRandom(seed);
  const root = makeOddSite();
  const server = await startServer('liveserve', root);
  const editor = createEditor(root, makeFolder(), random);
  const end = Date.now() + minutes * 60000;
  const held = [];
  let count = 0;

  do {
    count += await makeTrouble(server, random, editor);
    await sleep(REST_MS);
    const latency = await answers(server.port);
    await sleep(6000); // that connection, too, is over
    held.push({
      own: memory(server.pid, 'RssAnon'),
      descriptors: descriptors(server.pid),
      latency,
    });
  } while (Date.now() < end);

  const own = held.map((sample) => sample.own);
  const open = held.map((sample) => sample.descriptors);
  printRows(
    `${count} troubles in ${held.length} rounds, seed ${seed}; at rest`,
    ['first', 'median', 'last'],
    [
      ['its own memory, MiB', own[0], median(own), own.at(-1)],
      ['descriptors', open[0], median(open), open.at(-1)],
      [
        'first answer, ms',
        held[0].latency,
        median(held.map((sample) => sample.latency)),
        held.at(-1).latency,
      ],
    ],
  );
  const growth = quarter(own, 3) - quarter(own, 1);
  printBar(growth < MOST_GROWTH_MIB, `growth of memory, MiB, under ${MOST_GROWTH_MIB}`, growth);
  printBar(open.at(-1) <= open[0], `descriptors at the end, no more than ${open[0]}`, open.at(-1));

  const told = await crowd(server, rounds);
  const gone = Date.now() + 60000;
  while (descriptors(server.pid) > open[0] && Date.now() < gone) await sleep(100);
  process.kill(server.pid, 'SIGSTOP');
  await sleep(STOPPED_MS);
  process.kill(server.pid, 'SIGCONT');
  const latency = await answers(server.port);
  await sleep(REST_MS);
  printBar(true, `${CROWD} pages told of a style sheet, all of them, ms`, told);
  printBar(
    latency < 1000,
    `stopped for ${STOPPED_MS / 1000} s, then an answer within a second, ms`,
    latency,
  );
  printBar(
    descriptors(server.pid) <= open[0],
    `descriptors after that, no more than ${open[0]}`,
    descriptors(server.pid),
  );
  await server.stop();
}
