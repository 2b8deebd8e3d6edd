/**
 * fuzz_timing: attacks an open page at random moments, and compares it with a fresh load of the same page.
 *
 *     node fuzz_timing.mjs [BROWSER] [TRIALS] [SEED]
 *
 * A page that stays stale is printed with the seed of its trial, so that it can be run again alone. Times are
 * real, so it may take more than one run to see it again.
 */

import { inTime, makeSite, startServer, until } from '../../support/server.js';
import { launch, openTab } from '../browser.js';
import { difference, readArguments } from './arguments.js';
import { ATTACKS, STOP } from './attacks.js';
import { createRandom } from './random.js';
import { startSlowProxy } from './slow_proxy.js';
import { lookAtTiming, makeTimingSite, textsOf } from './timing_site.js';

const SETTLE_MS = 6000;
// On a busy machine a page may be right in the end, and only late. That is told apart from one that stays stale.
const LATE_MS = 30000;
// A page that was loaded more often is loading again and again.
const MOST_LOADS = 12;
// Now and then a browser does not answer any more. Then it is started again.
const TRIAL_MS = 90000;
// In milliseconds, the most for each piece that passes the network.
const LATENCIES = [0, 5, 40, 120];

const { name, count, firstSeed } = readArguments('fuzz-timing', 'trials', '366');

/** @typedef {import('puppeteer-core').Browser} Browser */

/** What a load shows now. @param {Browser} browser @param {string} url */
async function lookAtFresh(browser, url) {
  // It must not follow by itself.
  const fresh = await openTab(browser, 'about:blank', { before: () => delete window.WebSocket });
  try {
    await fresh.page.goto(url, { waitUntil: 'load' });
    let wanted;
    await until('two looks that agree', async () => {
      const before = wanted;
      const isWhole = await fresh.ask(hasFetched);
      wanted = await fresh.ask(lookAtTiming);
      return isWhole && wanted !== undefined && wanted === before;
    });
    return wanted;
  } finally {
    await fresh.close();
  }
}

/** Runs in the page: what a script asks for may come long after the event load. */
const hasFetched = () =>
  !document.body.innerHTML.includes('fetch(') || 'json' in document.body.dataset;

/** Runs in the page. */
const countLoads = () => Number(sessionStorage.getItem(`loads ${location.pathname}`));

/** Runs in the page. */
const isEmpty = () => document.documentElement === null;

/**
 * Runs in the page. Whether liveserve's script has not run (it takes its tag away), and the browser has not called the
 * tag's onerror. Firefox calls none when the user stops the page; and for the first script of a page about once in a
 * hundred loads in which it fails, with any server.
 */
function isUntold() {
  const tag = document.querySelector('script[src*="__liveserve/client"]:not([data-source])');
  if (!(tag instanceof HTMLScriptElement)) return false;
  const [{ loadEventStart }] = /** @type {any[]} */ (performance.getEntriesByType('navigation'));
  /** @type {any[]} */
  const requests = performance.getEntriesByName(tag.src);
  const hasFailed = requests.every(({ responseStatus }) => responseStatus === 0);
  return loadEventStart === 0 || (requests.length > 0 && hasFailed);
}

/** Runs in the page. Where liveserve's script runs, it answers. */
const isNotFollowed = () => document.dispatchEvent(new Event('liveserve', { cancelable: true }));

/**
 * @param {Browser} browser
 * @param {import('./attacks.js').Trial} trial
 * @param {string} kind of the attack
 * @returns {Promise<{ms: number, problem?: string, isLost?: boolean, isUntold?: boolean, isLate?: boolean,
 *   isBare?: boolean}>}
 */
