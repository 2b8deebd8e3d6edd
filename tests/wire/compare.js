/**
 * compare: makes captures, of real traffic and packet by packet, and compares what `liveserve wire` prints
 * with what tshark prints. It needs tshark 4.0 and the right to capture.
 *
 *   LIVESERVE=build/debug/liveserve node tests/wire/compare.js [--keep=FOLDER] [NAME...]
 *
 * With --keep, captures stay in FOLDER, with tshark's text beside them: so the fixtures are made.
 */

import fs from 'node:fs';
import path from 'node:path';
import { execute, hasTshark, startCapture, tsharkText } from './capture.js';
import { makeSite, run, startServer } from '../support/server.js';
import { makeCertificate } from '../support/certificate.js';
import { startOddServer } from './odd_server.js';
import { CRAFTED, GIF, PNG } from './crafted.js';
import { resegment } from './resegment.js';
import { TLS_VISITS } from './tls_visits.js';
import { ODD_VISITS, VISITS, stopReading } from './visits.js';

/** The files of the site. A picture of the size that has several segments on the loopback. */
const picture = Buffer.alloc(110119, 'JFIF picture ');
picture.set([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0]);
const FILES = {
  'index.html': '<!doctype html><title>x</title><img src=logo.jpg>',
  'logo.jpg': picture,
  'a.css': 'body{}',
  'a.js': 'var a',
  'a.json': '{"a":1}',
  'a.txt': 'hi',
  'a.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'a.png': PNG,
  'a.gif': GIF,
};

/** These are too large to be kept. */
const LARGE = ['zero_window', 'curl_picture', 'tls_picture', 'tls_picture_opened', 'tls_pieces'];

/** What is cut into packets of which size, and the seed of the sizes. @type {[string, number, number][]} */
const CUT = [
  ['odd_kept', 700, 1],
  ['odd_posts', 40, 1],
  ['websocket_frames', 40, 1],
  ['tls_curl_opened', 40, 1],
  ['tls_curl_opened', 700, 1],
  ['tls_websocket_opened', 20000, 1],
  ['tls_pieces_opened', 60000, 3],
];

const keep = process.argv.find((one) => one.startsWith('--keep='))?.slice('--keep='.length);
const names = process.argv.slice(2).filter((one) => !one.startsWith('--'));
const folder = keep ?? makeSite().root;
const site = makeSite(FILES);
let differing = 0;

const isWanted = (/** @type {string} */ name) => names.length === 0 || names.includes(name);
const fileOf = (/** @type {string} */ name) => path.join(folder, `${name}.pcapng`);

/**
 * Prints the rows that differ, the first ones in full.
 *
 * @param {string} name
 */
function compare(name) {
  const text = tsharkText(fileOf(name));
  const { stdout, stderr } = run(['wire', fileOf(name)], { maxBuffer: 1 << 30 });
  const wanted = text.split('\n');
  const found = (stdout + stderr).split('\n');
  const differ = [...Array(Math.max(wanted.length, found.length)).keys()].filter(
    (i) => wanted[i] !== found[i],
  );
  for (const i of differ.slice(0, 6)) console.log(`- ${wanted[i]}\n+ ${found[i]}`);
  console.log(`${name}: ${wanted.length - 1} rows, ${differ.length} differ`);
  differing += differ.length;
  if (keep) fs.writeFileSync(path.join(folder, `${name}.txt`), text);
}

/**
 * Captures a visit and compares.
 *
 * @param {string} name
 * @param {number} port
 * @param {() => Promise<void> | void} visit
 * @param {string} [device]
 */
async function record(name, port, visit, device) {
  if (!isWanted(name)) return;
  const capture = await startCapture(fileOf(name), port, device);
  try {
    await visit();
  } finally {
    await capture.stop();
  }
  compare(name);
}

/** Captures that are made packet by packet. */
function recordCrafted() {
  for (const [name, make] of Object.entries(CRAFTED)) {
    if (!isWanted(name)) continue;
    fs.writeFileSync(fileOf(name), make().bytes());
    compare(name);
  }
}

async function recordPlain() {
  const server = await startServer({ root: site.root });
  for (const [name, visit] of Object.entries(VISITS))
    await record(name, server.port, () => visit({ port: server.port }));
  const files = (/** @type {string} */ host) => () =>
    VISITS.curl_files({ port: server.port, host });
  await record('any_device', server.port, files('127.0.0.1'), 'any');
  await record('ipv6', server.port, files('::1'));
  if (isWanted('zero_window')) {
    site.write('huge.bin', Buffer.alloc(20_000_000, 'huge '));
    await record('zero_window', server.port, () => stopReading({ port: server.port }));
  }
  await server.stop();
}

async function recordOdd() {
  const odd = await startOddServer();
  for (const [name, visit] of Object.entries(ODD_VISITS))
    await record(name, odd.port, () => visit({ port: odd.port }));
  odd.close();
}

/** The same traffic with and without the keys. */
async function recordTls() {
  const { cert, key } = makeCertificate();
  const args = ['--https', `--cert=${cert}`, `--key=${key}`];
  const server = await startServer({ root: site.root, args });
  const keys = site.path('keys.log');
  for (const [name, visit] of Object.entries(TLS_VISITS)) {
    fs.writeFileSync(keys, '');
    await record(name, server.port, () => visit({ port: server.port, cert, keys }));
    // What is not TLS 1.3 stays sealed.
    if (!isWanted(name) || name === 'tls_1_2') continue;
    const secrets = ['--inject-secrets', `tls,${keys}`];
    execute('editcap', [...secrets, fileOf(name), fileOf(`${name}_opened`)]);
    compare(`${name}_opened`);
  }
  await server.stop();
}

/** Connections of the captures above in packets of other sizes. */
function recordCut() {
  for (const [name, most, seed] of CUT) {
    const cut = `${name}_cut_${most}`;
    if (!isWanted(cut) || !fs.existsSync(fileOf(name))) continue;
    fs.writeFileSync(fileOf(cut), resegment(fs.readFileSync(fileOf(name)), most, seed));
    compare(cut);
  }
}

function dropLarge() {
  for (const name of LARGE)
    for (const kind of ['pcapng', 'txt'])
      fs.rmSync(path.join(folder, `${name}.${kind}`), { force: true });
}

if (!hasTshark()) {
  console.error('tshark 4.0 is missing; install it, and dumpcap');
  process.exit(2);
}
recordCrafted();
await recordPlain();
await recordOdd();
await recordTls();
recordCut();
if (keep) dropLarge();
process.exit(differing ? 1 : 0);
