/**
 * attacks: what may happen to an open page and its server while files are saved. Each ends with an open page
 * that is given time to become what a fresh load shows.
 */

import { startServer, until } from '../../support/server.js';
import { edit, someFiles } from './timing_site.js';

/**
 * @typedef {object} Trial
 * @property {import('./random.js').Random} random
 * @property {import('./timing_site.js').TimingSite} site
 * @property {string} root
 * @property {import('../../support/server.js').Server} server
 * @property {import('./slow_proxy.js').Network} network
 * @property {import('../site.js').Tab} tab
 * @property {() => Promise<import('../site.js').Tab>} openAnother a second tab of the same page
 * @property {import('puppeteer-core').CDPSession | null} session in Chromium
 */

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @type {(trial: Trial, mostMs: number) => Promise<unknown>} */
const pause = ({ random }, mostMs) => sleep(random.below(mostMs + 1));

/** @type {(trial: Trial, names?: string[], mostMs?: number) => Promise<void>} */
const save = (trial, names = someFiles(trial.site, trial.random), mostMs = 0) =>
  edit(trial.site, trial.root, trial.random, names, mostMs);

/** Begins to load the page again, as F5 does. @param {Trial} trial */
const beginLoad = (trial) => void trial.tab.ask(() => void setTimeout(() => location.reload()));

/** As editors' Save All, with a page that may link to another sheet. @param {Trial} trial */
async function saveAll(trial) {
  const { site, random } = trial;
  if (random.happens(0.5)) site.sheet = site.sheet === 'a.css' ? 'b.css' : 'a.css';
  const rest = Object.keys(site.numbers).filter((name) => name !== 'index.html');
  const names = random.happens(0.5) ? ['index.html', ...rest] : [...rest, 'index.html'];
  await save(trial, names, random.pick([0, 0, 10]));
}

/** @param {Trial} trial */
async function start(trial) {
  trial.server = await startServer({ root: trial.root, args: [`--port=${trial.server.port}`] });
}

/** @param {Trial} trial */
async function die(trial) {
  await trial.server.kill();
}

/** @param {Trial} trial */
async function goBack({ tab }) {
  // A reload may have called the click off.
  if (await tab.ask(() => location.pathname !== '/next.html')) return;
  await tab.page.goBack({ waitUntil: 'domcontentloaded', timeout: 4000 }).catch(() => {});
}

/** @param {Trial} trial */
async function clickLink(trial) {
  await trial.tab.ask(() => document.getElementById('next')?.click());
}

/** Waits until the link has led to its page. @param {Trial} trial */
async function isAway({ tab }) {
  const isThere = () => tab.ask(() => location.pathname === '/next.html');
  await until('the other page', isThere, 1500).catch(() => {});
}

/** What the stop button does. @param {Trial} trial */
async function stopLoading({ session, tab }) {
  if (!session) return tab.ask(() => window.stop());
  await session.send('Page.stopLoading').catch((error) => {
    // Between two pages there is nothing to stop.
    if (!/Not attached to an active page/.test(error.message)) throw error;
  });
}

/** The attack in which the user stops what is being loaded. */
export const STOP = 'the load is stopped';

