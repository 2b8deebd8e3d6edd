/**
 * measures: one function for each thing that is measured. Every one interleaves the servers (A B A B ...),
 * so that whatever else the machine does meets all of them, and prints its own tables.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { median, printBar, printTable } from './report.mjs';
import { FIRST, LIVESERVE, SERVERS, SERVER_CPU, cleanEnvironment, freePort, sleep, startServer } from './servers.mjs';
import { makeSite, page, sheet } from './sites.mjs';
import { connectWebSocket } from './websocket.mjs';

const PEERS = ['liveserve', 'live-server'];

/** Samples by name, in the order in which the names first came. */
class Samples extends Map {
  add(name, value) {
    if (!this.has(name)) this.set(name, []);
    this.get(name).push(value);
  }
}

/* ---- from exec to the first 200 ---- */

function firstAnswer(port, command) {
  const said = execFileSync(FIRST, [`${port}`, `${SERVER_CPU}`, ...command], { env: cleanEnvironment() });
  return Number(said) / 1000;
}

export async function start({ rounds }) {
  const sites = { 'small site': makeSite(), '20,000 files': makeSite(20000) };

  for (const [title, root] of Object.entries(sites)) {
    const samples = new Samples();
    for (let round = 0; round < rounds; round++) {
      for (const name of PEERS) {
        const port = await freePort();
        samples.add(name, firstAnswer(port, SERVERS[name].command(root, port)));
      }
      samples.add('only a process: /bin/true', firstAnswer(0, ['/bin/true']));
      samples.add('only a process: liveserve --version', firstAnswer(0, [LIVESERVE, '--version']));
    }
    printTable(`exec to first 200, ${title}, ms`, samples);
    printBar(median(samples.get('liveserve')) < 20, 'liveserve answers within 20 ms');
  }
}

/* ---- resident memory ---- */

function status(pid, key) {
  const line = fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${key}:\\s+(\\d+)`, 'm'));
  return Number(line[1]);
}

async function request(port, target) {
  const response = await fetch(`http://127.0.0.1:${port}${target}`);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${target}: ${response.status}`);
}

async function use(server, requests) {
  for (let i = 0; i < requests; i++) await request(server.port, i % 2 ? '/style.css' : '/');
}

export async function memory({ rounds }) {
  const sites = { 'small site': makeSite(), '20,000 files': makeSite(20000) };

  for (const [title, root] of Object.entries(sites)) {
    const resident = new Samples();
    for (let round = 0; round < Math.min(rounds, 5); round++) {
      for (const name of PEERS) {
        const server = await startServer(name, root);
        const socket = await connectWebSocket(server.port, () => {});
        await use(server, 200);
        await sleep(1000);
        resident.add(name, status(server.pid, 'VmRSS') / 1024);
        resident.add(`${name}, not shared with files`, status(server.pid, 'RssAnon') / 1024);
        socket.destroy();
        await server.stop();
      }
    }
    printTable(`resident after 200 requests, ${title}, MiB`, resident);
    printBar(median(resident.get('liveserve')) < 10, 'liveserve stays under 10 MiB');
  }
}

/* ---- from saving a file to the message ---- */

/** The ways to save a file. Each returns the moment from which on the new content could be known. */
const SAVES = {
  'in place'(file, content) {
    const time = performance.now();
    fs.writeFileSync(file, content);
    return time;
  },
  'by rename'(file, content) {
    const temporary = path.join(path.dirname(file), `.${path.basename(file)}.saving`);
    fs.writeFileSync(temporary, content);
    const time = performance.now();
    fs.renameSync(temporary, file);
    return time;
  },
};

const FILES = {
  'style.css': { content: sheet, word: 'refreshcss' },
  'index.html': { content: page, word: 'reload' },
};

/** A server, and the messages it sent since they were last taken. */
class Listener {
  messages = [];

  static async create(name, root) {
    const listener = new Listener();
    listener.server = await startServer(name, root);
    const hear = (text, time) => {
      listener.messages.push({ text, time });
      listener.heard?.();
    };
    if (name === 'bare') {
      listener.socket = net.connect(listener.server.port, '127.0.0.1');
      listener.socket.on('data', (chunk) => {
        const time = performance.now();
        for (const text of chunk.toString().trim().split('\n')) if (!text.startsWith('.')) hear(text, time);
      });
    } else {
      await use(listener.server, 2); // Both files are in use, as on an open page.
      listener.socket = await connectWebSocket(listener.server.port, hear);
    }
    return listener;
  }

