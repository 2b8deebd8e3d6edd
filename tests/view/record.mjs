/**
 * record: makes visit.json, the captured packets that the tests of the page show. It needs dumpcap, tshark,
 * Chromium, and the right to capture:
 *
 *   LIVESERVE=build/debug/liveserve node tests/view/record.mjs
 *
 * A browser opens the example site, a file is saved, and then nothing happens until the server has closed the
 * idle connections. The columns, the numbers and the tree are tshark's.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { launch } from '../browser/browser.js';
import { startServer, until } from '../support/server.js';
import { find, readRows, tshark } from './tshark_rows.js';

/** Of longer packets only the first bytes are kept. */
const KEPT_BYTES = 640;

/** Of later packets no tree is kept. */
const TREES = 36;

/** What the tests filter by; tshark says which packets each finds. */
const FILTERS = [
  'http',
  'websocket',
  'tcp',
  'ip',
  'ipv6',
  'tls',
  '!http',
  'not http and not websocket',
  'http || websocket',
  'http or websocket and frame.number < 30',
  '(http or websocket) and frame.number < 30',
  'frame.number == 3',
  'frame.number eq 3 || frame.number == 0x10',
  'frame.number>=10&&frame.number<=12',
  'frame.len gt 1000',
  'frame.len ge 66 and frame.len le 66',
  'frame.len != 66',
  'frame.len ne 66',
  'ip.addr == 127.0.0.1',
  'ip.addr != 127.0.0.1',
  '!(ip.addr == 127.0.0.1)',
  'ip.addr == 127.0.0.0/8',
  'ip.src == 10.0.0.1',
  'ip.src == 127.0.0.1 && ip.dst == 127.0.0.1',
  'ipv6.addr == ::1',
  'tcp.port == 9000',
  'tcp.port != 9000',
  'tcp.port > 9000',
  'tcp.port',
  'tcp.srcport == 9000',
  'tcp.dstport eq 9000',
  'tcp.stream == 1',
  'tcp.stream lt 1',
  'tcp.seq == 0',
  'tcp.seq > 1000',
  'tcp.ack == 1',
  'tcp.len > 0',
  'tcp.window_size < 65536',
  'tcp.flags == 0x018',
  'tcp.flags == 24',
  'tcp.flags.syn',
  'tcp.flags.syn == 1',
  'tcp.flags.syn == 1 && tcp.flags.ack == 0',
  'tcp.flags.fin == 1',
  'tcp.flags.fin == true',
  'tcp.flags.push == 1 and not http',
  'tcp.flags.reset == 1',
  'tcp.flags.fin == TRUE',
  'tcp.flags.syn != 0',
  'tcp.window_size == 1 == 2',
  'http.request.metod == "GET"',
  'tcp.port == http',
  'tcp.port == 99999',
  'tcp.port contains 9',
  'tcp.port ==',
  'tcp.port = 9000',
  '(http',
  'http)',
  'http websocket',
  'http and',
  'ip.addr == 300.1.1.1',
  'ip.addr > 127.0.0.0',
  'ip.addr == "127.0.0.1"',
  'http.request.uri > "/a"',
  'frame.number == 1.5',
  'frame.number == -1',
  'tcp.port == "9000"',
  "http.request.method == 'GET'",
  '"GET"',
  '!!http',
  'not not http',
  'HTTP',
  'http AND websocket',
  'tcp.stream == 0 || tcp.stream == 1 && http',
  'tcp.port == 9000 == 9000',
  'http.request.uri == "/\\x6cogo.jpg"',
  'http.response.code == "200"',
  'tcp.flags.syn == 2',
  'tcp.stream == 0x1',
  'tcp.port==9000&&!(tcp.len==0)',
  'tcp.seq < -1',
  'http.request.uri contains ""',
  'http.request.uri == logo',
  'ip.src == ::1',
  'ip.src == localhost',
  'frame.number == 012',
  'frame.number > 3 == 1',
  'http.request.method contains "O"',
  'tcp.port > http.request.uri',
  '',
  'tcp.flags.syn && http',
  'frame.number <= 3 and !tcp.flags.ack == 1',
  '!tcp.flags.ack == 1',
  'tcp.flags == "SYN"',
  'http.request.uri == /logo.jpg',
  'http.request',
  'http.response',
  'frame.time_relative > 1',
  'frame.time_relative > 0.05 && frame.time_relative < 0.5',
  'http.request.method == "GET"',
  'http.request.method == GET',
  'http.request.method != "GET"',
  '!(http.request.method == "GET")',
  'http.request.uri',
  'http.request.uri contains "logo"',
  'http.request.uri contains logo',
  'http.request.uri contains "LOGO"',
  'http.request.uri == "/"',
  'http.response.code == 200',
  'http.response.code != 200',
  'http.response.code >= 100 && http.response.code < 200',
];

const text = (markup) =>
  markup
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&apos;/g, "'")
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)))
    .replace(/&amp;/g, '&');

