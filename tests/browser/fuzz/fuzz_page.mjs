/**
 * fuzz_page: compares an open page after each random edit with a fresh load of the same page.
 *
 *     node fuzz_page.mjs [BROWSER] [EDITS] [SEED]
 *
 * A difference ends the run of this document; its seed and its files are printed, so that it can be run
 * again alone.
 */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { inTime, makeSite as makeFolder, startServer } from '../../support/server.js';
import { launch, openTab } from '../browser.js';
import { difference, readArguments } from './arguments.js';
import { edit, filesOf, makeSite } from './documents.js';
import { findLosses, look, seeStyles, undoUse, use } from './look.js';
import { createRandom } from './random.js';

const EDITS_OF_A_DOCUMENT = 25;
// A busy machine may take long to load a page.
const LONGEST_LOAD_MS = 30000;
// After this time a tab is shown while it loads.
const HIDDEN_LOAD_MS = 1000;
// A page that differs for so long is wrong. A file that was emptied is waited for no longer than this, too.
const SETTLE_MS = 15000;
// After this time the tab for fresh loads is a new one each time.
const RENEW_MS = 1200;
// Which field is used is one of so many.
const MOST_FIELDS = 20;
// Pictures of both tabs are compared after so many of the edits.
const PIXELS = 0.12;
const PIXELS_MS = 8000;
// Now and then a browser does not answer any more. Then it is started again, and the document counts as none.
const DOCUMENT_MS = 120000;
// So many loads tell what a browser shows differently from load to load.
const LOADS = 40;

const { name, count, firstSeed } = readArguments('fuzz-page', 'edits', '200');

/** @type {Record<string, number>} what was seen, over all documents */
const totals = {
  edits: 0,
  patched: 0,
  reloaded: 0,
  differences: 0,
  varied: 0,
  used: 0,
  gone: 0,
  slowest: 0,
  silent: 0,
};

/** Runs in the page. There is no server for it, and it has not lost one. */
function stayAlone() {
  /** @type {any} */ (window).WebSocket = class extends EventTarget {
    send() {}
    close() {}
  };
}

/**
 * Runs in the page. A bar that goes to and fro looks different each time. And the page for fresh loads has no server, so
 * it gets no note about an error.
 *
 * @param {boolean} areHidden
 */
function hideBarsAndNote(areHidden) {
  const page = /** @type {any} */ (window);
  document.querySelector(':root > div')?.remove();
  if (!document.querySelector('progress:indeterminate')) return;
  if (!page.withoutBars) {
    page.withoutBars = new CSSStyleSheet();
    page.withoutBars.replaceSync('progress:indeterminate { visibility: hidden !important }');
  }
  const others = [...document.adoptedStyleSheets].filter((one) => one !== page.withoutBars);
  document.adoptedStyleSheets = areHidden ? [...others, page.withoutBars] : others;
}

/** Runs in the page. Whether it was not loaded again. */
const isAsItWas = () => window.marker === 'survives';

/**
 * Runs in the page. While a film is looked for, something turns in it. Where no source element had one, that goes on
 * for ever in a page that was loaded while nobody saw it.
 */
