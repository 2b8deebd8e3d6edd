/**
 * drafts: from a key in an editor to the frame in which Chromium shows it, without a save: through `liveserve lsp`, as
 * an editor starts it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { now, startBrowser } from '../browser.mjs';
import { median, printBar, printSamples, Samples } from '../report.mjs';
import { LIVESERVE, pinMyself, sleep, unpinMyself } from '../servers.mjs';
import { makeFolder } from '../sites.mjs';
import { begin, between, GOLDEN, KINDS, open } from './pixels.mjs';

/** What the median may be, in milliseconds. A page with scripts shows no draft of itself. @type {Map<string, number>} */
const MOST_MS = new Map([
  ['CSS', 50],
  ['HTML without scripts', 80],
]);
/** Between two keys of somebody who types fast. */
const PAUSE_MS = 60;

/** An editor that speaks the Language Server Protocol with a `liveserve lsp` of its own. @param {string} root */
async function startEditor(root) {
  const child = spawn(LIVESERVE, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const send = (/** @type {object} */ message) => {
    const content = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`);
  };
  const notify = (/** @type {string} */ method, /** @type {object} */ params) =>
    send({ method, params });
  const rootUri = pathToFileURL(root).href;
  send({
    id: 1,
    method: 'initialize',
    params: { processId: process.pid, rootUri, capabilities: {} },
  });
  await once(child.stdout, 'data');
  child.stdout.resume();
  notify('initialized', {});
  let version = 1;
  return {
    /** @param {string} file @param {string} text */
    open: (file, text) =>
      notify('textDocument/didOpen', {
        textDocument: {
          uri: uriIn(root, file),
          languageId: path.extname(file).slice(1),
          version,
          text,
        },
      }),
    /** @param {string} file @param {string} text */
    change: (file, text) =>
      notify('textDocument/didChange', {
        textDocument: { uri: uriIn(root, file), version: ++version },
        contentChanges: [{ text }],
      }),
    async stop() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

/** @param {string} root @param {string} file */
const uriIn = (root, file) => pathToFileURL(path.join(root, file)).href;

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {Awaited<ReturnType<typeof begin>>} server
 * @param {Awaited<ReturnType<typeof startEditor>>} editor
 * @param {import('./pixels.mjs').Kind} kind
 * @param {number} keys
 */
async function measureKind(browser, server, editor, kind, keys) {
  const { tab, shows } = await open(browser, server, kind);
  const took = [];
  editor.open(kind.file, fs.readFileSync(path.join(server.root, kind.file), 'utf8'));
  // The first key loads what is needed for drafts.
  for (let key = -1; key < keys; key++) {
    const number = 1000 + key;
    const shown = kind.shows(number);
    await sleep(PAUSE_MS);
    await tab.ask(`waitFor(${JSON.stringify(shown)})`);
    const seen = shows(shown);
    await between(tab, (GOLDEN * (key + 1)) % 1);
    const pressed = now();
    editor.change(kind.file, kind.content(number, server.tag));
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
  const editor = await startEditor(server.root);
  const samples = new Samples();
  for (const kind of KINDS.filter(({ title }) => MOST_MS.has(title)))
    for (const ms of await measureKind(browser, server, editor, kind, keys))
      samples.add(kind.title, ms);
  printSamples('key to pixels, ms', samples, 'CSS');
  for (const [title, most] of MOST_MS) {
    const ms = median(samples.get(title));
    printBar(ms <= most, `key to pixels, ${title}: at most ${most} ms`, ms);
  }
  await editor.stop();
  for (const one of server.started) await one.stop();
  await browser.close();
  pinMyself();
  if (before === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = before;
}
