/**
 * developer_tools: what the real developer tools of Chromium say. They are a page of the browser, which is opened
 * in a tab beside the page that they are for.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makeSite, startServer, until } from '../support/server.js';
import { launch } from './browser.js';

/** @typedef {import('puppeteer-core').Browser} Browser */
/** @typedef {import('puppeteer-core').Page} Page */

/**
 * Opens the console of the developer tools for a page.
 *
 * @param {Browser} browser
 * @param {Page} page
 */
async function openConsole(browser, page) {
  const session = await page.createCDPSession();
  const { targetInfo } = await session.send('Target.getTargetInfo');
  const { host } = new URL(browser.wsEndpoint());
  const socket = `${host}/devtools/page/${targetInfo.targetId}`;
  const tools = await browser.newPage();
  await tools.goto(`devtools://devtools/bundled/inspector.html?ws=${socket}&panel=console`);
  return tools;
}

/**
 * The messages of the console, each with the place that it is shown with: ["app.js:3 error"].
 *
 * @param {Page} tools
 * @returns {Promise<string[]>}
 */
function messagesIn(tools) {
  return tools.evaluate(() => {
    const found = /** @type {string[]} */ ([]);
    const look = (/** @type {ParentNode} */ root) => {
      for (const element of root.querySelectorAll('*')) {
        if (element.matches('.console-message-wrapper'))
          found.push(/** @type {HTMLElement} */ (element).innerText.trim().replace(/\s+/g, ' '));
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document);
    return found;
  });
}

const LEVELS = ['error', 'warn', 'info', 'log'];

/**
 * What the console shows of a page that writes each level in a line of app.js of its own.
 *
 * @param {object} [options]
 * @param {boolean} [options.hasMap] false: the browser does not see the field SourceMap
 */
async function placesOf({ hasMap = true } = {}) {
  const site = makeSite({
    'index.html': '<!doctype html><link rel=icon href=data:,><script src="app.js"></script>',
    'app.js': LEVELS.map((level) => `console.${level}("${level}");\n`).join(''),
  });
  const server = await startServer({ args: ['--console', site.root] });
  const browser = await launch('chromium', { args: ['--remote-allow-origins=*'] });
  try {
    const page = await browser.newPage();
    await page.goto('about:blank');
    if (!hasMap) await hideMap(page);
    const tools = await openConsole(browser, page);
    await page.goto(server.url);
    const isDone = async () => (await messagesIn(tools)).length >= LEVELS.length;
    await until('the messages', isDone);
    const expected = LEVELS.map((level, i) => `app.js:${i + 1} ${level}`);
    // The places are corrected when the source map has been read.
    if (hasMap)
      await until('the places', async () => `${await messagesIn(tools)}` === `${expected}`);
    return { messages: await messagesIn(tools), expected };
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** @param {Page} page */
async function hideMap(page) {
  const session = await page.createCDPSession();
  session.on('Fetch.requestPaused', async ({ requestId, responseStatusCode, responseHeaders }) => {
    const { body, base64Encoded } = await session.send('Fetch.getResponseBody', { requestId });
    await session.send('Fetch.fulfillRequest', {
      requestId,
      responseCode: responseStatusCode,
      responseHeaders: responseHeaders.filter(({ name }) => !/^sourcemap$/i.test(name)),
      body: base64Encoded ? body : Buffer.from(body).toString('base64'),
    });
  });
  await session.send('Fetch.enable', {
    patterns: [{ urlPattern: '*/__liveserve/client.js', requestStage: 'Response' }],
  });
}

export function testDeveloperTools() {
  test("the console names the page's own lines, not our script", async () => {
    const { messages, expected } = await placesOf();
    assert.deepEqual(messages, expected);
  });

  test('without the source map it would name our script', async () => {
    const { messages } = await placesOf({ hasMap: false });
    for (const message of messages) assert.match(message, /^client\.js:\d+ /);
  });
}
