/**
 * page: the wire's page in a real browser, fed by a server of its own protocol.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { launch } from '../browser/browser.js';
import { until } from '../support/server.js';
import { recordedPacket, startViewServer, visit } from './server.js';

/** @typedef {Awaited<ReturnType<typeof launch>>} Browser */
/** @typedef {Awaited<ReturnType<Browser['newPage']>>} Page */
/** @typedef {Awaited<ReturnType<typeof startViewServer>>} ViewServer */
/** @typedef {Parameters<typeof startViewServer>[0]} Options */
/** @typedef {(server: ViewServer, page: Page) => Promise<void>} Run */

const LAST = visit.rows.at(-1).n;
/** The request with the most to see, and the answer to it. */
const REQUEST = visit.rows.find(({ method }) => method);
const WIDE = { width: 1400, height: 860 };

/** Waits until a question, asked in the page, has this answer. */
async function shows(/** @type {Page} */ page, expected, question, ...values) {
  let found;
  const isThere = async () => {
    found = await page.evaluate(question, ...values);
    return JSON.stringify(found) === JSON.stringify(expected);
  };
  await until(`the page to show ${JSON.stringify(expected)}`, isThere).catch((error) => {
    throw new Error(`${error.message}; it shows ${JSON.stringify(found)}`);
  });
}

const textOf = (selector) => document.querySelector(selector)?.textContent;
const rowCount = () => document.querySelectorAll('#list .row').length;
const chosenRow = () => Number(document.querySelector('#list .row.chosen .number')?.textContent);
const counts = () => document.querySelector('#counts').textContent;

/** Waits until the packet is chosen in the list, and its details are there. */
async function isChosen(/** @type {Page} */ page, n) {
  await shows(page, String(n), textOf, '#sentence .chip');
  await shows(page, n, chosenRow);
}

/** Opens the page and waits for the last row. */
async function open(page, server) {
  await page.goto(server.url);
  await server.heard();
  const last = server.rows.at(-1)?.n;
  if (last) await page.waitForSelector(`#row-${last}`);
}

/** Drags the middle of an element. */
async function drag(/** @type {Page} */ page, selector, x, y) {
  const [left, top] = await page.evaluate((one) => {
    const box = document.querySelector(one).getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }, selector);
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move(left + x, top + y, { steps: 3 });
  await page.mouse.up();
}

/** A row like those of a visit. */
const makeRow = (n, more = {}) => ({
  ...visit.rows[n % visit.rows.length],
  n,
  t: (n / 1000).toFixed(9),
  ...more,
});

const makeRows = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => makeRow(from + i));

/** @param {import('../browser/browser.js').BrowserName} name */
export function testView(name) {
  /** @type {Browser} */
  let browser;
  before(async () => {
    browser = await launch(name);
  });
  after(() => browser?.close());

  /** A test that has a server, and a page that shows its rows. @param {string} what @param {Options} options @param {Run} run */
  function testPage(what, options, run) {
    test(what, async () => {
      const server = await startViewServer({ ...options, rows: [...(options.rows ?? visit.rows)] });
      const page = await browser.newPage();
      /** @type {string[]} */
      const errors = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await page.setViewport(WIDE);
      try {
        await open(page, server);
        await run(server, page);
        // Where the server is away on purpose, the browser says so.
        assert.deepEqual(
          errors.filter((text) => !/404|Failed to load|establish a connection/.test(text)),
          [],
        );
      } finally {
        await page.close();
        server.stop();
      }
    });
  }

  describe('what is shown', () => testShown(testPage));
  describe('what the user does', () => testUse(testPage));
  describe('the filter', () => testFilter(testPage));
  describe('what comes over time', () => testLive(testPage));
  describe('much, and evil', () => testExtremes(testPage));
  describe('looks', () => testLooks(testPage, name === 'chromium'));
}

