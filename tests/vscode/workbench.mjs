/**
 * workbench: a person in front of VS Code, which is a page in the browser of a test.
 */

import path from 'node:path';
import { until } from '../support/server.js';

export const SLOW_MS = 20000;

/** @typedef {Awaited<ReturnType<typeof openPage>>} Shown */
/** @typedef {Awaited<ReturnType<typeof openWorkbench>>} Workbench */

/**
 * What openTab() does to a page to watch it is too much for VS Code.
 *
 * @param {Awaited<ReturnType<typeof import('../browser/browser.js').launch>>} browser
 * @param {string} url
 */
async function openPage(browser, url) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  const ask = (question, ...values) => page.evaluate(question, ...values).catch(() => undefined);
  return {
    page,
    ask,
    shows: (expected, question, ...values) =>
      until(
        `VS Code to show ${JSON.stringify([expected, values])}`,
        async () => (await ask(question, ...values)) === expected,
        SLOW_MS,
      ),
    /** Waits until a text in it is as expected. @param {string} what @param {RegExp} expected @param {() => unknown} question */
    async says(what, expected, question) {
      let text;
      const see = async () => expected.test((text = String(await ask(question))));
      await until(`${what} to say ${expected}`, see, SLOW_MS).catch((error) => {
        throw new Error(`${error.message}; it says ${JSON.stringify(text)}`);
      });
    },
  };
}

/** Runs in the page: whether this is the first row of the list that is open. @param {string} wanted */
const isFirst = (wanted) =>
  !!document.querySelector('.quick-input-list .monaco-list-row')?.textContent.includes(wanted);

/** Types into the box that has opened, and takes the first row. @param {Shown} shown @param {string} text */
async function choose({ page, shows }, text) {
  await page.waitForSelector('.quick-input-widget input', { visible: true });
  await page.keyboard.type(text);
  await shows(true, isFirst, text);
  await page.keyboard.press('Enter');
}

/** Runs a command by its title. @param {Shown} shown @param {string} title */
async function command(shown, title) {
  await shown.page.keyboard.press('F1');
  await choose(shown, title);
}

/** Opens a file in the editor, and puts the cursor into it. @param {Shown} shown @param {string} name */
async function openFile(shown, name) {
  const { page } = shown;
  await page.keyboard.down('Control');
  await page.keyboard.press('p');
  await page.keyboard.up('Control');
  await choose(shown, name);
  await shown.shows(
    true,
    (wanted) => !!document.querySelector('.tab.active')?.textContent.includes(wanted),
    name,
  );
  await page.waitForSelector('.editor-group-container.active .monaco-editor');
}

/** Runs in the page: the text of the extension's button in the status bar. */
const buttonText = () =>
  document.querySelector('#liveserve\\.liveserve\\.liveserve\\.button')?.textContent;

/**
 * Opens VS Code.
 *
 * @param {Awaited<ReturnType<typeof import('../browser/browser.js').launch>>} browser
 * @param {string} url
 */
export async function openWorkbench(browser, url) {
  const shown = await openPage(browser, url);
  return {
    ...shown,
    /** @param {RegExp} expected */
    untilButton: (expected) => shown.says('the button', expected, buttonText),
    clickButton: () =>
      shown.page.click(
        '#liveserve\\.liveserve\\.liveserve\\.button a, #liveserve\\.liveserve\\.liveserve\\.button',
      ),
    command: (/** @type {string} */ title) => command(shown, title),
    openFile: (/** @type {string} */ name) => openFile(shown, name),
    /** The address of the server that the extension runs. */
    async served() {
      const [, port] = /Port: (\d+)/.exec(await shown.ask(buttonText));
      return { port: Number(port), url: `http://localhost:${port}/` };
    },
    /** With PICTURES=FOLDER it leaves a picture. @param {string} name */
    async picture(name) {
      if (process.env.PICTURES)
        await shown.page.screenshot({ path: path.join(process.env.PICTURES, `${name}.png`) });
    },
  };
}