/** @type {Record<string, (trial: Trial) => Promise<unknown>>} */
export const ATTACKS = {
  async 'a save during the load'(trial) {
    beginLoad(trial);
    await pause(trial, 300);
    await save(trial);
  },
  async 'two saves during the load'(trial) {
    beginLoad(trial);
    await pause(trial, 200);
    await save(trial);
    await pause(trial, 200);
    await save(trial);
  },
  async 'the document, then a sheet'(trial) {
    await save(trial, ['index.html', trial.random.pick(['a.css', 'import.css'])], 50);
  },
  'save all': saveAll,
  async 'save all, twice'(trial) {
    await saveAll(trial);
    await pause(trial, 300);
    await saveAll(trial);
  },
  async 'ten saves'(trial) {
    for (let i = 0; i < 10; i++) {
      await save(trial, [trial.random.pick(Object.keys(trial.site.numbers))]);
      await pause(trial, 15);
    }
  },
  async 'a save while a reload is under way'(trial) {
    await save(trial);
    await pause(trial, 250);
    await save(trial);
  },
  async 'a click during a reload, then Back'(trial) {
    await save(trial);
    await pause(trial, 300);
    await clickLink(trial);
    await isAway(trial);
    if (trial.random.happens(0.5)) await save(trial);
    await pause(trial, 400);
    await goBack(trial);
  },
  async 'saves on another page, then Back'(trial) {
    await clickLink(trial);
    if (trial.random.happens(0.7)) await isAway(trial);
    await save(trial);
    await pause(trial, 300);
    await isAway(trial);
    await goBack(trial);
    await pause(trial, 200);
    if (trial.random.happens(0.3)) await save(trial);
  },
  async [STOP](trial) {
    await save(trial, ['index.html', ...someFiles(trial.site, trial.random)]);
    await pause(trial, 250);
    await stopLoading(trial);
  },
  async 'the server dies during a load'(trial) {
    beginLoad(trial);
    await pause(trial, 250);
    await die(trial);
    if (trial.random.happens(0.5)) await save(trial);
    await pause(trial, 2500);
    await start(trial);
  },
  async 'the server dies during a reload'(trial) {
    await save(trial);
    await pause(trial, 300);
    await die(trial);
    await pause(trial, 1000);
    await start(trial);
  },
  async 'a restart and a save at once'(trial) {
    await die(trial);
    if (trial.random.happens(0.5)) await save(trial);
    await start(trial);
    await pause(trial, 200);
    await save(trial);
  },
  async 'the server sleeps'(trial) {
    if (trial.random.happens(0.5)) beginLoad(trial);
    await pause(trial, 200);
    process.kill(trial.server.pid, 'SIGSTOP');
    await save(trial);
    await pause(trial, 2500);
    process.kill(trial.server.pid, 'SIGCONT');
  },
  async 'the network is down'(trial) {
    const { network, random } = trial;
    if (random.happens(0.7)) beginLoad(trial);
    await pause(trial, 250);
    network.isDown = true;
    network.cut();
    if (random.happens(0.6)) await save(trial);
    await pause(trial, 2500);
    network.isDown = false;
    if (random.happens(0.3)) await save(trial);
  },
  async 'a request fails while the server goes away'(trial) {
    const { network, random } = trial;
    network.fails = random.pick([/\.js/, /\.svg/, /\.css/, /client\.js/, /data\.json/, /frame/]);
    beginLoad(trial);
    await sleep(600);
    await die(trial);
    await pause(trial, 1000);
    network.fails = null;
    await start(trial);
  },
  async 'requests of the update fail'(trial) {
    const { network, random } = trial;
    network.fails = random.pick([/\.css/, /\.svg/, /update\.js/, /HEAD/, /GET \/ /]);
    await save(trial);
    await pause(trial, 600);
    network.cut();
    network.fails = null;
  },
  async 'a checkout of many files'(trial) {
    const names = Object.keys(trial.site.numbers);
    await save(trial, [...names, ...names], 4);
    if (trial.random.happens(0.5)) await saveAll(trial);
  },
  async 'the tab is hidden'(trial) {
    const other = await trial.openAnother();
    await save(trial);
    await pause(trial, 500);
    if (trial.random.happens(0.4)) {
      await die(trial);
      await start(trial);
    }
    await other.close();
    await trial.tab.page.bringToFront();
  },
  async 'the tab is frozen'(trial) {
    const { session, random } = trial;
    await session?.send('Page.setWebLifecycleState', { state: 'frozen' });
    await save(trial);
    await pause(trial, 500);
    if (random.happens(0.4)) {
      await die(trial);
      await start(trial);
    }
    await session?.send('Page.setWebLifecycleState', { state: 'active' });
  },
  async 'two tabs'(trial) {
    const other = await trial.openAnother();
    await save(trial);
    await pause(trial, 200);
    await save(trial);
    await trial.tab.page.bringToFront();
    await other.close();
  },
  async pushState(trial) {
    await trial.tab.ask(() => history.pushState({}, '', '/?moved'));
    await pause(trial, 100);
    await save(trial);
    if (trial.random.happens(0.5)) {
      await pause(trial, 100);
      await trial.tab.ask(() => history.back());
      await save(trial);
    }
  },
};