/** @param {(what: string, options: Options, run: Run) => void} testPage */
function testShown(testPage) {
  testPage('the columns of a row are those that tshark says', {}, async (_, page) => {
    const cells = await page.$$eval(`#row-${LAST} .cell`, (all) =>
      all.map((cell) => cell.textContent),
    );
    const { n, t, src, dst, proto, len, info } = visit.rows.at(-1);
    assert.deepEqual(cells, [
      String(n),
      t.slice(0, t.indexOf('.') + 7),
      src,
      dst,
      proto,
      String(len),
      info,
    ]);
    await shows(page, `Packets: ${LAST}Displayed: ${LAST} (100.0%)Lost: 0`, counts);
    await shows(page, 'Live', textOf, '#connection');
  });

  testPage('the chosen packet is in all parts', {}, async (server, page) => {
    await page.keyboard.press('Home');
    for (let i = 1; i < REQUEST.n; i++) await page.keyboard.press('ArrowDown');
    await isChosen(page, REQUEST.n);
    await shows(page, String(REQUEST.n), textOf, '#ladder .chosen .what b');
    await shows(page, `GET ${REQUEST.uri}`, textOf, '#ladder .chosen .label');
    const protocols = await page.$$eval('#tree .protocol', (all) =>
      all.map((line) => line.textContent),
    );
    assert.match(protocols[0], new RegExp(`^Frame ${REQUEST.n}: ${REQUEST.len} bytes`));
    assert.equal(protocols.at(-1), 'Hypertext Transfer Protocol');
    await shows(page, `Frame (${REQUEST.len} bytes)`, textOf, '#bytes-tabs [aria-selected=true]');
    const [line] = await page.$$eval('.byte-line', (all) => all.map((one) => one.textContent));
    const bytes = Buffer.from(recordedPacket(REQUEST.n).bytes, 'base64');
    assert.equal(line.slice(0, 4), '0000');
    assert.ok(line.slice(4).startsWith(bytes.subarray(0, 16).toString('hex')));
    assert.ok(server.asked.includes(`GET ${new URL(server.url).pathname}packet/${REQUEST.n}`));
  });

  const after = REQUEST.n;
  const marks = [{ after, t: REQUEST.t, text: 'saved index.html' }];
  testPage(
    'a mark is between its rows, in the list and in the ladder',
    { marks },
    async (_, page) => {
      await page.keyboard.press('Home');
      await page.waitForSelector('#list .mark');
      const [mark, before, next] = await page.evaluate((n) => {
        const top = (selector) => document.querySelector(selector).getBoundingClientRect().top;
        return [top('#list .mark'), top(`#row-${n}`), top(`#row-${n + 1}`)];
      }, after);
      assert.ok(before < mark && mark < next);
      await shows(page, 'saved index.html', textOf, '#ladder .mark .label');
    },
  );

  testPage('the ladder has steps and silences', {}, async (_, page) => {
    const texts = () =>
      [...document.querySelectorAll('#ladder .rung')].map((one) => one.textContent);
    const last = await page.evaluate(texts);
    assert.ok(
      last.some((text) => /^… \d\.\d s …$/.test(text)),
      last.join('\n'),
    );
    assert.ok(last.some((text) => /teardown 1\/4$/.test(text)));
    await page.keyboard.press('Home');
    await shows(page, 'handshake 1/3', textOf, '#ladder .chosen .what span');
    const first = await page.evaluate(texts);
    for (const step of [1, 2, 3])
      assert.ok(first.some((text) => text.endsWith(`handshake ${step}/3`)));
  });

  const plain = (n) => ({
    ...recordedPacket(n),
    plain: Buffer.from('GET / HTTP/1.1').toString('base64'),
  });
  testPage('decrypted bytes have a tab', { packet: plain }, async (_, page) => {
    await page.keyboard.press('Home');
    await page.waitForSelector('#bytes-tab-1');
    await page.click('#bytes-tab-1');
    await shows(page, 'Decrypted (14 bytes)', textOf, '#bytes-tabs [aria-selected=true]');
    await shows(page, 'GET / HTTP/1.1', textOf, '.byte-line .letters');
  });

  testPage(
    'a packet that is gone is said to be gone',
    { packet: () => undefined },
    async (_, page) => {
      await page.keyboard.press('Home');
      await shows(
        page,
        '1Packet 1 is gone: only the newest packets are kept.',
        textOf,
        '#sentence',
      );
      assert.equal(await page.$('#tree .line'), null);
    },
  );
}

