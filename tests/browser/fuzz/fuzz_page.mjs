/**
 * fuzz_page: compares an open page after each random edit with a fresh load of the same page.
 *
 *     node fuzz_page.mjs [BROWSER] [EDITS] [SEED]
 *
 * A difference ends the run of this document; its seed and its files are printed, so that it can be run
 * again alone.
 */

import fs from 'node:fs';
import path from 'node:path';

import { makeSite as makeFolder, startServer, until } from '../../support/server.js';
import { launch, openTab } from '../browser.js';
import { difference, readArguments } from './arguments.js';
import { edit, filesOf, makeSite } from './documents.js';
import { look } from './look.js';
import { createRandom } from './random.js';

const EDITS_OF_A_DOCUMENT = 25;
// A page that differs for so long is wrong. A file that was emptied is waited for no longer than this, too.
const SETTLE_MS = 6000;
// After this time the tab for fresh loads is a new one each time.
const RENEW_MS = 1500;

const { name, count, firstSeed } = readArguments('fuzz-page', 'edits', '200');

/** @param {string} root @param {Record<string, string>} files @param {Record<string, string>} [before] */
function save(root, files, before = {}) {
  for (const [name, text] of Object.entries(files)) {
    if (before[name] !== text) fs.writeFileSync(path.join(root, name), text);
  }
}

/**
 * One document with its edits.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {number} seed
 * @returns {Promise<{edits: number, problem?: string, slowest: number}>}
 */
async function fuzzDocument(browser, seed) {
  const random = createRandom(seed);
  const model = makeSite(random);
  let files = filesOf(model);
  const folder = makeFolder(files);
  const server = await startServer({ root: folder.root });
  const open = await openTab(browser, server.url);
  // It is loaded anew for each comparison, and must not follow by itself.
  const openFresh = () =>
    openTab(browser, 'about:blank', { before: () => delete window.WebSocket });
  let fresh = await openFresh();
  let slowest = 0;
  try {
    for (let edits = 0; edits < EDITS_OF_A_DOCUMENT; edits++) {
      const before = files;
      const what = edit(model, random);
      files = filesOf(model);
      save(folder.root, files, before);
      const start = Date.now();
      let [shown, wanted] = ['', ''];
      try {
        await until(
          'the page to be as a fresh load',
          async () => {
            // Firefox keeps what style elements import, as long as the tab is there.
            if (Date.now() - start > RENEW_MS) {
              await fresh.close();
              fresh = await openFresh();
            }
            await fresh.page.goto(server.url, { waitUntil: 'load' });
            wanted = await fresh.ask(look);
            shown = await open.ask(look);
            return shown !== undefined && shown === wanted;
          },
          SETTLE_MS,
        );
      } catch {
        const texts = Object.keys(files).filter(
          (name) => name === 'index.html' || before[name] !== files[name],
        );
        const list = texts.map(
          (name) => `--- ${name} before\n${before[name]}\n--- ${name} after\n${files[name]}`,
        );
        return {
          edits,
          slowest,
          problem: `seed ${seed}, edit ${edits} (${what})\n${difference(shown ?? '', wanted ?? '')}\n${list.join('\n')}`,
        };
      }
      slowest = Math.max(slowest, Date.now() - start);
    }
    return { edits: EDITS_OF_A_DOCUMENT, slowest };
  } finally {
    await open.close().catch(() => {});
    await fresh.close().catch(() => {});
    await server.stop();
  }
}

const browser = await launch(name);
let [done, problems, slowest] = [0, 0, 0];
for (let seed = firstSeed; done < count; seed++) {
  const result = await fuzzDocument(browser, seed);
  done += Math.max(result.edits, 1);
  slowest = Math.max(slowest, result.slowest);
  if (result.problem) {
    problems++;
    console.log(result.problem);
  }
}
await browser.close();
console.log(
  `${name}, seeds from ${firstSeed}: ${done} edits, ${problems} differences, the slowest settled in ${slowest} ms`,
);
process.exit(problems ? 1 : 0);
