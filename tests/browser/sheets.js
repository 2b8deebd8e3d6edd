/**
 * sheets: style sheets that change in an open page: what a script has of them, and what a load would show.
 * It is the same in each browser.
 */

import { atMost } from '../support/server.js';
import assert from 'node:assert/strict';

import { BLUE, css, GREEN, link, page, RED } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const svg = (size) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"></svg>`;
const BLACK = [0, 0, 0];
const script = (text) => `<script>${text}</script>`;

/** @param {TestSite} testSite */
function testHeldSheets(testSite) {
  testSite(
    'what a script holds of a style sheet is alive after the sheet has changed',
    {
      'index.html': page(
        `<p>text</p><b>text</b>${script('window.held = [document.querySelector("link"), document.styleSheets[0]]')}`,
        link('light.css'),
      ),
      'light.css': css('p', RED),
      'dark.css': css('p', BLUE),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      for (const colour of [GREEN, RED, GREEN]) {
        site.write('light.css', `${css('p', colour)}${css('b', colour)}`);
        await tab.showsColour('b', colour);
        await tab.showsColour('p', colour);
      }
      assert.equal(await tab.ask(() => window['held'][0].outerHTML), link('light.css'));
      assert.ok(
        await tab.ask(
          () => window['held'][0].isConnected && window['held'][0].sheet === window['held'][1],
        ),
      );
      await tab.ask(() => (window['held'][1].disabled = true));
      await tab.showsColour('p', BLACK);
      site.write('light.css', css('p', BLUE));
      await tab.shows(
        true,
        (text) => window['held'][1].cssRules[0].cssText.includes(text),
        `${BLUE.join(', ')}`,
      );
      await tab.showsColour('p', BLACK);
      await tab.ask(() => (window['held'][1].disabled = false));
      await tab.showsColour('p', BLUE);

      site.write('light.css', css('p', GREEN));
      await tab.showsColour('p', GREEN);
      await tab.ask(() => (window['held'][0].href = 'dark.css'));
      await tab.showsColour('p', BLUE);
      // Firefox still has the first one in its memory.
      await tab.ask(() => (window['held'][0].href = 'light.css'));
      await tab.showsColour('p', GREEN);
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'rules that a script has put into a linked sheet are there after the sheet has changed',
    {
      'index.html': page(
        `<p>text</p><b>text</b>${script('onload = () => document.styleSheets[0].insertRule("b { color: rgb(1, 2, 3) }", 0)')}`,
        link('a.css'),
      ),
      'a.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('b', [1, 2, 3]);
      for (const colour of [GREEN, BLUE]) {
        site.write('a.css', css('p', colour));
        await tab.showsColour('p', colour);
        await tab.showsColour('b', [1, 2, 3]);
      }
    },
  );

  testSite(
    'a link that a script switches on later shows the newest sheet',
    {
      'index.html': page(
        `<p>text</p><i>i</i>${script('window.theme = document.querySelector("[disabled]")')}`,
        `<link rel="stylesheet" href="a.css" disabled>${link('b.css')}`,
      ),
      'a.css': css('p', RED),
      'b.css': css('i', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      for (const colour of [GREEN, BLUE]) {
        site.write('a.css', css('p', colour));
        site.write('b.css', css('i', colour));
        await tab.showsColour('i', colour);
        await tab.showsColour('p', BLACK);
        await tab.ask(() => (window['theme'].disabled = false));
        await tab.showsColour('p', colour);
        await tab.ask(() => (window['theme'].disabled = true));
        await tab.showsColour('p', BLACK);
      }
      assert.equal(await tab.loads(), 1);
    },
  );
}

const utf16 = (text) => Buffer.from(`\ufeff${text}`, 'utf16le');

const RULES = `@charset "utf-8";
@namespace url(http://www.w3.org/1999/xhtml);
<!-- p { --x: "}"; color: rgb(0, 0, 200) } -->
/* } */ p::before { content: "\\201c } \\" {" }
broken { { color: red } }
p { background: url( a.svg?}; ) } ;
b:not(:is(i, u)) { --b: 3px; border: var(--b, 3px solid) red; border-left-color: blue }
@media (min-width: 1px) { b { color: rgb(0, 150, 0); & i { color: rgb(1, 2, 3) } } }
@layer one, two;
@layer one { u { color: red } }
@supports (display: grid) { u { margin: 3px } }
@keyframes k { from { color: red } 50% { color: blue } }
@font-face { font-family: F; src: url(f.ttf) format("truetype") }
[title="a;b{c"] { color: rgb(0, 150, 0) }
a[href='x] { color: red }
u { padding: 4px`;

/** @param {TestSite} testSite */
function testTexts(testSite) {
  testSite(
    'a sheet of every kind of rule is shown as a load shows it',
    {
      'index.html': page('<p>p</p><b>b <i>i</i></b><u title="a;b{c">u</u>', link('a.css')),
      'a.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      const look = () => {
        const rules = [...document.styleSheets[0].cssRules].map((rule) => rule.cssText);
        const styles = [...document.querySelectorAll('body *')].flatMap((one) => [
          ...['color', 'margin', 'padding', 'borderTopWidth', 'borderLeftColor'].map(
            (name) => getComputedStyle(one)[name],
          ),
          getComputedStyle(one, '::before').content,
        ]);
        return [...rules, ...styles].join('\n');
      };
      const texts = [RULES, RULES.replace('red; border-left', 'green; border-left'), css('p', RED)];
      for (const text of texts) {
        site.write('a.css', text);
        const fresh = await open();
        await fresh.shows(true, () => document.readyState === 'complete');
        const wanted = await fresh.ask(look);
        await tab.shows(wanted, look);
        await fresh.close();
      }
      assert.equal(await tab.loads(), 1);
    },
  );
}

/** @param {TestSite} testSite */
function testImports(testSite) {
  testSite(
    'an import that comes or goes is followed',
    {
      'index.html': page('<p>p</p><b>b</b>', link('a.css')),
      'a.css': css('p', RED),
      'b.css': css('b', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      site.write('a.css', `@import "b.css";\n${css('p', GREEN)}`);
      await tab.showsColour('p', GREEN);
      await tab.showsColour('b', RED);
      site.write('b.css', css('b', GREEN));
      await tab.showsColour('b', GREEN);
      site.write('a.css', css('p', BLUE));
      await tab.showsColour('p', BLUE);
      await tab.showsColour('b', BLACK);
    },
  );

  testSite(
    'imports in a circle end',
    {
      'k.html': page('<p>p</p><b>b</b>', link('k1.css')),
      'k1.css': `@import "k2.css";\n`,
      'k2.css': `@import "k1.css";\n@import "k2.css";\n${css('p', RED)}`,
    },
    async ({ open, site }) => {
      const circle = await open('k.html');
      await circle.showsColour('p', RED);
      for (const colour of [GREEN, BLUE]) {
        site.write('k2.css', `@import "k1.css";\n@import "k2.css";\n${css('p', colour)}`);
        await circle.showsColour('p', colour);
      }
      site.write('k1.css', `@import "k2.css";\n${css('b', GREEN)}`);
      await circle.showsColour('b', GREEN);
      assert.equal(await circle.loads('/k.html'), 1);
    },
  );
}

/** @param {TestSite} testSite */
function testHeldImports(testSite) {
  testSite(
    'an import that comes into a held sheet is there at once, with all that it imports',
    {
      'index.html': page(
        `<p>p</p><b>b</b><i>i</i>${script(`window.held = document.styleSheets[0];
          window.colours = new Set();
          (function look() {
            window.colours.add(getComputedStyle(document.querySelector('p')).color);
            requestAnimationFrame(look);
          })();`)}`,
        link('a.css'),
      ),
      'a.css': `@layer one;\n${css('p', RED)}`,
      'b.css': `@import url(c.css);\n${css('b', RED)}`,
      'c.css': `@import "b.css";\n${css('i', RED)}`,
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      await tab.ask(() => window['colours'].clear());
      site.write('a.css', `@layer one;\n@import "b.css";\n${css('p', GREEN)}`);
      await tab.showsColour('p', GREEN);
      assert.equal(
        await tab.ask(() => getComputedStyle(document.querySelector('b')).color),
        `rgb(${RED.join(', ')})`,
      );
      await tab.showsColour('i', RED);
      site.write('c.css', css('i', BLUE));
      await tab.showsColour('i', BLUE);
      site.write('a.css', css('p', BLUE));
      await tab.showsColour('i', BLACK);
      await tab.showsColour('p', BLUE);
      const colours = await tab.ask(() => [...window['colours']].join(';'));
      assert.ok(!colours.includes('rgb(0, 0, 0)'), colours);
      assert.ok(await tab.ask(() => window['held'] === document.styleSheets[0]));
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'rules that the browser leaves out, and alike rules, do not lead to wrong ones',
    {
      'index.html': page(`<p>p</p><b>b</b>${script('')}`, link('a.css')),
      'a.css': `::-x-y {}\n${css('b', RED)}`.repeat(9) + css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      const middle = (colour) =>
        `::-x-y {}\n${css('b', RED)}`.repeat(4) +
        css('b, p', colour) +
        `::-x-y {}\n${css('b', RED)}`.repeat(4);
      for (const colour of [GREEN, BLUE]) {
        site.write('a.css', middle(colour));
        await tab.showsColour('p', colour);
        await tab.showsColour('b', RED);
      }
    },
  );

  testSite(
    'a sheet in UTF-16',
    { 'index.html': page('<p>p</p>', link('a.css')), 'a.css': utf16(css('p', RED)) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      site.write('a.css', utf16(`p::before { content: "\u2713" } ${css('p', GREEN)}`));
      await tab.showsColour('p', GREEN);
      await tab.shows(
        '"\u2713"',
        () => getComputedStyle(document.querySelector('p'), '::before').content,
      );
    },
  );

  testSite(
    'the last of many quick saves is shown',
    { 'index.html': page('<p>p</p>', link('a.css')), 'a.css': css('p', RED) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      for (let i = 0; i < 10; i++) {
        site.write('a.css', css('p', [i, i, i]) + css('b', RED).repeat(1000 - 100 * i));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await tab.showsColour('p', [9, 9, 9]);
      await tab.shows(101, () => document.styleSheets[0].cssRules.length);
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'a sheet that no longer matches its integrity is not used, and the terminal says so',
    {
      'index.html': page(
        '<p>p</p>',
        // The hash of an empty file.
        `<link rel="stylesheet" href="a.css" integrity="sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=">${link('b.css')}`,
      ),
      'a.css': '',
      'b.css': '',
    },
    async ({ open, site, server }) => {
      const tab = await open();
      site.write('a.css', css('p', RED));
      await server.waitForLine(/a\.css does not match its integrity/);
      await tab.showsColour('p', BLACK);
    },
  );
}

/** @param {TestSite} testSite */
function testPatchedSheets(testSite) {
  testSite(
    'a link that names another sheet in the same save leaves nothing of the first one',
    {
      'index.html': page('<p>p</p><b>b</b>', link('a.css')),
      'a.css': css('p', RED),
      'b.css': css('b', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      site.write('b.css', `${css('b', GREEN)}/*${' '.repeat(2e6)}*/`);
      site.write('a.css', css('p', BLUE));
      site.edit('index.html', 'a.css', 'b.css');
      await tab.showsColour('b', GREEN);
      await tab.shows(1, () => document.querySelectorAll('link').length);
      await tab.showsColour('p', BLACK);
    },
  );

  const silent = {
    'a disabled link': '<link rel="stylesheet" href="a.css" disabled>',
    'a link without href': '<link rel="stylesheet">',
    'a link with an empty href': '<link rel="stylesheet" href="">',
    'a link of another type': '<link rel="stylesheet" type="text/less" href="a.css">',
    'a style of another type': '<style type="text/less">@import "a.css";</style>',
    'a style': '<style>p { color: red }</style>',
    'media that does not fit': '<link rel="stylesheet" media="(max-width: 1px)" href="slow.css">',
    'a style in SVG': '<svg><style>p { margin: 0 }</style></svg>',
    'a style in MathML': '<math><style>p { margin: 0 }</style></math>',
  };
  testSite(
    'a sheet for which the browser loads nothing does not hold up a patch',
    Object.fromEntries([
      ['a.css', ''],
      ...Object.keys(silent).map((_, i) => [`${i}.html`, page('<p>p</p><h1>one</h1>')]),
    ]),
    async ({ open, site }) => {
      for (const [i, markup] of Object.values(silent).entries()) {
        const tab = await open(`${i}.html`);
        const start = Date.now();
        site.write(
          `${i}.html`,
          page(
            `${/svg|math/.test(markup) ? markup : ''}<p>p</p><h1>two</h1>`,
            /svg|math/.test(markup) ? '' : markup,
          ).replace('</h1>', '</h1><style>h1 { color: red }</style>'),
        );
        await tab.shows(
          'two 1',
          () =>
            `${document.querySelector('h1').textContent} ${document.querySelectorAll('h1 + style').length}`,
        );
        site.edit(`${i}.html`, 'two', 'three');
        await tab.showsText('h1', 'three');
        assert.ok(
          Date.now() - start < atMost(2900),
          `${Object.keys(silent)[i]}: ${Date.now() - start} ms`,
        );
        assert.equal(await tab.loads(), 1);
        await tab.close();
      }
    },
  );
}

/** @param {TestSite} testSite */
function testPicturesInRules(testSite) {
  testSite(
    'a picture that changes takes no declaration from the rule that names it',
    {
      'index.html': page('<p>p</p><b>b</b><u>u</u>', link('a.css')),
      'a.css': `p { border: var(--b, 3px solid) red; border-left-color: blue; background-image: url(1.svg) }
        b { background: url(1.svg) var(--c, no-repeat); color: rgb(0, 150, 0); --i: url(1.svg) }
        @media all { u { list-style: square url(1.svg) !important; & b { background: url(1.svg) } } }
        @keyframes k { from { background-image: url(1.svg) } }`,
      '1.svg': svg(10),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.shows('3px', () => getComputedStyle(document.querySelector('p')).borderTopWidth);
      await tab.hears('state');
      site.write('1.svg', svg(20));
      const marks = () =>
        [...document.styleSheets[0].cssRules]
          .map((rule) => rule.cssText.match(/liveserve=/g)?.length ?? 0)
          .join();
      await tab.shows('1,2,2,1', marks);
      const style = () => {
        const { borderTopWidth, borderLeftColor, borderTopColor } = getComputedStyle(
          document.querySelector('p'),
        );
        return [borderTopWidth, borderTopColor, borderLeftColor].join(' ');
      };
      assert.equal(await tab.ask(style), '3px rgb(255, 0, 0) rgb(0, 0, 255)');
      await tab.showsColour('b', GREEN);
      assert.equal(await tab.loads(), 1);

      // The sheet is known again, though its pictures have other addresses now.
      site.edit('a.css', 'rgb(0, 150, 0)', 'rgb(0, 0, 200)');
      await tab.showsColour('b', BLUE);
      assert.equal(await tab.loads(), 1);
    },
  );
}

/** @param {TestSite} testSite */
function testStyleElements(testSite) {
  testSite(
    'a style element and what is exchanged in it stay when a text in front of it changes',
    {
      'index.html': `<!doctype html><title>one</title><style>p { background: url(1.svg) }</style><p>p</p>`,
      '1.svg': svg(10),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      site.write('1.svg', svg(20));
      const exchanged = () => document.styleSheets[0].cssRules[0].cssText.includes('liveserve=');
      await tab.shows(true, exchanged);
      await tab.ask(() => (window['held'] = document.styleSheets[0]));
      site.edit('index.html', 'one', 'two');
      await tab.shows('two', () => document.title);
      assert.ok(await tab.ask(() => document.styleSheets[0] === window['held']));
      assert.ok(await tab.ask(exchanged));
      assert.equal(await tab.loads(), 1);
    },
  );
}

/** @param {TestSite} testSite */
function testHandlers(testSite) {
  testSite(
    'a sheet that goes and comes is as after a load where its link has an event handler',
    {
      'index.html': page(
        '<p>text</p>',
        '<link rel="preload" as="style" href="style.css" onload="this.onload = null; this.rel = \'stylesheet\'">',
      ),
      'style.css': css('p', GREEN),
    },
    async ({ open, site }) => {
      const tab = await open();
      const rel = () => document.querySelector('[href="style.css"]')?.getAttribute('rel');
      await tab.showsColour('p', GREEN);
      await tab.isKnown();
      site.remove('style.css');
      await tab.shows('preload', rel);
      site.write('style.css', css('p', RED));
      await tab.shows('stylesheet', rel);
      await tab.showsColour('p', RED);
    },
  );
}

/** @param {TestSite} testSite */
function testMissingSheets(testSite) {
  const rule = 'b { content: url(picture.svg) }\n';
  testSite(
    'a sheet that was missing at the load comes again: its pictures are the newest',
    {
      'index.html': page('<b></b>', link('style.css')),
      'style.css': rule,
      'picture.svg': svg(10),
    },
    async ({ open, site, server }) => {
      const tab = await open();
      const width = () => document.querySelector('b')?.getBoundingClientRect().width;
      await tab.shows(10, width);
      await tab.isKnown();
      site.remove('style.css');
      await tab.shows(0, width);
      // Firefox may show the sheet of the first load again, when the new answer comes before that for a script.
      await tab.page.reload();
      await tab.isKnown(0);
      server.whileStopped(() => {
        site.write('picture.svg', svg(20));
        site.write('style.css', rule);
      });
      await tab.shows(20, width);
    },
  );

  testSite(
    'a sheet whose file is gone stays away when the page loads again',
    {
      'index.html': page('<b>b</b>', `<script src="a.js"></script>${link('style.css')}`),
      'style.css': css('b', RED),
      'a.js': 'document.title = 1',
    },
    async ({ open, site }) => {
      const tab = await open();
      const seen = () => `${document.title} ${getComputedStyle(document.querySelector('b')).color}`;
      await tab.shows('1 rgb(200, 0, 0)', seen);
      site.remove('style.css');
      await tab.shows('1 rgb(0, 0, 0)', seen);
      site.write('a.js', 'document.title = 2');
      await tab.shows('2 rgb(0, 0, 0)', seen);
      site.write('style.css', css('b', GREEN));
      await tab.shows('2 rgb(0, 150, 0)', seen);
    },
  );
}

/** @param {TestSite} testSite */
function testLoads(testSite) {
  testSite(
    'a selector that asks how the address of a picture ends still matches after the picture has changed',
    {
      'index.html': page('<img src="1.svg"><p>p</p>'),
      'a.html': page('<img src="1.svg">', '<style>img[src$=".svg"] { opacity: 0.5 }</style>'),
      '1.svg': svg(10),
    },
    async ({ open, site }) => {
      const [plain, asking] = [await open(), await open('a.html')];
      const look = () => {
        const [image] = document.images;
        return `${image.naturalWidth} ${getComputedStyle(image).opacity}`;
      };
      await asking.shows('10 0.5', look);
      site.write('1.svg', svg(20));
      await asking.shows('20 0.5', look);
      await plain.shows('20 1', look);
      assert.equal(await plain.loads(), 1);
    },
  );

  testSite(
    'after a load, what a style element imports is what the file says',
    {
      'index.html': page('<p>p</p><b>b</b>', '<style>@import "a.css"; b { color: red }</style>'),
      'a.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      for (const colour of [GREEN, BLUE, RED, GREEN]) {
        await tab.page.reload({ waitUntil: 'load' });
        site.write('a.css', css('p', colour));
        await tab.showsColour('p', colour);
        await tab.page.reload({ waitUntil: 'load' });
        await tab.showsColour('p', colour);
        await tab.showsColour('b', [255, 0, 0]);
      }
    },
  );

  const imports = `@import "b.css";\n${css('p', RED)}`;
  /** @type {[string, (site: import('../support/server.js').Site) => void, number[], number[]][]} */
  const changes = [
    ['a file that is gone', (site) => site.remove('a.css'), BLACK, BLACK],
    ['a deeper file that is gone', (site) => site.remove('b.css'), RED, BLACK],
    ['an import that is gone', (site) => site.write('a.css', css('p', GREEN)), GREEN, BLACK],
    [
      'another import',
      (site) => site.write('a.css', imports.replace('b.css', 'c.css')),
      RED,
      GREEN,
    ],
    [
      'one more import',
      (site) => site.write('a.css', `@import "b.css";\n@import "c.css";\n${css('p', BLUE)}`),
      BLUE,
      GREEN,
    ],
  ];
  for (const [what, change, paragraph, bold] of changes) {
    testSite(
      `after loads, what a style element imports is what the files say: ${what}`,
      {
        'index.html': page(
          '<h1>one</h1><p>p</p><b>b</b><script>window.ran = true</script>',
          '<style>@import "a.css";</style>',
        ),
        'a.css': imports,
        'b.css': css('b', BLUE),
        'c.css': css('b', GREEN),
      },
      async ({ open, site }) => {
        const tab = await open();
        await tab.showsColour('p', RED);
        await tab.showsColour('b', BLUE);
        change(site);
        site.edit('index.html', '<h1>one', '<h1>two');
        await tab.showsText('h1', 'two');
        await tab.showsColour('p', paragraph);
        await tab.showsColour('b', bold);
        for (let times = 0; times < 2; times++) {
          await tab.shows('complete', () => document.readyState);
          await tab.page.reload({ waitUntil: 'load' });
          await tab.showsColour('p', paragraph);
          await tab.showsColour('b', bold);
        }
        site.edit('index.html', '<h1>two', '<h1>three');
        await tab.showsText('h1', 'three');
        await tab.showsColour('p', paragraph);
        await tab.showsColour('b', bold);
      },
    );
    testSite(
      `what a style element imports has changed while the tab was elsewhere: ${what}`,
      {
        'index.html': page('<p>p</p><b>b</b>', '<style>@import "a.css";</style>'),
        'elsewhere.html': page('<i>elsewhere</i>'),
        'a.css': imports,
        'b.css': css('b', BLUE),
        'c.css': css('b', GREEN),
      },
      async ({ open, site, server }) => {
        const tab = await open();
        await tab.showsColour('p', RED);
        await tab.showsColour('b', BLUE);
        await tab.page.goto(`${server.url}elsewhere.html`);
        change(site);
        await tab.page.goto(server.url);
        await tab.showsColour('p', paragraph);
        await tab.showsColour('b', bold);
        if (bold !== GREEN) return;
        site.write('c.css', css('b', RED));
        await tab.showsColour('b', RED);
      },
    );
  }
}

/** @param {TestSite} testSite */
function testSaveAll(testSite) {
  testSite(
    'a sheet and what it imports change before anything is painted',
    {
      'index.html': page('<p>text</p>', link('a.css')),
      'a.css': '@import "b.css";\n:root { --number: 0 }',
      'b.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      // The first tab is behind this one, where nothing is painted.
      await open();
      for (const [number, colour] of [GREEN, BLUE, RED, GREEN].entries()) {
        site.write('a.css', `@import "b.css";\n:root { --number: ${number + 1} }`);
        site.write('b.css', css('p', colour));
        // No style is computed while the texts of the rules are looked at.
        await tab.shows(`${number + 1} rgb(${colour.join(', ')})`, () => {
          /** @type {any} */
          const [imported, root] = document.styleSheets[0].cssRules;
          return `${root.style.getPropertyValue('--number').trim()} ${imported.styleSheet.cssRules[0].style.color}`;
        });
        await tab.showsColour('p', colour);
      }
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'the address of a picture stays as it is written, but for the mark',
    {
      'index.html': page(
        '<p style="--own: url(1.svg)">text</p>',
        `<style>p { --image: url(1.svg); background: var(--image) }</style>`,
      ),
      '1.svg': svg(3),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      site.write('1.svg', svg(4));
      await tab.shows('url(1.svg?mark) url(1.svg?mark)', () => {
        const style = getComputedStyle(document.querySelector('p'));
        const texts = ['--own', '--image'].map((name) => style.getPropertyValue(name).trim());
        return texts.join(' ').replace(/liveserve=\w+/g, 'mark');
      });
    },
  );
}

/** @param {TestSite} testSite */
export function testSheets(testSite) {
  testHeldSheets(testSite);
  testTexts(testSite);
  testImports(testSite);
  testHeldImports(testSite);
  testPatchedSheets(testSite);
  testPicturesInRules(testSite);
  testStyleElements(testSite);
  testHandlers(testSite);
  testMissingSheets(testSite);
  testLoads(testSite);
  testSaveAll(testSite);
}