/** @param {(what: string, options: Options, run: Run) => void} testPage */
function testUse(testPage) {
  testPage('keys choose packets', {}, async (_, page) => {
    for (const [key, n] of [
      ['Home', 1],
      ['ArrowDown', 2],
      ['ArrowDown', 3],
      ['ArrowUp', 2],
      ['End', LAST],
    ]) {
      await page.keyboard.press(/** @type {any} */ (key));
      await isChosen(page, n);
    }
    await page.keyboard.press('PageUp');
    await until('a page up', async () => (await page.evaluate(chosenRow)) < LAST - 5);
  });

  testPage(
    'rows and arrows can be clicked, and packets that a sentence names',
    {
      packet: (n) => ({ ...recordedPacket(n), sentence: `${n}. The answer to packet 4.` }),
    },
    async (_, page) => {
      await page.keyboard.press('Home');
      await isChosen(page, 1);
      await page.click('#row-3 .info');
      await isChosen(page, 3);
      await page.click('#arrow-2 .label');
      await isChosen(page, 2);
      await shows(page, '2The answer to packet 4.', textOf, '#sentence');
      await page.click('#sentence .link');
      await isChosen(page, 4);
    },
  );

  testPage('a line of the tree shows its bytes, and a byte its line', {}, async (_, page) => {
    await page.keyboard.press('Home');
    await isChosen(page, 1);
    await page.focus('#tree');
    const marked = () =>
      [...document.querySelectorAll('.digits .marked')].map((one) => one.dataset.at);
    // A click needs the element on which the mouse was pressed until it is released.
    await page.evaluate(() => (window.pressed = document.querySelector('.digits [data-at="36"]')));
    for (const key of ['Home', 'ArrowDown']) await page.keyboard.press(/** @type {any} */ (key));
    await shows(
      page,
      Array.from({ length: 14 }, (_, i) => String(i)),
      marked,
    );
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight'])
      await page.keyboard.press(/** @type {any} */ (key));
    await shows(page, '0100 .... = Version: 4', textOf, '#tree [aria-selected=true]');
    await shows(page, ['14'], marked);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await shows(
      page,
      'false',
      () => document.querySelector('#tree [aria-selected=true]').ariaExpanded,
    );
    await page.click('.digits [data-at="36"]');
    await shows(page, 'Destination Port: 9000', textOf, '#tree [aria-selected=true]');
    await shows(page, ['36', '37'], marked);
    await shows(page, true, () => window.pressed.matches('.digits .marked'));
    await shows(page, 1, chosenRow);
  });

  testPage('what is ticked is in the addresses of the files', {}, async (server, page) => {
    const address = (id) => document.querySelector(id).href;
    await page.click('#save');
    await shows(page, `${server.url}capture.pcapng?keys=1`, address, '#save-link');
    await page.click('[name=comments]');
    await shows(page, `${server.url}capture.pcapng?keys=1&comments=1`, address, '#save-link');
    await page.keyboard.press('Escape');
    await shows(page, true, () => document.querySelector('#save-box').hidden);
    await page.click('#report');
    await shows(page, `${server.url}report.html?language=en`, address, '#report-html');
    await page.click('[value=zh]');
    await shows(page, `${server.url}report.md?language=zh`, address, '#report-md');
    await page.click('#list');
    await shows(page, true, () => document.querySelector('#report-box').hidden);
  });

  testPage('the help opens by a key, and its examples work', {}, async (_, page) => {
    await page.keyboard.press('?');
    await shows(page, true, () => document.querySelector('#help-dialog').open);
    await page.click('#help-examples button');
    await shows(page, 'http', () => document.querySelector('#filter').value);
    await shows(page, false, () => document.querySelector('#help-dialog').open);
  });

  testPage('columns and parts change their size by keys', {}, async (_, page) => {
    const width = (selector) =>
      Math.round(document.querySelector(selector).getBoundingClientRect().width);
    const before = await page.evaluate(width, `#row-${LAST} .source`);
    await page.focus('.source .grip');
    await page.keyboard.press('ArrowLeft');
    await shows(page, before - 16, width, `#row-${LAST} .source`);
    const ladder = await page.evaluate(width, '#ladder-pane');
    await page.focus('#split-ladder');
    await page.keyboard.press('ArrowLeft');
    await shows(page, ladder + 16, width, '#ladder-pane');
  });

  testPage('sizes are there when the page is opened anew', {}, async (server, page) => {
    const size = (selector) => {
      const { width, height } = document.querySelector(selector).getBoundingClientRect();
      return [Math.round(width), Math.round(height)];
    };
    const source = `#row-${LAST} .source`;
    const before = await page.evaluate(size, source);
    await drag(page, '.source .grip', 40, 0);
    await shows(page, [before[0] + 40, before[1]], size, source);
    await drag(page, '#split-details', 0, -30);
    const after = [await page.evaluate(size, source), await page.evaluate(size, '#details')];
    await open(page, server);
    assert.deepEqual(
      [await page.evaluate(size, source), await page.evaluate(size, '#details')],
      after,
    );
    const kept = await page.evaluate(() => Object.entries(localStorage));
    assert.deepEqual(kept, [
      ['liveserve.wire.sizes', JSON.stringify({ source: before[0] + 40, details: after[1][1] })],
    ]);
  });

  testPage('a double click or Enter fits a column to what is in view', {}, async (_, page) => {
    const width = () => document.querySelector('.list-head .source').getBoundingClientRect().width;
    const isCut = () =>
      [...document.querySelectorAll('#list .row .source')].some(
        (cell) => cell.scrollWidth > cell.clientWidth,
      );
    await drag(page, '.source .grip', 200, 0);
    const wide = await page.evaluate(width);
    await page.click('.source .grip', { count: 2 });
    const fitted = await page.evaluate(width);
    assert.ok(fitted < wide - 100, `${fitted} of ${wide}`);
    assert.equal(await page.evaluate(isCut), false);
    await page.focus('.source .grip');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await page.evaluate(isCut), true);
    const now = () => document.activeElement.getAttribute('aria-valuenow');
    assert.equal(await page.evaluate(now), String(Math.round(fitted - 16)));
    await page.keyboard.press('Enter');
    await shows(page, fitted, width);
  });
}

