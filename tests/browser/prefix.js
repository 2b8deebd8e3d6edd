/**
 * prefix: pages behind a proxy that shows the server below a path of its own, as code-server and JupyterHub do.
 */

import assert from 'node:assert/strict';

import { until } from '../support/server.js';
import { startProxy } from './proxy.js';
import { css, GREEN, link, page, RED } from './site.js';

const PREFIX = '/client/proxy/9000';

/**
 * @param {import('./site.js').TestSite} testSite
 * @returns {import('./site.js').TestSite} one whose pages are opened through the proxy
 */
const through = (testSite) => (what, files, run, args) =>
  testSite(
    `behind a proxy with a path: ${what}`,
    files,
    async (given) => {
      const proxy = await startProxy(given.server.url, {}, undefined, PREFIX);
      await run({
        ...given,
        open: (address = '', options = {}) => given.open(new URL(address, proxy.url).href, options),
      });
      proxy.stop();
    },
    args,
  );

/** @param {import('./site.js').TestSite} testSite */
export function testPrefix(testSite) {
  const testBehind = through(testSite);

  testBehind(
    'style sheets, images and documents are exchanged in place, also in deep folders',
    {
      'a/b/index.html': page(
        '<p>one</p><img src="../pic.svg">',
        `<base href="../../a/b/">${link('../../style.css')}`,
      ),
      'style.css': css('p', RED),
      'a/pic.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>',
    },
    async ({ open, site }) => {
      const tab = await open('a/b/');
      await tab.showsColour('p', RED);
      await tab.isStampedWith('/style.css');
      site.write('style.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      site.edit('a/pic.svg', 'width="10"', 'width="20"');
      await tab.shows(20, () => document.querySelector('img').width);
      site.edit('a/b/index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.ok(await tab.isSameDocument());
    },
  );

  testBehind(
    'a script, a module and what a script fetches mean a reload, and what others use means nothing',
    {
      'sub/index.html': page(
        '<p></p><script src="a.js"></script><script type="module" src="./b.mjs"></script>',
        link('style.css'),
      ),
      'sub/style.css': css('p', RED),
      'sub/a.js': 'window.a = 1;',
      'sub/b.mjs': "import './c.mjs'; window.b = 1;",
      'sub/c.mjs': "window.c = 1; window.d = await (await fetch('d.json')).json();",
      'sub/d.json': '1',
      'sub/other.js': '1',
    },
    async ({ open, site }) => {
      const tab = await open('sub/');
      let times = 1;
      for (const [name, file, before, after] of [
        ['a', 'a.js', 'a = 1', 'a = 2'],
        ['c', 'c.mjs', 'c = 1', 'c = 2'],
        ['d', 'd.json', '1', '2'],
      ]) {
        await tab.isStampedWith('/sub/d.json');
        site.write('sub/other.js', `${times}`);
        site.edit(`sub/${file}`, before, after);
        await tab.shows(2, (key) => window[key], name);
        await tab.isLoaded(++times);
      }
    },
  );

  testBehind(
    'a <base> of another server makes no difference',
    {
      'index.html': page(
        '<p>one</p>',
        `<base href="http://localhost:1/x/">${link(`${PREFIX}/style.css`)}`,
      ),
      'style.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
    },
  );

  testBehind(
    'a missing page appears when it is created, and its links stay below the path',
    { 'about.html': page('<p>about</p>'), 'deep/a.txt': '' },
    async ({ open, site }) => {
      const missing = await open('deep/er/none.html');
      await missing.hears('state');
      site.write('deep/er/none.html', page('<p>there</p>'));
      await missing.showsText('p', 'there');
      const tab = await open('abuot.html');
      await tab.shows(true, () => document.querySelector('a')?.href.endsWith('9000/about.html'));
    },
  );

  testBehind(
    'a single-page application is followed at any address',
    {
      'index.html': page('<p>one</p><script src="/client/proxy/9000/app.js"></script>'),
      'app.js': '',
    },
    async ({ open, site }) => {
      const tab = await open('users/5/edit');
      await tab.showsText('p', 'one');
      await tab.isStampedWith('/app.js');
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      await tab.ask(() => history.pushState(null, '', '/client/proxy/9000/moved/on'));
      await tab.isStampedWith('/app.js');
      site.edit('index.html', 'two', 'three');
      await tab.showsText('p', 'three');
    },
    ['--spa'],
  );

  testBehind(
    'a listing gets what comes in place, and the address of a folder without a slash leads to it',
    { 'docs/a.txt': '' },
    async ({ open, site }) => {
      const tab = await open('docs');
      await tab.shows(`${PREFIX}/docs/`, () => location.pathname);
      await tab.hears('state');
      site.write('docs/b.txt', '');
      await tab.shows(true, () => document.body.textContent.includes('b.txt'));
      assert.ok(await tab.isSameDocument());
    },
  );

  testBehind(
    'errors of a page are told by the places that the server knows',
    { 'sub/index.html': page('<script src="bad.js"></script>'), 'sub/bad.js': '\nnothing.at.all;' },
    async ({ open, server }) => {
      await open('sub/');
      const isTold = () =>
        server.lines.some((line) => / error on \/sub\/ .*sub\/bad\.js:2:1/.test(line));
      await until('the place of the error in the terminal', isTold);
    },
  );
}
