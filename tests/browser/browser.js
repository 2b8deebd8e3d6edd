/**
 * browser: real Chromium and Firefox, without a window, in a fresh profile. They end when the tests end.
 */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import puppeteer from 'puppeteer-core';

import { atEnd, inTime, until } from '../support/server.js';

/** @typedef {'chromium' | 'firefox'} BrowserName */

/** For what is waited for without a deadline of its own: starting a browser, loading a page. On a busy machine. */
const PATIENCE_MS = 300000;

const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Puppeteer turns the back/forward cache off. Users have it on.
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
  args: [
    '--headless=new',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-breakpad',
  ],
};

/** @type {import('puppeteer-core').LaunchOptions} */
const FIREFOX = {
  browser: 'firefox',
  executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
  headless: true,
};

/** A home folder for a browser, which is removed at the end. @param {BrowserName} name */
export function makeHome(name) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), `liveserve-${name}-`));
  atEnd(() => fs.rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return home;
}

/**
 * @typedef {object} LaunchOptions
 * @property {string[]} [loopbackNames] host names that shall lead to this machine
 * @property {string} [home] a folder that makeHome() has made; else a new one
 * @property {string} [profile] a folder in it; else a new one
 * @property {string[]} [args] more of them, for Chromium
 * @property {boolean} [trustsAll] false: certificates are checked, as users have it
 * @property {boolean} [reportsRequests] true: Puppeteer's events and methods that have to do with requests work:
 *   "requestfailed", setExtraHTTPHeaders(). Few tests need them, and browsers work longer for each request with them
 */

/**
 * @param {BrowserName} name
 * @param {LaunchOptions} [options]
 */
export async function launch(name, options = {}) {
  const { loopbackNames = [], home = makeHome(name), args = [], trustsAll = true } = options;
  const { profile = path.join(home, 'profile'), reportsRequests = false } = options;
  const browser = await puppeteer.launch({
    ...(name === 'firefox' ? FIREFOX : CHROMIUM),
    ...(name === 'firefox'
      ? prefsOfFirefox(loopbackNames)
      : loopbackInChromium(loopbackNames, args)),
    userDataDir: profile,
    acceptInsecureCerts: trustsAll,
    networkEnabled: reportsRequests,
    issuesEnabled: false,
    // What they write into folders for temporary files is removed with the profile.
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: home,
      TMPDIR: home,
      PULSE_RUNTIME_PATH: home,
    },
    timeout: PATIENCE_MS,
    protocolTimeout: PATIENCE_MS,
  });
  const group = -browser.process().pid;
  atEnd(() => endGroup(group));
  return browser;
}

const prefsOfFirefox = (/** @type {string[]} */ names) => ({
  // Firefox looks at the spelling only where somebody has been, so two tabs with the same page would differ.
  extraPrefsFirefox: { 'network.dns.localDomains': names.join(), 'layout.spellcheckDefault': 0 },
});

const loopbackInChromium = (/** @type {string[]} */ names, /** @type {string[]} */ args) => ({
  args: [
    ...CHROMIUM.args,
    ...args,
    `--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join()}`,
  ],
});