/** @param {(what: string, options: Options, run: Run) => void} testPage */
function testFilter(testPage) {
  const state = () => document.querySelector('#filter').dataset.state;
  const found = visit.rows.filter(({ http }) => http).length;

  testPage('a filter that is right is green, and hides rows', {}, async (_, page) => {
    await page.keyboard.press('/');
    await page.keyboard.type('http');
    await shows(page, 'right', state);
    const share = ((100 * found) / LAST).toFixed(1);
    await shows(page, `Packets: ${LAST}Displayed: ${found} (${share}%)Lost: 0`, counts);
    await until('only HTTP', () =>
      page.$$eval('#list .row', (rows) => rows.every((row) => row.classList.contains('http'))),
    );
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'list');
    await page.click('#filter-clear');
    await shows(page, `Packets: ${LAST}Displayed: ${LAST} (100.0%)Lost: 0`, counts);
  });

  testPage('a filter that is wrong is red, says why, and changes nothing', {}, async (_, page) => {
    await page.focus('#filter');
    await page.keyboard.type('tcp.port == http');
    await shows(page, 'wrong', state);
    const says = 'tcp.port is compared with a whole number, not with http.';
    await shows(page, says, textOf, '#filter-says');
    assert.equal(await page.$eval('#filter', (input) => input.ariaInvalid), 'true');
    await shows(page, `Packets: ${LAST}Displayed: ${LAST} (100.0%)Lost: 0`, counts);
  });

  testPage('names of fields are proposed', {}, async (_, page) => {
    await page.focus('#filter');
    await page.keyboard.type('tcp.flags.s');
    await shows(page, 'tcp.flags.synopens a connection', textOf, '#suggestions [role=option]');
    await page.keyboard.press('Tab');
    await shows(page, 'tcp.flags.syn', () => document.querySelector('#filter').value);
    await page.keyboard.type(' == 1');
    await shows(page, 'right', state);
  });

  testPage('a filter that finds nothing says so', {}, async (_, page) => {
    await page.focus('#filter');
    await page.keyboard.type('tls');
    await shows(page, 'No packet passes this filter.', textOf, '#empty');
    await shows(page, 0, rowCount);
  });
}

