/**
 * A page in Chromium and a file in Neovim, joined by `liveserve lsp`: a click on an element opens its line, and the element
 * at the cursor is outlined. `./dev editors` runs this.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openTab } from '../browser/browser.js';
import {
  centre,
  isReady,
  labels,
  placeOf,
  pointAt,
  rectangle,
  release,
  spy,
} from '../browser/pointing.js';
import { page } from '../browser/site.js';
import { makeSite, startServer, until } from '../support/server.js';
import { answerOf, mustAct, startEditor } from './act.js';
import * as neovim from './neovim.js';

const PAGE = page(`<p id=one>中文😀 <b id=bold>bold</b></p>
  <div style="height:5000px"></div>
  <p id=end>end</p>`);
const FILES = { 'index.html': PAGE, 'a.css': 'p { color: red }\n' };

/** @type {Awaited<ReturnType<typeof launch>>} */
let browser;
before(async () => {
  browser = await launch('chromium');
});
after(() => browser?.close());

/**
 * Clicks an element with the keys held.
 *
 * @param {import('../browser/site.js').Tab} tab
 * @param {string} selector
 * @param {string} label what is shown at it before
 */
async function click(tab, selector, label) {
  const at = await centre(tab, selector);
  await pointAt(tab, at, label);
  await tab.page.mouse.click(at.x, at.y);
  await release(tab);
  await tab.shows('', labels);
}

test(
  `Neovim and a page show each other (${neovim.version})`,
  {
    skip: neovim.version ? false : 'nvim is not installed',
  },
  async () => {
    const site = makeSite(FILES);
    const args = ['--click-to-source', '--follow-cursor'];
    const server = await startServer({ root: site.root, args });
    const tab = await openTab(browser, `${server.url}index.html`, { before: spy });
    const { socket } = await startEditor(site, neovim.startCommand);
    /** Waits until the cursor is in front of what, in a line that has moved so far down. */
    const isAt = (/** @type {string} */ what, moved = 0) => {
      const ahead = PAGE.slice(0, PAGE.indexOf(what)).split('\n');
      const column = Buffer.byteLength(ahead.at(-1)) + 1;
      const place = `${site.path('index.html')}:${ahead.length + moved}:${column}`;
      const ask = 'expand("%:p") . ":" . line(".") . ":" . col(".")';
      let found;
      return until(`Neovim to be at ${place}`, () => {
        found = answerOf(neovim.control(socket, '--remote-expr', ask));
        return found === place;
      }).catch((error) => {
        throw new Error(`${error.message}; it is at ${found}`);
      });
    };

    // The page's file is not open yet.
    mustAct(neovim.openCommand(socket, site.path('a.css')));
    await isReady(tab);
    await click(tab, '#bold', `index.html:${placeOf(PAGE, '<b id')} <b>`);
    await isAt('<b id');

    // A line that is not saved counts, too.
    mustAct(neovim.pressCommand(socket, ':call append(1, "<!-- 新 -->")<CR>'));
    const [line, column] = placeOf(PAGE, '<p id=one').split(':');
    await click(tab, '#one', `index.html:${Number(line) + 1}:${column} <p>`);
    await isAt('<p id=one', 1);
    assert.equal(site.read('index.html'), PAGE);

    mustAct(neovim.pressCommand(socket, '/id=end<CR>'));
    await tab.shows(true, () => {
      const { top, bottom } = document.querySelector('#end').getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
    const end = await tab.page.evaluate(rectangle, '#end');
    await tab.shows(end, () => document.outlined);
    mustAct(neovim.pressCommand(socket, '?id=bold<CR>'));
    await tab.shows(true, () => scrollY === 0);
    const bold = await tab.page.evaluate(rectangle, '#bold');
    await tab.shows(bold, () => document.outlined);
    assert.equal(await tab.loads(), 1);
    mustAct(neovim.pressCommand(socket, ':quitall!<CR>'));
    await tab.close();
    await server.stop();
  },
);