async function areFilmsFound() {
  const films = /** @type {NodeListOf<HTMLMediaElement>} */ (
    document.querySelectorAll('video, audio')
  );
  /** @param {'NETWORK_LOADING' | 'NETWORK_NO_SOURCE'} state */
  const areSome = (state) => [...films].some((one) => one.networkState === one[state]);
  for (let looks = 0; looks < 50 && areSome('NETWORK_LOADING'); looks++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return !areSome('NETWORK_NO_SOURCE');
}

/**
 * @typedef {Record<string, string>} Files
 *
 * @param {string} root
 * @param {Files} files
 * @param {Files} before
 * @param {boolean} isReplaced see documents.js
 * @returns {string[]} the names of the files that were changed
 */
function save(root, files, before, isReplaced) {
  const names = Object.keys({ ...before, ...files }).filter((name) => before[name] !== files[name]);
  for (const name of names) {
    const file = path.join(root, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (files[name] === undefined) fs.rmSync(file);
    else fs.writeFileSync(isReplaced ? `${file}~` : file, files[name]);
    if (files[name] !== undefined && isReplaced) fs.renameSync(`${file}~`, file);
  }
  return names;
}

/** @param {string} one what the open page shows @param {string} other */
function isSame(one, other) {
  if (one === other) return true;
  const [left, right] = [one.split('\n'), other.split('\n')];
  return (
    left.length === right.length &&
    left.every((line, i) => [line, right[i]].includes('~') || line === right[i])
  );
}

/**
 * @typedef {object} Pair
 * @property {import('../site.js').Tab} open a tab in which the page stays open
 * @property {import('../site.js').Tab} fresh one in which it is loaded anew for each comparison
 *
 * @param {Pair} tabs
 * @returns {Promise<string[]>} what both show
 */
const lookAtBoth = ({ open, fresh }) =>
  Promise.all([open, fresh].map(async (one) => (await one.ask(look)) ?? ''));

/**
 * Firefox gives a film the size of its poster, or none, as it happens.
 *
 * @param {string} one what a load has shown
 * @param {string} other what another load has shown
 * @returns {string} one, with a mark at each line in which they differ; without marks when they have not as many lines
 */
function markVaried(one, other) {
  const [left, right] = [one.split('\n'), other.split('\n')];
  if (left.length !== right.length) return one;
  return left.map((line, i) => (line === right[i] || line.includes('~') ? line : '~')).join('\n');
}

/** Without styles, which take long to tell. @param {import('../site.js').Tab} tab */
const lookQuickly = async (tab) => (await tab.ask(look, 0)) ?? '';

/**
 * @param {Pair} tabs
 * @param {(isNew?: boolean) => Promise<string>} load loads the page in the second tab
 * @returns {Promise<string | undefined>} what differs
 */
async function comparePixels(tabs, load) {
  for (const end = Date.now() + PIXELS_MS; ;) {
    const pictures = [];
    for (const { page, ask } of [tabs.open, tabs.fresh]) {
      await page.bringToFront();
      await ask(() => window.scrollTo(0, 0));
      if (!(await ask(areFilmsFound))) return undefined;
      await ask(hideBarsAndNote, true);
      pictures.push(Buffer.from(await page.screenshot()));
      await ask(hideBarsAndNote, false);
    }
    if (pictures[0].equals(pictures[1])) return undefined;
    if (Date.now() > end) {
      ['open', 'fresh'].forEach((which, i) =>
        fs.writeFileSync(path.join(os.tmpdir(), `fuzz-${which}.png`), pictures[i]),
      );
      return 'the pixels differ';
    }
    await load(Date.now() > end - PIXELS_MS / 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Runs in the page, which gives the focus to what asks for it when it is drawn. */
const isDrawn = () =>
  new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 300);
  });

/**
 * @param {Pair} tabs
 * @param {string} url
 * @param {() => Promise<import('../site.js').Tab>} openFresh
 * @returns {(isNew?: boolean) => Promise<string>} gives the page as a load shows it; isNew: in a tab that has seen
 *   nothing
 */
function createLoad(tabs, url, openFresh) {
  async function renew() {
    await tabs.fresh.close();
    tabs.fresh = await openFresh();
  }

  return async (isNew) => {
    if (isNew) await renew();
    const { page } = tabs.fresh;
    // While nobody sees the tab, Chromium does not end to load some pages that use a part of another drawing.
    let isInFront = false;
    const slow = setTimeout(() => {
      isInFront = true;
      page.bringToFront().catch(() => {});
    }, HIDDEN_LOAD_MS);
    await page.goto(url, { waitUntil: 'load', timeout: LONGEST_LOAD_MS });
    clearTimeout(slow);
    const seen = await lookQuickly(tabs.fresh);
    if (isInFront) await tabs.open.page.bringToFront();
    return seen;
  };
}

/**
 * Uses each field of the page, and takes it back. A browser may then lay out otherwise what is around it.
 *
 * @param {import('../site.js').Tab} tab
 */
async function useAndUndo({ ask }) {
  for (let choice = 0; choice < MOST_FIELDS; choice++) await ask(use, choice);
  await ask(undoUse);
  await ask(() => /** @type {any} */ (window).touched?.clear());
}

/**
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @param {boolean} isUsed whether somebody types in the page: so half of the loads that are to tell what differs from
 *   load to load are used, too
 */
async function openTabs(browser, url, isUsed) {
  const openFresh = () => openTab(browser, 'about:blank', { before: stayAlone });
  /** @type {Pair} */
  const tabs = { open: await openTab(browser, url), fresh: await openFresh() };
  const load = createLoad(tabs, url, openFresh);

  /**
   * @param {string} shown
   * @param {string} wanted
   * @returns {Promise<boolean>} whether loads differ in the same lines
   */
  async function isVaried(shown, wanted) {
    for (let loads = 0; shown && loads < LOADS; loads++) {
      await load(true);
      if (isUsed && loads % 2) await useAndUndo(tabs.fresh);
      const other = (await tabs.fresh.ask(look)) ?? '';
      wanted = markVaried(wanted, other);
      if (!isSame(shown, wanted) && !isSame(shown, other)) continue;
      totals.varied++;
      return true;
    }
    return false;
  }

  /**
   * @param {boolean} [endsWithReload] a page that was loaded again may show what was typed
   * @returns {Promise<string | undefined>} what differs; undefined as soon as nothing does
   */
  async function compare(endsWithReload) {
    const start = Date.now();
    let [loadedAt, wanted, shown] = [start, await load(), ''];
    while (Date.now() - start < SETTLE_MS) {
      // A page that is hidden gives the focus to nothing. And Firefox may not get round to loading what comes into
      // view there.
      if (Date.now() - start > RENEW_MS) {
        await tabs.open.page.bringToFront();
        await tabs.open.ask(isDrawn);
        if (endsWithReload && !(await tabs.open.ask(isAsItWas))) return 'it was loaded again';
      }
      shown = await lookQuickly(tabs.open);
      if (shown && isSame(shown, wanted)) {
        [shown, wanted] = await lookAtBoth(tabs);
        if (shown && isSame(shown, wanted)) {
          totals.slowest = Math.max(totals.slowest, Date.now() - start);
          return undefined;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
      const isSettling = Date.now() - loadedAt < 300;
      // Firefox keeps what style elements import, as long as the tab is there. And a load is not at its end
      // with the event of that name: frames are measured later.
      wanted = await (isSettling ? lookQuickly(tabs.fresh) : load(Date.now() - start > RENEW_MS));
      if (!isSettling) loadedAt = Date.now();
    }
    const styles = await Promise.all([tabs.open, tabs.fresh].map((tab) => tab.ask(seeStyles)));
    // Chromium may tell the styles around hidden="until-found" right only when it is asked again.
    [shown, wanted] = await lookAtBoth(tabs);
    if (shown && isSame(shown, wanted)) return undefined;
    if (await isVaried(shown, wanted)) return undefined;
    return `${difference(shown, wanted)}\n-- styles\n${difference(styles[0] ?? '', styles[1] ?? '')}`;
  }

  return {
    open: tabs.open,
    compare,
    comparePixels: () => comparePixels(tabs, load),
    async close() {
      for (const tab of [tabs.open, tabs.fresh]) await tab.close().catch(() => {});
    },
  };
}

/** @typedef {Awaited<ReturnType<typeof openTabs>>} Tabs */

/**
 * Not by a reload, in which Firefox itself keeps what was typed. Elsewhere first, so that no reload of the page's own
 * comes between.
 *
 * @param {Tabs['open']} tab
 */
async function loadAnew({ page }) {
  const url = page.url();
  await page.goto('about:blank');
  // What has not come in time is found missing by the comparison.
  await page.goto(url, { waitUntil: 'load', timeout: LONGEST_LOAD_MS }).catch(() => {});
}

/** @type {(open: Tabs['open']) => Promise<string | undefined>} what the user did in the page, and is lost */
async function findLost(open) {
  const { gone, changed } = JSON.parse((await open.ask(findLosses)) ?? '{"gone":0,"changed":[]}');
  totals.gone += gone;
  return changed.length > 0 ? `typed, and lost: ${changed}` : undefined;
}

/**
 * Counts how an edit of the page came to the open one.
 *
 * @param {Tabs['open']} open
 * @param {boolean} isUsed
 * @returns {Promise<string | undefined>} what the user did in the page, and is lost
 */
async function countOutcome(open, isUsed) {
  const isPatched = await open.ask(isAsItWas);
  totals[isPatched ? 'patched' : 'reloaded']++;
  if (isPatched) return findLost(open);
  // A reload keeps what was typed where it can, which a fresh load does not show.
  if (isUsed) await loadAnew(open);
  await open.ask(() => (window.marker = 'survives'));
  return undefined;
}

/**
 * Compares after one edit.
 *
 * @param {Tabs} tabs
 * @param {import('./documents.js').Site} site
 * @param {boolean} isPage whether the page itself was edited
 * @param {boolean} withPixels
 * @returns {Promise<string | undefined>} what is wrong
 */
async function check({ open, compare, comparePixels }, site, isPage, withPixels) {
  let problem = await compare(site.isUsed);
  if (site.isUsed && problem) {
    if (await open.ask(isAsItWas)) {
      const lost = await findLost(open);
      if (lost) return lost;
      await open.ask(undoUse);
    } else await loadAnew(open);
    problem = await compare();
  }
  if (!problem && isPage) problem = await countOutcome(open, site.isUsed);
  return problem ?? (withPixels && !site.isUsed ? comparePixels() : undefined);
}

/**
 * One document with its edits.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {number} seed
 * @returns {Promise<string | undefined>} what differs
 */
async function fuzzDocument(browser, seed) {
  const random = createRandom(seed);
  const site = makeSite(random);
  let files = filesOf(site);
  const folder = makeFolder(files);
  const server = await startServer({ root: folder.root });
  const tabs = await openTabs(browser, new URL(site.name, server.url).href, site.isUsed);
  try {
    for (let edits = 0; edits < EDITS_OF_A_DOCUMENT; edits++) {
      const field = random.below(MOST_FIELDS);
      if (site.isUsed) totals.used += Number((await tabs.open.ask(use, field)) ?? 0);
      const before = files;
      let what = '';
      let changed = [];
      // Some save again before the page can have followed.
      for (let isAgain = true; isAgain; isAgain = random.happens(0.15)) {
        if (what) await new Promise((resolve) => setTimeout(resolve, random.below(150)));
        what += `${what && ', again: '}${edit(site, random)}`;
        const last = files;
        files = filesOf(site);
        changed = [...changed, ...save(folder.root, files, last, site.isReplaced)];
      }
      totals.edits++;
      const problem = await check(tabs, site, changed.includes(site.name), random.happens(PIXELS));
      if (!problem) continue;
      totals.differences++;
      const list = [...new Set([site.name, ...changed])].map(
        (one) => `--- ${one} before\n${before[one]}\n--- ${one} after\n${files[one]}`,
      );
      return `seed ${seed}, edit ${edits} (${what})\n${problem}\n${list.join('\n')}`;
    }
    return undefined;
  } finally {
    await tabs.close();
    await server.stop();
    fs.rmSync(folder.root, { recursive: true, force: true });
  }
}

let browser = await launch(name);
for (let seed = firstSeed; totals.edits < count; seed++) {
  const before = { ...totals };
  const work = fuzzDocument(browser, seed);
  const document = inTime(work, () => `seed ${seed}`, DOCUMENT_MS);
  const problem = await document.catch(async (error) => {
    browser.process().kill('SIGKILL');
    browser = await launch(name);
    console.log(error);
    // It may have gone on, and must not be counted.
    await inTime(work, () => `the end of seed ${seed}`).catch(() => {});
    Object.assign(totals, before);
    totals.silent++;
    return undefined;
  });
  if (problem) console.log(`${problem}\n${'='.repeat(80)}`);
  console.error(`${totals.edits} edits, ${totals.differences} differences, next seed ${seed + 1}`);
}
await browser.close();
const { edits: all, patched, reloaded, differences, varied, used, gone, slowest, silent } = totals;
console.log(
  `${name}, seeds from ${firstSeed}: ${all} edits, ${differences} differences; ` +
    `of the edits of a page ${patched} were patched and ${reloaded} reloaded; ` +
    `${varied} pages varied from load to load; ` +
    `${used} fields were used, ${gone} of them gone; the slowest settled in ${slowest} ms; ` +
    `in ${silent} documents the browser stopped answering`,
);
// What has gone wrong in the harness itself is counted as silent, too.
process.exit(differences || silent ? 1 : 0);
