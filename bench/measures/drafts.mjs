/**
 * drafts: from a key in an editor to the frame in which Chromium shows it, without a save: through `liveserve lsp`, which
 * a script starts as an editor does, and then a real editor, Neovim.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { version as neovim } from '../../tests/real_editors/neovim.js';
import { now, startBrowser } from '../browser.mjs';
import { startNeovim } from '../neovim.mjs';
import { median, percentile, printBar, printRows } from '../report.mjs';
import { LIVESERVE, pinMyself, sleep, unpinMyself } from '../servers.mjs';
import { makeFolder, page } from '../sites.mjs';
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
  const child = spawn(LIVESERVE, ['lsp'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
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
 * Who types: opens the file that is typed in, which is called before the page is opened; then gives each key, from 0 on:
 * what the page shows when it has been typed, and the function that types it.
 *
 * @typedef {object} Typist
 * @property {() => void | Promise<void>} begin
 * @property {(key: number) => {shown: string, press: () => void}} key
 */

/** @typedef {Awaited<ReturnType<typeof begin>>} Site */

/**
 * Each key replaces the whole text.
 *
 * @param {Awaited<ReturnType<typeof startEditor>>} editor
 * @param {Site} site
 * @param {import('./pixels.mjs').Kind} kind
 * @returns {Typist}
 */
const script = (editor, site, { file, content, shows }) => ({
  begin: () => editor.open(file, fs.readFileSync(path.join(site.root, file), 'utf8')),
  key: (key) => ({
    shown: shows(1000 + key),
    press: () => editor.change(file, content(1000 + key, site.tag)),
  }),
});

/**
 * What a person types in Neovim: the text of the file, the keys to the place, and each key with what the page shows then.
 *
 * @type {Map<string, {text: string, place: string, key: (key: number) => {keys: string, shown: string}}>}
 */
const TYPED = new Map([
  [
    'CSS',
    {
      text: 'p { color: rgb(1, 2, 7) }\n',
      place: '<Esc>gg0f7a',
      // A digit behind the 7, and away again.
      key(key) {
        const digit = `${(key >> 1) % 10}`;
        return key % 2
          ? { keys: '<BS>', shown: 'rgb(1, 2, 7)' }
          : { keys: digit, shown: `rgb(1, 2, 7${digit})` };
      },
    },
  ],
  [
    'HTML without scripts',
    {
      text: `${page('typed')}\n`,
      place: '<Esc>gg/typed<CR>ea',
      key(key) {
        const letters = Array.from({ length: key + 1 }, (_, i) => 'abcdefghij'[i % 10]);
        return { keys: letters.at(-1), shown: `typed${letters.join('')}` };
      },
    },
  ],
]);

/**
 * @param {Awaited<ReturnType<typeof startNeovim>>} editor
 * @param {Site} site
 * @param {import('./pixels.mjs').Kind} kind
 * @returns {Typist}
 */
function person(editor, site, { title, file }) {
  const typed = TYPED.get(title);
  return {
    async begin() {
      fs.writeFileSync(path.join(site.root, file), typed.text);
      await editor.open(file, typed.place);
    },
    key(key) {
      const { keys, shown } = typed.key(key);
      return { shown, press: () => editor.press(keys) };
    },
  };
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {Site} site
 * @param {import('./pixels.mjs').Kind} kind
 * @param {Typist} typist
 * @param {number} keys
 * @returns the milliseconds of each key
 */
async function measureKind(browser, site, kind, typist, keys) {
  await typist.begin();
  const { tab, shows } = await open(browser, site, kind);
  const took = [];
  // The first key loads what is needed for drafts.
  for (let key = 0; key <= keys; key++) {
    const { shown, press } = typist.key(key);
    await sleep(PAUSE_MS);
    await tab.ask(`waitFor(${JSON.stringify(shown)})`);
    const seen = shows(shown);
    await between(tab, (GOLDEN * key) % 1);
    const pressed = now();
    press();
    const told = await seen;
    if (!told) throw new Error(`the page does not show what was typed in ${kind.file}`);
    if (key > 0) took.push(tab.moment(told.origin + told.painted) - pressed);
  }
  await tab.checkClock();
  await tab.close();
  return took;
}

/**
 * Measures and prints all kinds with a server of their own.
 *
 * @template {{stop: () => Promise<void>}} Editor
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} name of the editor
 * @param {(root: string) => Promise<Editor>} start
 * @param {(editor: Editor, site: Site, kind: import('./pixels.mjs').Kind) => Typist} typistOf
 * @param {number} keys
 */
async function measureEditor(browser, name, start, typistOf, keys) {
  const site = await begin('liveserve');
  const editor = await start(site.root);
  /** @type {import('../report.mjs').Row[]} */
  const rows = [];
  for (const kind of KINDS.filter(({ title }) => MOST_MS.has(title))) {
    const took = await measureKind(browser, site, kind, typistOf(editor, site, kind), keys);
    const load = os.loadavg()[0].toFixed(1);
    rows.push([kind.title, median(took), percentile(took, 0.99), `${took.length}`, load]);
  }
  printRows(`key to pixels, ${name}, ms`, ['median', 'p99', 'n', 'load'], rows);
  for (const [title, ms] of rows)
    printBar(
      Number(ms) <= MOST_MS.get(title),
      `key to pixels, ${name}, ${title}: at most ${MOST_MS.get(title)} ms`,
      Number(ms),
    );
  await editor.stop();
  for (const one of site.started) await one.stop();
}

/** @param {{keys: number}} amounts */
export async function drafts({ keys }) {
  const before = process.env.XDG_RUNTIME_DIR;
  process.env.XDG_RUNTIME_DIR = makeFolder();
  unpinMyself();
  const browser = await startBrowser();
  await measureEditor(browser, 'a script', startEditor, script, keys);
  if (neovim) await measureEditor(browser, neovim, startNeovim, person, keys);
  else console.log('\nNeovim (nvim) is not installed, so keys in a real editor are not measured');
  await browser.close();
  pinMyself();
  if (before === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = before;
}
