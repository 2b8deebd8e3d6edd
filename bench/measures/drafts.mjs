/**
 * drafts: from a key in an editor to the frame in which Chromium shows it, without a save: through the connection that
 * an editor's program has with the server.
 */
import fs from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';

import { now, startBrowser } from '../browser.mjs';
import { median, printBar, printSamples, Samples } from '../report.mjs';
import { pinMyself, sleep, unpinMyself } from '../servers.mjs';
import { makeFolder } from '../sites.mjs';
import { begin, between, GOLDEN, KINDS, open } from './pixels.mjs';

/** What the median may be, in milliseconds. A page with scripts shows no draft of itself. @type {Map<string, number>} */
const MOST_MS = new Map([
  ['CSS', 50],
  ['HTML without scripts', 80],
]);
/** Between two keys of somebody who types fast. */
const PAUSE_MS = 60;
const HEAD =
  'GET /__liveserve/editor HTTP/1.1\r\nHost: liveserve\r\nConnection: Upgrade\r\nUpgrade: liveserve-editor.v1\r\n\r\n';

/** Connects as an editor's program does. @param {string} folder of the control sockets */
async function connect(folder) {
  const name = fs.readdirSync(folder).find((one) => /^[0-9a-f]+$/.test(one));
  const socket = net.connect(`${folder}/${name}`);
  await once(socket, 'connect');
  socket.resume();
  socket.write(`${HEAD}${JSON.stringify({ type: 'hello', editor: 'bench', unsaved: true })}\n`);
  return socket;
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {Awaited<ReturnType<typeof begin>>} server
 * @param {net.Socket} editor
 * @param {import('./pixels.mjs').Kind} kind
 * @param {number} keys
 */
async function measureKind(browser, server, editor, kind, keys) {
  const { tab, shows } = await open(browser, server, kind);
  const took = [];
  // The first key loads what is needed for drafts.
  for (let key = -1; key < keys; key++) {
    const number = 1000 + key;
    const shown = kind.shows(number);
    await sleep(PAUSE_MS);
    await tab.ask(`waitFor(${JSON.stringify(shown)})`);
    const seen = shows(shown);
    await between(tab, (GOLDEN * (key + 1)) % 1);
    const pressed = now();
    const text = kind.content(number, server.tag);
    editor.write(`${JSON.stringify({ type: 'draft', path: kind.file, text })}\n`);
    const told = await seen;
    if (!told) throw new Error(`the page does not show what was typed in ${kind.file}`);
    if (key >= 0) took.push(tab.moment(told.origin + told.painted) - pressed);
  }
  await tab.checkClock();
  await tab.close();
  return took;
}

/** @param {{keys: number}} amounts */
export async function drafts({ keys }) {
  const runtime = makeFolder();
  const before = process.env.XDG_RUNTIME_DIR;
  process.env.XDG_RUNTIME_DIR = runtime;
  unpinMyself();
  const browser = await startBrowser();
  const server = await begin('liveserve');
  const editor = await connect(`${runtime}/liveserve`);
  const samples = new Samples();
  for (const kind of KINDS.filter(({ title }) => MOST_MS.has(title)))
    for (const ms of await measureKind(browser, server, editor, kind, keys))
      samples.add(kind.title, ms);
  printSamples('key to pixels, ms', samples, 'CSS');
  for (const [title, most] of MOST_MS) {
    const ms = median(samples.get(title));
    printBar(ms <= most, `key to pixels, ${title}: at most ${most} ms`, ms);
  }
  editor.destroy();
  for (const one of server.started) await one.stop();
  await browser.close();
  pinMyself();
  if (before === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = before;
}