async function settle(browser, trial, kind) {
  const { tab } = trial;
  const begin = Date.now();
  let shown = '';
  let wanted = '';
  try {
    wanted = await lookAtFresh(browser, trial.server.url);
    await tab.page.bringToFront();
    const see = async () => (shown = await tab.ask(lookAtTiming)) === wanted;
    await until('the page to be as a fresh load', see, LATE_MS);
    const ms = Date.now() - begin;
    let loads = 0;
    const count = async () => (loads = (await tab.ask(countLoads)) ?? 0) > 0;
    // It may be loading once more.
    await until('a document to ask', count);
    if (loads > MOST_LOADS) return { ms, problem: `it was loaded ${loads} times` };
    return { ms, isLate: ms > SETTLE_MS };
  } catch (error) {
    const address = await tab.ask(() => document.documentURI);
    // In a page of the browser itself nothing of the server's can run.
    if (!address?.startsWith('http')) return { ms: 0, isLost: true };
    // Nor in what is empty because the user has stopped it before the browser had read anything.
    if (kind === STOP && (await tab.ask(isEmpty))) return { ms: 0, isLost: true };
    // Nor where nothing has told it that it has to come again.
    if (await tab.ask(isUntold)) return { ms: 0, isUntold: true };
    return {
      ms: LATE_MS,
      isBare: await tab.ask(isNotFollowed),
      problem: `${address}, ${error.message}\n${difference(shown ?? '', wanted ?? '')}`,
    };
  }
}

/** @param {Browser} browser @param {number} seed */
async function run(browser, seed) {
  const random = createRandom(seed);
  const kinds = Object.keys(ATTACKS);
  // Each kind has its turn.
  const kind = kinds[seed % kinds.length];
  const site = makeTimingSite(random);
  const folder = makeSite(textsOf(site));
  const server = await startServer({ root: folder.root });
  const latency = random.pick(LATENCIES);
  const network = await startSlowProxy(server.port, () => random.below(latency + 1));
  const tab = await openTab(browser, network.url);
  const session = name === 'chromium' ? await tab.page.createCDPSession() : null;
  const openAnother = () => openTab(browser, network.url);
  /** @type {import('./attacks.js').Trial} */
  const trial = { random, site, root: folder.root, server, network, tab, openAnother, session };
  try {
    if (random.happens(0.7)) await tab.hears('state');
    await ATTACKS[kind](trial);
    const result = await settle(browser, trial, kind);
    const about = `seed ${seed}: ${kind}, latency ${latency}${site.hasScripts ? ', scripts' : ''}`;
    return { ...result, about };
  } finally {
    await tab.close().catch(() => {});
    await trial.server.kill();
    network.stop();
    folder.remove('.');
  }
}

let browser = await launch(name);
const [stale, late, lost, untold] = [[], [], [], []];
let slowest = { ms: 0, about: '' };
for (let seed = firstSeed; seed < firstSeed + count; seed++) {
  const trial = inTime(run(browser, seed), () => `seed ${seed}`, TRIAL_MS);
  const result = await trial.catch(async (error) => {
    browser.process().kill('SIGKILL');
    browser = await launch(name);
    return { ms: 0, about: `seed ${seed}`, isLost: true, isLate: false, problem: undefined, error };
  });
  if (result.problem) stale.push(seed);
  if (result.isLate) late.push(seed);
  if (result.isLost) lost.push(seed);
  if ('isUntold' in result && result.isUntold) untold.push(seed);
  if (result.problem) console.log(`${result.about}\n${result.problem}`);
  if ('isBare' in result && result.isBare) console.log("liveserve's script does not run in it");
  if (result.isLate) console.log(`${result.about}: right after ${result.ms} ms`);
  if (result.isLost) console.log(`${result.about}: no page of the server's to look at`);
  if ('error' in result) console.log(result.error);
  if (result.ms > slowest.ms) slowest = result;
}
await browser.close();
console.log(
  `${name}, seeds from ${firstSeed}: ${count} trials, ${stale.length} stale (${stale}), ` +
    `${late.length} late (${late}), ${lost.length} without a page to look at (${lost}), ` +
    `${untold.length} in which the browser never said that liveserve's script would not run (${untold}); ` +
    `the slowest settled in ${slowest.ms} ms (${slowest.about})`,
);
process.exit(stale.length ? 1 : 0);
