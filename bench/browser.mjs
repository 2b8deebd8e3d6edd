/**
 * browser: Chromium without a window. Tabs are driven by its protocol, not by Puppeteer's pages: those watch
 * everything that is loaded, and watching would be part of the figures.
 */
import puppeteer from 'puppeteer-core';

import { makeFolder } from './sites.mjs';

/** Milliseconds on the clock to which pages are compared. */
export const now = () => performance.timeOrigin + performance.now();

const CLOCK_TRIES = 50;
const CLOCK_TOLERANCE_MS = 0.5;

let opened = 0;

/** @returns {Promise<import('puppeteer-core').Browser>} ends with this process */
export function startBrowser() {
  const home = makeFolder();
  return puppeteer.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    // Puppeteer turns the back/forward cache off. Users have it on.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-breakpad',
    ],
    userDataDir: `${home}/profile`,
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
  });
}

/**
 * The page's time less our time. It is asked many times, and the quickest answer is the most exact one.
 *
 * @param {(expression: string) => Promise<any>} ask
 */
async function compareClocks(ask) {
  let best = { took: Infinity, ahead: 0 };
  for (let i = 0; i < CLOCK_TRIES; i++) {
    const asked = now();
    const theirs = await ask('performance.timeOrigin + performance.now()');
    const took = now() - asked;
    if (took < best.took) best = { took, ahead: theirs - asked - took / 2 };
  }
  return best.ahead;
}

/**
 * Opens a tab in a window and a profile of its own, so that it is visible and has its own process.
 *
 * @param {import('puppeteer-core').Browser} browser
 * @param {() => void} before runs in each document before the document's own scripts
 * @param {(text: string) => void} told called with each text that before gives to window.tell()
 */
export async function openTab(browser, before, told) {
  const context = await browser.createBrowserContext();
  const blank = `about:blank#${opened++}`;
  const root = await browser.target().createCDPSession();
  await root.send('Target.createTarget', {
    url: blank,
    browserContextId: context.id,
    newWindow: true,
  });
  const target = await browser.waitForTarget((one) => one.url() === blank);
  const session = await target.createCDPSession();

  session.on('Runtime.bindingCalled', ({ payload }) => told(payload));
  await session.send('Runtime.enable');
  await session.send('Page.enable');
  await session.send('Runtime.addBinding', { name: 'tell' });
  await session.send('Page.addScriptToEvaluateOnNewDocument', { source: `(${before})()` });

  const ask = async (/** @type {string} */ expression) => {
    const question = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', question);
    if (exceptionDetails) throw new Error(exceptionDetails.exception.description);
    return result.value;
  };
  const ahead = await compareClocks(ask);

  return {
    ask,
    go: (/** @type {string} */ url) => session.send('Page.navigate', { url }),
    /** A moment in the page, in its milliseconds since 1970, on our clock. */
    moment: (/** @type {number} */ theirs) => theirs - ahead,
    /** Fails when the clocks have moved apart since the tab was opened. */
    async checkClock() {
      const moved = (await compareClocks(ask)) - ahead;
      if (Math.abs(moved) > CLOCK_TOLERANCE_MS)
        throw new Error(`the clock of a page moved by ${moved} ms`);
    },
    /**
     * From now on, answers whose URL has that pattern come later.
     *
     * @param {string} urlPattern
     * @param {number} ms
     */
    async slowDown(urlPattern, ms) {
      session.on('Fetch.requestPaused', ({ requestId }) =>
        setTimeout(() => session.send('Fetch.continueResponse', { requestId }).catch(() => {}), ms),
      );
      await session.send('Fetch.enable', { patterns: [{ urlPattern, requestStage: 'Response' }] });
    },
    close: () => context.close(),
  };
}
