/**
 * Files saved together: the page is told of the first at once, and its request for the document is answered when
 * the others have been told, too.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { connect, request } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { openBornPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

// When this test is held up between two saves, they are not saved together.
const TRIES = 50;

const DOCUMENT = {
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  Accept: 'text/html',
};

const files = { 'index.html': '<p>0', 'style.css': 'p{}', 'script.js': '0' };

const versionOf = (answer) => Number(/data-version="[^"]*\.(\d+)"/.exec(`${answer.body}`)[1]);

/**
 * @typedef {object} Given
 * @property {import('../support/server.js').Site} site
 * @property {import('../support/server.js').Server} server
 * @property {Awaited<ReturnType<typeof openBornPage>>} page is open and knows of all changes
 *
 * @param {string} what
 * @param {(given: Given, i: number) => Promise<boolean>} succeeds it tries for the time i, counted from 1
 */
function testWithPage(what, succeeds) {
  test(what, async () => {
    const site = makeSite(files);
    await withServer({ root: site.root }, async (server) => {
      const page = await openBornPage(server);
      for (let i = 1; i <= TRIES; i++) if (await succeeds({ site, server, page }, i)) return;
      assert.fail(`not once in ${TRIES} times`);
    });
  });
}

describe('save all', () => {
  testWithPage(
    'a document is not answered before what was saved with it is told',
    async ({ site, server, page }, i) => {
      site.write('index.html', `<p>${i}`);
      const first = await page.message();
      const connection = await connect(server);
      connection.send(request(server, '/', DOCUMENT));
      site.write('script.js', `${i}`);
      const answer = await connection.answer();
      connection.destroy();
      const second = await page.message();
      assert.deepEqual(first.changes[0].urls, ['/index.html', '/']);
      assert.deepEqual(second.changes[0].urls, ['/script.js']);
      assert.equal(second.version, first.version + 1);
      return versionOf(answer) === second.version;
    },
  );

  testWithPage('other files are not held', async ({ site, server, page }, i) => {
    site.write('index.html', `<p>${i}`);
    await page.message();
    const [held, other] = [await connect(server), await connect(server)];
    /** @type {string[]} */
    const order = [];
    held.send(request(server, '/', DOCUMENT));
    other.send(request(server, '/style.css'));
    await Promise.all([
      held.answer().then(() => order.push('document')),
      other.answer().then(() => order.push('sheet')),
    ]);
    held.destroy();
    other.destroy();
    return order[0] === 'sheet';
  });
});
