/**
 * guest: the page is as if our script were not there.
 */

import assert from 'node:assert/strict';

import { run, startServer, until } from '../support/server.js';
import { css, GREEN, page, RED } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */

/**
 * Runs in the page, as its first script. Notes what a script can see of the document: now, when it has been
 * read, and what changes in it meanwhile.
 */
function watchOut() {
  /** @returns {any} what is to be compared; no markup, because the test puts markers into the head */
  const look = () => ({
    scripts: [...document.querySelectorAll('script')].map(
      ({ id, textContent }) => id || textContent,
    ),
    first: document.documentElement.firstElementChild?.firstElementChild?.localName,
    firstNode: document.head?.firstChild?.nodeName,
    heads: document.head?.childNodes.length,
    root: document.documentElement.childNodes.length,
    colour: document.head && getComputedStyle(document.head).columnRuleColor,
  });
  const atFirst = { ...look(), isFirst: document.scripts[0] === document.currentScript };
  /** @type {string[]} */
  const changes = [];
  new MutationObserver((records) => {
    for (const { target, addedNodes, removedNodes } of records) {
      for (const [sign, nodes] of Object.entries({ '+': addedNodes, '-': removedNodes }))
        for (const node of nodes) changes.push(`${target.nodeName}${sign}${node.nodeName}`);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
  addEventListener('load', () =>
    setTimeout(() => {
      Object.assign(document, {
        seen: JSON.stringify({
          atFirst,
          atLast: look(),
          gone: changes.filter((one) => /-/.test(one)),
        }),
      });
    }, 50),
  );
}

const SEE = `(${watchOut})()`;
const STYLE = `<style>head:has(> :first-child:not(#first)) { column-rule-color: rgb(200, 0, 0) }</style>`;
const XHTML = 'xmlns="http://www.w3.org/1999/xhtml"';
const cdata = `<script ${XHTML} id="first">//<![CDATA[\n${SEE}\n//]]></script>`;
const script = `<script id="first">${SEE}</script>`;

/** @type {Record<string, string>} */
const DOCUMENTS = {
  'head.html': `<!doctype html>\n<html>\n<head>${script}\n<title>x</title>${STYLE}</head>\n<body><p>x</p></body></html>`,
  'space.html': `<!doctype html>\n<html>\n<head>\n  ${script}\n</head>\n<body>x</body></html>`,
  'headless.html': `<!doctype html>\n<!-- first -->\n${script}\n<p>x</p>`,
  'body.html': `<html><body>\n${script}<p>x</p></body></html>`,
  'text.html': `x ${script}`,
  'late.html': `<!doctype html><title>x</title>${STYLE}<p>x</p>${script}`,
  'quirks.html': `${script}<table><form><td>x</table>`,
  'policy.html': `<head><meta http-equiv="Content-Security-Policy" content="script-src 'self' 'unsafe-inline'">${script}</head>x`,
  'page.xhtml': `<?xml version="1.0"?>\n<html ${XHTML}><head>${cdata}<title>x</title></head><body><p>x</p></body></html>`,
  'headless.xhtml': `<html ${XHTML}><body>${cdata}<p>x</p></body></html>`,
  'drawing.svg': `<svg xmlns="http://www.w3.org/2000/svg">\n${cdata}<circle r="9"/></svg>`,
};

/** @param {import('../support/server.js').Site} site */
const pagesOf = ({ root }) => JSON.parse(run(['status', '--json', root]).stdout).pages;

/** @param {TestSite} testSite */
export function testGuest(testSite) {
  testSite(
    'scripts and style sheets see a page without our tag',
    DOCUMENTS,
    async ({ site, open }) => {
      const plain = await startServer({ root: site.root, args: ['--no-inject'] });
      try {
        for (const name of Object.keys(DOCUMENTS)) {
          const seen = [];
          for (const address of [plain.url + name, name]) {
            const tab = await open(address);
            await tab.shows(true, () => 'seen' in document);
            seen.push(JSON.parse(await tab.ask(() => document['seen'])));
            await tab.close();
          }
          assert.deepEqual(seen[1], seen[0], name);
        }
      } finally {
        await plain.stop();
      }
    },
  );

  testSite(
    'a page without scripts has no tag either, and is patched',
    {
      'index.html': page('<h1>one</h1>', '<style>head > :nth-child(2) { --second: title }</style>'),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.shows('META,TITLE,STYLE', () =>
        [...document.head.children].map(({ nodeName }) => nodeName).join(),
      );
      await until('the socket', () => pagesOf(site) === 1);
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      assert.ok(await tab.isSameDocument());
      assert.equal(await tab.ask(() => document.scripts.length), 0);
    },
  );

  testSite(
    'a window that loses the focus loads ahead what a change needs, and not before',
    { 'index.html': page('<h1>one</h1>') },
    async ({ open }) => {
      const hasUpdate = () =>
        performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/update.js'));
      const tab = await open();
      await tab.hears('state');
      assert.equal(await tab.ask(hasUpdate), false);
      await tab.ask(() => dispatchEvent(new Event('blur')));
      await tab.shows(true, hasUpdate);
    },
  );

  testSite(
    'a page that was saved with our tag has one connection, and follows',
    {
      'index.html': page(
        '<h1>one</h1><script>window.ran = true</script>',
        `<script src="/__liveserve/client.js" data-version="old.7"></script>
         <link rel="stylesheet" href="a.css">`,
      ),
      'a.css': css('h1', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await until('the socket', () => pagesOf(site) > 0);
      site.write('a.css', css('h1', GREEN));
      await tab.showsColour('h1', GREEN);
      assert.equal(pagesOf(site), 1);
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      assert.equal(await tab.loads(), 2);
    },
  );

  testSite(
    'a <base> that leads to another host does not keep a page from its server',
    { 'index.html': page('<h1>one</h1>', '<base href="http://127.0.0.1:9/elsewhere/">') },
    async (given) => {
      const tab = await given.open();
      await until('the socket', () => pagesOf(given.site) === 1);
      const { port, url } = given.server;
      await given.server.stop();
      given.server = await startServer({ root: given.site.root, args: [`--port=${port}`] });
      assert.equal(given.server.url, url);
      await until('the socket', () => pagesOf(given.site) === 1);
      given.site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
    },
  );
}
