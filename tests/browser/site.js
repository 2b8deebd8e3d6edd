/**
 * site: what every suite needs: small pages, and tests with a served folder and a browser.
 */

import { after, before, test } from 'node:test';

import { makeSite, startServer } from '../support/server.js';
import { launch, openTab } from './browser.js';

export const RED = [200, 0, 0];
export const GREEN = [0, 150, 0];
export const BLUE = [0, 0, 200];

export const css = (selector, colour) => `${selector} { color: rgb(${colour.join(', ')}) }\n`;

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

export const link = (href) => `<link rel="stylesheet" href="${href}">`;

/**
 * Starts the browser before the tests and ends it after them.
 *
 * @param {'chromium' | 'firefox'} name
 */
export function createTester(name) {
  let browser;
  before(async () => {
    browser = await launch(name);
  });
  after(() => browser?.close());

  /**
   * A test with a served folder; open() gives a tab on one of its pages.
   *
   * @param {string} what
   * @param {Record<string, string | Buffer>} files
   * @param {(given: any) => Promise<void>} run
   * @param {string[]} [args] of the server
   */
  return function testSite(what, files, run, args) {
    test(what, async () => {
      const site = makeSite(files);
      const given = { site, server: await startServer({ root: site.root, args }) };
      const tabs = [];
      given.open = async (address = '', options = {}) => {
        const tab = await openTab(browser, new URL(address, given.server.url).href, options);
        tabs.push(tab);
        return tab;
      };
      try {
        await run(given);
      } finally {
        for (const tab of tabs) await tab.close().catch(() => {});
        await given.server.stop();
      }
    });
  };
}