/** Puppeteer makes the browser the head of a process group. @param {number} group */
function endGroup(group) {
  try {
    process.kill(group, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** @param {import('puppeteer-core').Page} page */
function createQuestions(page) {
  let failed = '';
  return {
    /**
     * Evaluates in the page. The result is undefined when the page is being left at this moment.
     *
     * @param {(...values: any[]) => any} question
     * @param {any[]} values
     */
    async ask(question, ...values) {
      try {
        const answer = await page.evaluate(question, ...values);
        failed = '';
        return answer;
      } catch (error) {
        failed = ` (${error.message})`;
      }
    },
    /** Why the last question has no answer. */
    failure: () => failed,
  };
}

/**
 * Opens url in a new tab, which counts how often each path is loaded in it.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @param {object} [options]
 * @param {(...args: any[]) => void} [options.before] runs in the page before the page's own scripts
 * @param {any[]} [options.args] its arguments
 */
export async function openTab(browser, url, { before, args = [] } = {}) {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.evaluateOnNewDocument(countLoad);
  await page.evaluateOnNewDocument(listen);
  if (before) await page.evaluateOnNewDocument(before, ...args);
  await page.goto(url, { waitUntil: 'domcontentloaded' }).catch((error) => {
    // Firefox may say so of the whole page when a frame in it could not be had.
    if (!/Address rejected/.test(error.message)) throw error;
  });
  // It fails when the page is reloaded at this moment. Such a page has no marker.
  await page.evaluate(() => (window.marker = 'survives')).catch(() => {});

  const { ask, failure } = createQuestions(page);
  return {
    page,
    // Now and then Chromium leaves a tab open and says nothing; puppeteer would wait for ever.
    close: () => inTime(page.close(), () => `the tab of ${page.url()} to close`),
    ask,
    /**
     * Waits until question, evaluated in the page, gives expected.
     *
     * @param {any} expected
     * @param {(...values: any[]) => any} question
     * @param {any[]} values
     */
    async shows(expected, question, ...values) {
      let found;
      const see = async () => (found = await ask(question, ...values)) === expected;
      await until(`the page to show ${JSON.stringify(expected)}`, see).catch((error) => {
        throw new Error(`${error.message}; it shows ${JSON.stringify(found)}${failure()}`);
      });
    },
    /**
     * @param {string} selector
     * @param {string} expected
     */
    showsText(selector, expected) {
      return this.shows(expected, (s) => document.querySelector(s)?.textContent, selector);
    },
    /**
     * @param {string} selector
     * @param {number[]} expected red, green and blue
     */
    showsColour(selector, expected) {
      const colour = (s) => getComputedStyle(document.querySelector(s)).color;
      return this.shows(`rgb(${expected.join(', ')})`, colour, selector);
    },
    /**
     * How often a path was loaded in this tab.
     *
     * @param {string} [path] else that of the page
     */
    loads: (path) =>
      page.evaluate((p) => Number(sessionStorage.getItem(`loads ${p ?? location.pathname}`)), path),
    /** Waits until the page was loaded so often in this tab. @param {number} times */
    isLoaded(times) {
      return this.shows(times, () => Number(sessionStorage.getItem(`loads ${location.pathname}`)));
    },
    /**
     * Waits until the last messages from the server to this document are of these types.
     *
     * @param {string} types separated by spaces
     */
    hears(types) {
      const said = () => document.heardFromServer?.join(' ');
      let heard;
      const hasHeard = async () => (heard = await this.ask(said))?.endsWith(types);
      return until(`the page to hear ${types}`, hasHeard).catch((error) => {
        throw new Error(`${error.message}; it heard ${heard}`);
      });
    },
    /**
     * Waits until the server has said hello to this document so often.
     *
     * @param {number} times
     */
    isGreeted(times) {
      const isEnough = async () => (await this.ask(countHellos)) >= times;
      return until(`hello number ${times}`, isEnough);
    },
    /**
     * Waits until the server has said hello so often, and has given this document a stamp since then, and since
     * the last change.
     *
     * @param {number} [times]
     */
    async isKnown(times = 1) {
      await this.isGreeted(times);
      await until('a stamp for the document', () => this.ask(isStamped));
    },
    /**
     * Waits until the server has sent this document a stamp for a list that has address in it.
     *
     * @param {string} address
     */
    isStampedWith(address) {
      const isStamped = (url) =>
        document.question?.urls?.includes(url) &&
        document.heardFromServer.slice(document.question.at).at(-1) === 'state';
      return until(`a stamp that counts ${address}`, () => this.ask(isStamped, address));
    },
    /** Whether the document is still the one that was opened. */
    isSameDocument: () => page.evaluate(() => window.marker === 'survives'),
  };
}

/**
 * Runs in the page. Keeps what the server says, and when it is asked for a stamp, in the document, because
 * tests look at the window and the storage.
 */
function listen() {
  // It is made late, because in a frame this function first runs for another document.
  const heard = () => (document.heardFromServer ??= []);
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    const { type, urls } = JSON.parse(text);
    if (type === 'uses') document.question = { urls, at: heard().length };
    return send.call(this, text);
  };
  for (const kind of ['WebSocket', 'EventSource']) {
    window[kind] = new Proxy(window[kind], {
      construct(Kind, /** @type {[string]} */ values) {
        const one = new Kind(...values);
        one.addEventListener('message', ({ data }) => heard().push(JSON.parse(data).type));
        return one;
      },
    });
  }
}

/** Runs in the page. */
function countHellos() {
  return document.heardFromServer?.filter((type) => type === 'hello').length;
}

/** Runs in the page. */
function isStamped() {
  const heard = document.heardFromServer ?? [];
  const news = ['hello', 'change', 'reload'].map((type) => heard.lastIndexOf(type));
  return heard.lastIndexOf('state') > Math.max(...news);
}

/** Runs in the page. */
function countLoad() {
  try {
    const key = `loads ${location.pathname}`;
    sessionStorage.setItem(key, String(Number(sessionStorage.getItem(key)) + 1));
  } catch {
    // about:blank has no storage.
  }
}