/** @param {(what: string, options: Options, run: Run) => void} testPage */
function testLive(testPage) {
  const lastShown = () =>
    Math.max(
      ...[...document.querySelectorAll('#list .row .number')].map((one) => Number(one.textContent)),
    );

  testPage(
    'the list follows the newest, unless the user has scrolled up',
    {},
    async (server, page) => {
      server.add(makeRows(LAST + 1, LAST + 50));
      await page.waitForSelector(`#row-${LAST + 50}`);
      await page.$eval('.list-box', (box) => (box.scrollTop = 0));
      await page.waitForSelector('#row-1');
      await shows(page, false, () => document.querySelector('#newest').hidden);
      server.add(makeRows(LAST + 51, LAST + 60));
      await shows(page, `Packets: ${LAST + 60}Displayed: ${LAST + 60} (100.0%)Lost: 0`, counts);
      assert.equal(await page.$eval('.list-box', (box) => box.scrollTop), 0);
      await page.click('#newest');
      await page.waitForSelector(`#row-${LAST + 60}`);
      await shows(page, true, () => document.querySelector('#newest').hidden);
    },
  );

  testPage('a pause holds back what comes', {}, async (server, page) => {
    await page.keyboard.press(' ');
    await shows(page, 'Paused', textOf, '#connection');
    server.add(makeRows(LAST + 1, LAST + 7));
    await shows(page, 'Paused · 7 new', textOf, '#connection');
    await shows(page, LAST, lastShown);
    await page.click('#pause');
    await page.waitForSelector(`#row-${LAST + 7}`);
    await shows(page, 'Live', textOf, '#connection');
  });

  testPage(
    'clear asks the server, and the list is empty when the server says so',
    {},
    async (server, page) => {
      await page.keyboard.press('Home');
      await isChosen(page, 1);
      await page.click('#clear');
      await shows(page, 0, rowCount);
      assert.ok(server.asked.includes(`POST ${new URL(server.url).pathname}clear`));
      await shows(page, null, () => document.querySelector('#tree .line'));
      server.add(makeRows(LAST + 1, LAST + 2));
      await page.waitForSelector(`#row-${LAST + 2}`);
      await shows(page, 2, rowCount);
    },
  );

  testPage(
    'a lost connection is said, found again, and nothing is missing or twice',
    {},
    async (server, page) => {
      server.setOpen(false);
      await shows(page, 'Connection lost, trying again', textOf, '#connection');
      server.rows.push(...makeRows(LAST + 1, LAST + 5));
      server.setOpen(true);
      await page.waitForSelector(`#row-${LAST + 5}`);
      await shows(page, 'Live', textOf, '#connection');
      await shows(page, `Packets: ${LAST + 5}Displayed: ${LAST + 5} (100.0%)Lost: 0`, counts);
      assert.deepEqual(server.wanted, [1, LAST + 1]);
    },
  );

  testPage('a server that counts from 1 again is heard from 1 on', {}, async (server, page) => {
    server.rows = [];
    server.setOpen(false);
    await shows(page, 'Connection lost, trying again', textOf, '#connection');
    server.rows = makeRows(1, 3);
    server.setOpen(true);
    await shows(page, 'Packets: 3Displayed: 3 (100.0%)Lost: 0', counts);
    assert.deepEqual(server.wanted, [1, LAST + 1, 1]);
  });

  testPage('what was lost and what is gone is said', {}, async (server, page) => {
    server.say({ lost: 3, gone: 10, first: 11, how: 'In a network of its own.' });
    const known = LAST - 10;
    await shows(page, `Packets: ${known}Displayed: ${known} (100.0%)Lost: 3Gone: 10`, counts);
    await shows(page, 'In a network of its own.', textOf, '#capture');
    server.say({ ended: true });
    await shows(page, 'The capture has ended', textOf, '#connection');
  });

  testPage(
    'before the first packet the page says what to do',
    { rows: [] },
    async (server, page) => {
      await shows(
        page,
        'No packets yet. Open the site on port 9000 in a browser, or load it again.',
        textOf,
        '#empty',
      );
      server.add(makeRows(1, 1));
      await page.waitForSelector('#row-1');
      await shows(page, true, () => document.querySelector('#empty').hidden);
    },
  );
}

