/**
 * site: what every suite needs: small pages, and tests that have a served folder and a browser.
 */

import { after, test } from 'node:test';

import { findFreePort, makeSite, startServer, until } from '../support/server.js';
import { launch, openTab } from './browser.js';

export const RED = [200, 0, 0];
export const GREEN = [0, 150, 0];
export const BLUE = [0, 0, 200];

/**
 * A rule that gives a selector's elements a colour.
 *
 * @param {string} selector
 * @param {number[]} colour red, green and blue
 */
export const css = (selector, colour) => `${selector} { color: rgb(${colour.join(', ')}) }\n`;

/**
 * A document.
 *
 * @param {string} body markup
 * @param {string} [head] more markup for the head
 */
export const page = (body, head = '') => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Test</title>
  ${head}
</head>
<body>
  ${body}
</body>
</html>
`;

/** For openTab's before: gives the page colourOf, the colour of the upper left pixel of a picture: "200, 0, 0". */
export function lookAtPictures() {
  window.colourOf = (image) => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d');
    canvas.drawImage(image, 0, 0);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).join(', ');
  };
}

/** @param {string} href */
export const link = (href) => `<link rel="stylesheet" href="${href}">`;

/** @typedef {import('./browser.js').BrowserName} BrowserName */
/** @typedef {Awaited<ReturnType<typeof openTab>>} Tab */
/** @typedef {Parameters<typeof openTab>[2]} TabOptions */

/**
 * What a test is given.
 *
 * @typedef {object} Given
 * @property {import('../support/server.js').Site} site
 * @property {import('../support/server.js').Server} server it serves the site
 * @property {(address?: string, options?: TabOptions) => Promise<Tab>} open opens a page of the site
 */

/** @typedef {ReturnType<typeof createTester>} TestSite */

/**
 * Listens for requests of a tab that fail, from now on. The browser must be one that reports requests.
 *
 * @param {Tab} tab
 * @returns {() => Promise<string[]>} gives their addresses. It makes one more request fail and waits until that is
 *   reported: so no list is empty because nothing is reported.
 */
export function listenForFailedRequests({ ask, page }) {
  /** @type {string[]} */
  const failed = [];
  page.on('requestfailed', (request) => failed.push(request.url()));
  return async () => {
    const last = `http://127.0.0.1:${await findFreePort()}/`;
    await ask((url) => void fetch(url, { mode: 'no-cors' }).catch(() => {}), last);
    await until('a failed request to be reported', () => failed.includes(last));
    return failed.filter((url) => url !== last);
  };
}

/**
 * Starts the browser before the first test and ends it after the tests of this suite.
 *
 * @param {BrowserName} name
 * @param {import('./browser.js').LaunchOptions} [options]
 */
export function createTester(name, options) {
  /** @type {ReturnType<typeof launch>} */
  let launched;
  after(async () => (await launched)?.close());

  /**
   * A test that has a served folder.
   *
   * @param {string} what
   * @param {Record<string, string | Buffer>} files
   * @param {(given: Given) => Promise<void>} run
   * @param {string[]} [args] of the server; ROOT in them is the served folder
   */
  return function testSite(what, files, run, args) {
    test(what, async () => {
      const browser = await (launched ??= launch(name, options));
      const site = makeSite(files);
      const ownArgs = args?.map((arg) => arg.replace('ROOT', site.root));
      const server = await startServer({ root: site.root, args: ownArgs });
      /** @type {Tab[]} */
      const tabs = [];
      /** @type {Given['open']} */
      const open = async (address = '', options = {}) => {
        const tab = await openTab(browser, new URL(address, given.server.url).href, options);
        tabs.push(tab);
        return tab;
      };
      /** @type {Given} */
      const given = { site, server, open };
      try {
        await run(given);
      } finally {
        for (const tab of tabs) await tab.close().catch(() => {});
        await given.server.stop();
      }
    });
  };
}