  /** The next message, or undefined when there is none within two seconds. */
  async next() {
    if (this.messages.length === 0) {
      let timer;
      await new Promise((resolve) => {
        this.heard = resolve;
        timer = setTimeout(resolve, 2000);
      });
      clearTimeout(timer);
      this.heard = undefined;
    }
    return this.messages.shift();
  }

  async stop() {
    this.socket.destroy();
    await this.server.stop();
  }
}

export async function save({ saves }) {
  const names = ['bare', ...PEERS];
  const listeners = await Promise.all(names.map((name) => Listener.create(name, makeSite())));
  const wrong = new Map(names.map((name) => [name, { missed: 0, repeated: 0, otherWord: 0 }]));
  await sleep(1500);

  for (const [file, { content, word }] of Object.entries(FILES)) {
    for (const [way, write] of Object.entries(SAVES)) {
      const samples = new Samples(names.map((name) => [name, []]));
      for (let i = 0; i < saves; i++) {
        for (const listener of listeners) {
          const { name, root } = listener.server;
          const counts = wrong.get(name);
          if (i > 0) counts.repeated += listener.messages.length;
          listener.messages.length = 0;
          const saved = write(path.join(root, file), content(`${way} ${i}`));
          const message = await listener.next();
          if (!message) counts.missed++;
          else if (name !== 'bare' && message.text !== word) counts.otherWord++;
          if (message) samples.add(name, message.time - saved);
        }
        await sleep(60);
      }
      await sleep(300);
      printTable(`save to message, ${file} ${way}, ms`, samples);
      const ratio = median(samples.get('live-server')) / median(samples.get('liveserve'));
      printBar(ratio >= 5, 'liveserve is five times faster than live-server');
    }
  }

  console.log('\nmessages for these saves that were missed, sent twice, or another word than expected');
  for (const [name, { missed, repeated, otherWord }] of wrong) {
    console.log(`  ${name.padEnd(34)}${missed} missed, ${repeated} repeated, ${otherWord} other`);
  }
  for (const listener of listeners) await listener.stop();
}

/* ---- doing nothing ---- */

/** What all threads of a process have used so far. */
function used(pid) {
  let processor = 0;
  let switches = 0;
  for (const task of fs.readdirSync(`/proc/${pid}/task`)) {
    const schedule = fs.readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ');
    const text = fs.readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8');
    processor += Number(schedule[0]) / 1000;
    switches += Number(text.match(/^voluntary_ctxt_switches:\s+(\d+)/m)[1]);
  }
  return { processor, switches };
}

/** Counts system calls for some seconds, without the one that each thread is found waiting in. */
async function countSystemCalls(pid, seconds) {
  const output = path.join(os.tmpdir(), `liveserve-bench-strace.${pid}`);
  const strace = spawn('strace', ['-f', '-o', output, '-p', `${pid}`], { stdio: 'ignore' });
  const ended = new Promise((resolve) => strace.on('exit', resolve));
  await sleep(seconds * 1000);
  strace.kill('SIGINT');
  await ended;
  const calls = fs.readFileSync(output, 'utf8').match(/^\d+ +(?=\w+\()/gm) ?? [];
  fs.rmSync(output);
  return calls.length - new Set(calls).size;
}

export async function idle({ seconds }) {
  const servers = [];
  const sockets = [];
  for (const name of PEERS) {
    const server = await startServer(name, makeSite(1000));
    await use(server, 20);
    sockets.push(await connectWebSocket(server.port, () => {}));
    servers.push(server);
  }
  await sleep(8000); // Longer than connections are kept alive.

  const before = servers.map(({ pid }) => used(pid));
  await sleep(seconds * 1000);
  const after = servers.map(({ pid }) => used(pid));
  const traced = spawnSync('strace', ['--version']).error
    ? []
    : await Promise.all(servers.map(({ pid }) => countSystemCalls(pid, seconds)));

  console.log(`\nidle for ${seconds} s with an open page`.padEnd(50) + 'wake-ups'.padStart(10) +
    'CPU, us'.padStart(10) + 'system calls (strace)'.padStart(24));
  servers.forEach(({ name }, i) => {
    const wakeUps = after[i].switches - before[i].switches;
    const processor = Math.round(after[i].processor - before[i].processor);
    console.log(`  ${name}`.padEnd(50) + `${wakeUps}`.padStart(10) + `${processor}`.padStart(10) +
      `${traced[i] ?? 'no strace'}`.padStart(24));
    if (name === 'liveserve') printBar(wakeUps === 0 && processor === 0, 'liveserve is asleep all the time');
  });
  for (const socket of sockets) socket.destroy();
  for (const server of servers) await server.stop();
}
