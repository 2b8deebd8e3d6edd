/**
 * browser: real Chromium and Firefox, without a window, in a fresh profile, gone when the tests are.
 */

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import puppeteer from 'puppeteer-core';

import { atEnd, until } from '../support/server.js';

const CHROMIUM = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  // Puppeteer turns the back/forward cache off; our users have it.
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

const FIREFOX = {
  browser: 'firefox',
  executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
  headless: true,
};

/**
 * @param {'chromium' | 'firefox'} name
 * @param {{loopbackNames?: string[]}} [options] names of the web that lead to this machine
 */
export async function launch(name, { loopbackNames = [] } = {}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), `liveserve-${name}-`));
  const remove = () =>
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  atEnd(remove);
  const browser = await puppeteer.launch({
    ...(name === 'firefox' ? FIREFOX : CHROMIUM),
    ...(name === 'firefox' ? loopbackInFirefox(loopbackNames) : loopbackInChromium(loopbackNames)),
    userDataDir: path.join(home, 'profile'),
    acceptInsecureCerts: true,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
  });
  const group = -browser.process().pid;
  atEnd(() => endGroup(group));
  return browser;
}

const loopbackInFirefox = (names) => ({
  extraPrefsFirefox: { 'network.dns.localDomains': names.join() },
});

const loopbackInChromium = (names) => ({
  args: [
    ...CHROMIUM.args,
    `--host-resolver-rules=${names.map((name) => `MAP ${name} 127.0.0.1`).join()}`,
  ],
});

/* Puppeteer makes the browser the head of a process group. */
function endGroup(group) {
  try {
    process.kill(group, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/**
 * Opens url in a new tab which counts how often each path was loaded in it.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {string} url
 * @param {object} [options]
 * @param {() => void} [options.before] runs in the page before anything of its own
 * @param {any[]} [options.args] for it
 */
export async function openTab(browser, url, { before, args = [] } = {}) {
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(countLoad);
  await page.evaluateOnNewDocument(listen);
  if (before) await page.evaluateOnNewDocument(before, ...args);
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  // A page that is loaded anew just now has none.
  await page.evaluate(() => (window.marker = 'survives')).catch(() => {});

  return {
    page,
    close: () => page.close(),
    /** Evaluates in the page; a page that is just being left gives undefined. */
    ask: (question, ...values) => page.evaluate(question, ...values).catch(() => undefined),
    /** Waits until what question finds in the page is expected. */
    async shows(expected, question, ...values) {
      let found;
      const see = async () => (found = await this.ask(question, ...values)) === expected;
      await until(`the page to show ${JSON.stringify(expected)}`, see).catch((error) => {
        throw new Error(`${error.message}; it shows ${JSON.stringify(found)}`);
      });
    },
    showsText(selector, expected) {
      return this.shows(expected, (s) => document.querySelector(s)?.textContent, selector);
    },
    showsColour(selector, expected) {
      const colour = (s) => getComputedStyle(document.querySelector(s)).color;
      return this.shows(`rgb(${expected.join(', ')})`, colour, selector);
    },
    /** How often the path of url, or of the page, was loaded in this tab. */
    loads: (path) =>
      page.evaluate((p) => Number(sessionStorage.getItem(`loads ${p ?? location.pathname}`)), path),
    /** Waits until the page was loaded so often in this tab. */
    isLoaded(times) {
      return this.shows(times, () => Number(sessionStorage.getItem(`loads ${location.pathname}`)));
    },
    /** Waits until the server has said the types (parted by blanks) to this document, the last ones last. */
    hears(types) {
      const said = () => document.heardFromServer?.join(' ');
      return until(`the page to hear ${types}`, async () =>
        (await this.ask(said))?.endsWith(types),
      );
    },
    /** Waits until the server has given this document a stamp for a list with address in it. */
    isStampedWith(address) {
      const isStamped = (url) =>
        document.question?.urls?.includes(url) &&
        document.heardFromServer.slice(document.question.at).at(-1) === 'state';
      return until(`a stamp that counts ${address}`, () => this.ask(isStamped, address));
    },
    /** Whether it is still the same document that was opened. */
    isSameDocument: () => page.evaluate(() => window.marker === 'survives'),
  };
}

/* Keeps what the server says, and when it is asked for a stamp, where neither window nor storage show it. */
function listen() {
  // Not once for all: in a frame this runs for another document before.
  const heard = () => (document.heardFromServer ??= []);
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (text) {
    const { type, urls } = JSON.parse(text);
    if (type === 'uses') document.question = { urls, at: heard().length };
    return send.call(this, text);
  };
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(Socket, values) {
      const socket = new Socket(...values);
      socket.addEventListener('message', ({ data }) => heard().push(JSON.parse(data).type));
      return socket;
    },
  });
}

function countLoad() {
  try {
    const key = `loads ${location.pathname}`;
    sessionStorage.setItem(key, String(Number(sessionStorage.getItem(key)) + 1));
  } catch {
    // about:blank has no storage.
  }
}