/** @param {(what: string, options: Options, run: Run) => void} testPage */
function testExtremes(testPage) {
  const MANY = 50000;
  testPage(
    'of 50,000 rows only those in view are in the document',
    { rows: makeRows(1, MANY) },
    async (_, page) => {
      await shows(page, `Packets: ${MANY}Displayed: ${MANY} (100.0%)Lost: 0`, counts);
      const elements = () => document.querySelectorAll('#list .row, #ladder .rung').length;
      for (const share of [0, 0.33, 0.5, 0.99, 1]) {
        const n = await page.$eval(
          '.list-box',
          (box, part) => {
            box.scrollTop = part * (box.scrollHeight - box.clientHeight);
            return Math.max(1, Math.ceil(box.scrollTop / 20));
          },
          share,
        );
        await page.waitForSelector(`#row-${n}`);
        assert.ok((await page.evaluate(elements)) < 150, `at ${share}`);
      }
      await shows(page, false, () => document.querySelector('#ladder-note').hidden);
      await page.keyboard.press('Home');
      await isChosen(page, 1);
      await shows(page, '1', textOf, '#ladder .chosen .what b');
      await page.focus('#filter');
      await page.keyboard.type('frame.number > 49990');
      await shows(page, `Packets: ${MANY}Displayed: 10 (0.0%)Lost: 0`, counts);
    },
  );

  const EVIL =
    '<img src=x onerror="document.title=\'leaked\'"><script>document.title="leaked"</script>';
  const evilRow = makeRow(1, {
    info: EVIL,
    proto: EVIL,
    src: EVIL,
    uri: EVIL,
    method: 'GET',
    http: true,
  });
  const evil = {
    rows: [evilRow],
    marks: [{ after: 1, t: '0.1', text: EVIL }],
    state: { site: EVIL, how: EVIL },
    packet: () => ({
      n: 1,
      sentence: EVIL,
      tree: [{ text: EVIL, from: 0, to: 9, children: [{ text: EVIL, from: 0, to: 1 }] }],
      bytes: Buffer.from(EVIL).toString('base64'),
    }),
  };
  testPage('text of a packet stays text', evil, async (_, page) => {
    await page.keyboard.press('Home');
    await isChosen(page, 1);
    await shows(page, `1${EVIL}`, textOf, '#sentence');
    await shows(page, EVIL, textOf, '#tree .line');
    await shows(page, EVIL, textOf, '#row-1 .info');
    await shows(page, `GET ${EVIL}`, textOf, '#arrow-1 .label');
    await shows(page, EVIL, textOf, '#ladder .mark .label');
    await shows(page, EVIL, textOf, '#capture');
    assert.equal(
      await page.evaluate(() => document.querySelectorAll('img, body script').length),
      0,
    );
    assert.notEqual(await page.title(), 'leaked');
  });
}