/** The lines of the tree of one packet, from its PDML. @param {string} pdml */
function readTree(pdml) {
  const root = { children: [] };
  const open = [root];
  for (const [tag] of pdml.matchAll(/<\/?(?:proto|field)\b[^>]*>/g)) {
    if (tag.startsWith('</')) {
      open.pop();
      continue;
    }
    const value = (name) => text(tag.match(new RegExp(` ${name}="([^"]*)"`))?.[1] ?? '');
    const from = Number(value('pos'));
    const line = {
      text: value('showname') || value('show'),
      from,
      to: from + Number(value('size')),
      children: [],
    };
    const isShown =
      !/ hide="yes"| name="(geninfo|frame\.|eth\.|fake-field-wrapper)/.test(tag) && line.text;
    // All of it would make the file long.
    const isKept = open.length <= 2 || open.at(-1).text.startsWith('Flags');
    if (isShown && isKept) open.at(-1).children.push(line);
    if (!tag.endsWith('/>')) open.push(line);
  }
  const tidy = ({ children, ...line }) =>
    children.length > 0 ? { ...line, children: children.map(tidy) } : line;
  return root.children.map(tidy);
}

/** @param {string} file */
function readBytes(file) {
  const packets = JSON.parse(tshark('-r', file, '-T', 'jsonraw'));
  return packets.map((packet) => packet._source.layers.frame_raw[0]);
}

/** Says which packet is which step, and which pieces a message has. @param {any[]} rows */
function addSteps(rows) {
  for (const stream of new Set(rows.map((row) => row.stream))) {
    const own = rows.filter((row) => row.stream === stream);
    own.slice(0, 3).forEach((row, i) => (row.step = `handshake ${i + 1}`));
    const end = own.findIndex((row) => row.flags & 1);
    if (end >= 0) own.slice(end, end + 4).forEach((row, i) => (row.step = `teardown ${i + 1}`));
    let pieces = [];
    for (const row of own.filter((one) => one.side === 1 && one.plen > 0)) {
      pieces.push(row);
      if (!row.http && !row.ws) continue;
      pieces.forEach((piece, i) =>
        Object.assign(piece, { msg: row.n, piece: i + 1, of: pieces.length }),
      );
      pieces = [];
    }
  }
}

/** @param {any} row */
function sentenceOf(row) {
  const who = row.side === 0 ? 'the browser' : 'liveserve';
  const [what, number] = (row.step ?? '').split(' ');
  if (what)
    return `${what === 'handshake' ? 'Handshake' : 'Teardown'}, ${number} of ${what === 'handshake' ? 3 : 4}: a packet from ${who}.`;
  if (row.of > 1 && row.piece < row.of)
    return `Piece ${row.piece} of ${row.of} of an answer: ${row.plen} bytes.`;
  if (row.method) return `The browser asks for ${row.uri}.`;
  if (row.of > 1) return `The answer, ${row.code}, put together from ${row.of} packets.`;
  if (row.code) return `The answer: ${row.code}.`;
  if (row.ws) return `A WebSocket frame from ${who}.`;
  return `A packet from ${who}.`;
}

/** Captures a visit. @param {string} file */
async function capture(file) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'view-record-'));
  fs.cpSync(new URL('../../example-site', import.meta.url), root, { recursive: true });
  const server = await startServer({ root, args: ['--port=9000'] });
  const args = ['-q', '-i', 'lo', '-f', 'tcp port 9000', '-w', file];
  const dumpcap = spawn('dumpcap', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  dumpcap.stderr.on('data', (bytes) => (said += bytes));
  await until('dumpcap to capture', () => said.includes('File:'));
  const browser = await launch('chromium');
  const page = await browser.newPage();
  await page.goto('http://127.0.0.1:9000/', { waitUntil: 'networkidle0' });
  const home = path.join(root, 'index.html');
  const changed = page.waitForFunction(() => document.body.textContent.includes('fourth year'));
  fs.writeFileSync(home, fs.readFileSync(home, 'utf8').replace('third year', 'fourth year'));
  await changed;
  const closed = () =>
    Number(
      tshark('-r', file, '-Y', 'tcp.flags.fin == 1 && tcp.srcport == 9000').split('\n').length,
    ) > 2;
  await until('the server to close', closed, 20000);
  await browser.close();
  await server.stop();
  dumpcap.kill('SIGTERM');
  await once(dumpcap, 'exit');
  fs.rmSync(root, { recursive: true });
}

const file = path.join(os.tmpdir(), 'view-visit.pcapng');
await capture(file);
const rows = readRows(file, 9000);
addSteps(rows);
const trees = tshark('-r', file, '-T', 'pdml').split('<packet>').slice(1).map(readTree);
const bytes = readBytes(file);
// Packets that only acknowledge look alike: of these, and of the later ones, no tree is kept.
const packets = rows.map((row, i) => ({
  n: row.n,
  sentence: sentenceOf(row),
  ...(i < TREES && (row.plen > 0 || row.step) ? { tree: trees[i] } : {}),
  bytes: Buffer.from(bytes[i].slice(0, 2 * KEPT_BYTES), 'hex').toString('base64'),
}));
const filters = Object.fromEntries(FILTERS.map((filter) => [filter, find(file, filter)]));
// A row and a packet a line, so that a new recording can be compared with the old one.
const list = (values) => `[\n${values.map((value) => JSON.stringify(value)).join(',\n')}\n]`;
fs.writeFileSync(
  new URL('visit.json', import.meta.url),
  `{"rows":${list(rows)},\n"filters":${list(Object.entries(filters))},\n"packets":${list(packets)}}\n`,
);
console.log(FILTERS.filter((filter) => filters[filter] === null));
console.log(`${rows.length} packets, ${Object.keys(filters).length} filters`);