/**
 * @param {(what: string, options: Options, run: Run) => void} testPage
 * @param {boolean} hasMedia whether the browser can be told what the user prefers
 */
function testLooks(testPage, hasMedia) {
  /** How light a colour is, from 0 to 255. */
  const lightness = (selector) => {
    const [red, green, blue] = getComputedStyle(
      document.querySelector(selector),
    ).backgroundColor.match(/[\d.]+/g);
    return (Number(red) + Number(green) + Number(blue)) / 3;
  };

  async function testDark(_, /** @type {Page} */ page) {
    assert.ok((await page.evaluate(lightness, 'body')) > 200);
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: 'dark' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    for (const selector of ['body', `#row-${LAST}`, '.bar', '#filter'])
      await until(
        `a dark ${selector}`,
        async () => (await page.evaluate(lightness, selector)) < 80,
      );
  }
  if (hasMedia) testPage('the colours are dark where the user wants that', {}, testDark);

  testPage(
    'a chosen packet stays in view when the size changes in the same frame',
    {},
    async (_, page) => {
      const chooseAndResize = (isLater) => {
        const resize = () => (document.querySelector('#main').style.maxHeight = '400px');
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
        if (isLater) requestAnimationFrame(resize);
        else resize();
      };
      for (const isLater of [false, true]) {
        await page.keyboard.press('End');
        await isChosen(page, LAST);
        await page.evaluate(() => {
          document.querySelector('#main').style.maxHeight = '';
          return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        });
        await page.evaluate(chooseAndResize, isLater);
        await isChosen(page, 1);
      }
    },
  );

  testPage(
    'on a phone one part is shown at a time, and none is wider than the screen',
    {},
    async (_, page) => {
      await page.setViewport({ width: 390, height: 844 });
      const isShown = (selector) =>
        document.querySelector(selector).getBoundingClientRect().width > 0;
      const width = () => document.documentElement.scrollWidth;
      const shown = async () =>
        Promise.all(
          ['#packets', '#ladder-pane', '#details'].map((part) => page.evaluate(isShown, part)),
        );
      await page.keyboard.press('Home');
      await isChosen(page, 1);
      assert.deepEqual(await shown(), [true, false, false]);
      assert.equal(await page.evaluate(isShown, '#row-1 .destination'), false);
      await page.click('#view-ladder');
      assert.deepEqual(await shown(), [false, true, false]);
      await page.waitForSelector('#ladder .chosen');
      await page.click('#view-details');
      assert.deepEqual(await shown(), [false, false, true]);
      await shows(page, '8', () => document.querySelector('#bytes').dataset.perLine);
      assert.ok((await page.evaluate(width)) <= 390);
    },
  );

  testPage(
    'each button, box and list has a name, and the focus can be seen',
    {},
    async (_, page) => {
      const nameless = () =>
        [...document.querySelectorAll('button, input, a, [tabindex], [role]')]
          .filter(
            (one) =>
              !one.closest('[hidden]') &&
              !['presentation', 'rowgroup', 'row', 'gridcell'].includes(one.role),
          )
          .filter(
            (one) => !(one.ariaLabel || one.textContent.trim() || one.labels?.length || one.title),
          )
          .map((one) => one.outerHTML.slice(0, 80));
      assert.deepEqual(await page.evaluate(nameless), []);
      await page.keyboard.press('Tab');
      const outline = () => getComputedStyle(document.activeElement).outlineStyle;
      assert.equal(await page.evaluate(outline), 'solid');
    },
  );
}
