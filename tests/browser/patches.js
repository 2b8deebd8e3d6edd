/**
 * patches: pages in which only a parser, or only a load, does what the edit says. An open page must show what
 * a fresh load shows, by a patch where that can be, else by a reload.
 */

import assert from 'node:assert/strict';

import { until } from '../support/server.js';
import { look } from './fuzz/look.js';
import { css, GREEN, page, RED } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="red"/></svg>';

const DOCTYPE = '<!doctype html>';

/** What, before, after, whether it is patched, the end of the address. @type {[string, string, string, boolean, string?][]} */
const EDITS = [
  [
    'fields of a form that begins in a table',
    `${DOCTYPE}<table><form id=f></table><object></object><button>b</button>`,
    `${DOCTYPE}<table><form id=f></table><object><param></object><button>b</button>`,
    false,
  ],
  [
    'a form that ends where nobody sees it',
    `${DOCTYPE}<table><form id=f></form><tr><td><input></table>`,
    `${DOCTYPE}<table><form id=f><tr><td><input></form></table>`,
    false,
  ],
  [
    'a form that is not closed',
    `${DOCTYPE}<form id=f><p>a<input>`,
    `${DOCTYPE}<form id=f><p>b<input><select><option>c</select>`,
    true,
  ],
  [
    'comments around the document',
    `${DOCTYPE}<!-- built at ten --><html><head></head><body>x</body></html><!-- ten -->`,
    `${DOCTYPE}<!-- built at noon --><html><head></head><body>x</body></html><!-- noon -->`,
    true,
  ],
  [
    'a comment that comes behind the body',
    `${DOCTYPE}<html><body><p>x</p></body></html>`,
    `${DOCTYPE}<html><body><p>x</p></body><!-- the end --></html>`,
    false,
  ],
  [
    'white space around head and body',
    `${DOCTYPE}<html><head></head>\n<body><p>x</p></body></html>`,
    `${DOCTYPE}<html><head></head>\n\n\n<body><p>x</p></body></html>`,
    true,
  ],
  [
    'white space that comes between head and body',
    `${DOCTYPE}<html><head></head><body><p>x</p></body></html>`,
    `${DOCTYPE}<html><head></head>\n<body><p>x</p></body></html>`,
    false,
  ],
  [
    'an image that is no longer chosen from a set',
    `${DOCTYPE}<p><img srcset="1.svg 2000w" sizes="100vw" src="1.svg">x`,
    `${DOCTYPE}<p><img src="1.svg">x`,
    false,
  ],
  [
    'a picture without its source',
    `${DOCTYPE}<p><picture><source srcset="1.svg 3x"><img src="1.svg"></picture>x`,
    `${DOCTYPE}<p><picture><img src="1.svg"></picture>x`,
    false,
  ],
  [
    'white space behind a head with a style element in it',
    `${DOCTYPE}<html><head><style>p { color: red }</style></head><body><p>x</p></body></html>`,
    `${DOCTYPE}<html><head><style>p { color: red }</style></head>\n<body><p>x</p></body></html>`,
    false,
  ],
  [
    'details of which one is open at a time',
    `${DOCTYPE}<details name=a open>x</details>`,
    `${DOCTYPE}<details name=a open>y</details><details name=a open>x</details>`,
    false,
  ],
  ['the content of a template', '<template>a</template>', '<template>b</template>', false],
  [
    'a new element that the address points to',
    `${DOCTYPE}<style>:target { color: red }</style><p id=t>x`,
    `${DOCTYPE}<style>:target { color: red }</style><div><p id=t>x</div>`,
    false,
    '#t',
  ],
  [
    'text near the element that the address points to',
    `${DOCTYPE}<style>:target { color: red }</style><p id=t>x`,
    `${DOCTYPE}<style>:target { color: red }</style><p>new<p id=t>y`,
    true,
    '#t',
  ],
  [
    'a base that goes behind a link',
    `${DOCTYPE}<base href="sub/"><link rel="stylesheet" href="a.css"><p>x`,
    `${DOCTYPE}<link rel="stylesheet" href="a.css"><base href="sub/"><p>x`,
    false,
  ],
  [
    'a select with a copy of its option',
    `${DOCTYPE}<select><button><selectedcontent></selectedcontent></button><option>a<option>b</select>`,
    `${DOCTYPE}<select><button><selectedcontent></selectedcontent></button><option>c<option>b</select>`,
    false,
  ],
  [
    'a colour scheme that moves',
    `${DOCTYPE}<head><meta name="color-scheme" content="dark"><title>a</title><link rel="author" href="a"></head><p>a`,
    `${DOCTYPE}<head><title>a</title><link rel="author" href="a"><meta name="color-scheme" content="dark"></head><p>a`,
    true,
  ],
  [
    'a list with the id of another element',
    `${DOCTYPE}<p><input list=a><datalist id=a><option>x</datalist></p><ul></ul><nav><b id=a>${'long '.repeat(40)}</b></nav>\n`,
    `${DOCTYPE}<nav><b id=a>${'long '.repeat(40)}</b></nav><p><input list=a><datalist id=a><option>x</datalist></p><ul></ul>\n`,
    false,
  ],
  [
    'an element that moves, and rules for what is beside it',
    `${DOCTYPE}<style>:where(p, li):not(:first-child) { color: red !important }</style><body><details open>a<summary>b</summary><details><summary>c</summary>d</details></details><p><hgroup><b>long long long long long</b><input type=submit value=v></hgroup><input type=radio checked><i>e</i></p>  \n\n   e</body>`,
    `${DOCTYPE}<style>:where(p, li):not(:first-child) { color: red !important }</style><body><p><hgroup><b>long long long long long</b><input type=submit value=v></hgroup><input type=radio checked><i>e</i></p><details open>a<summary>b</summary><details><summary>c</summary>d</details></details>  \n\n   e</body>`,
    true,
  ],
  [
    'a text after which a line may not break any more',
    `${DOCTYPE}<meta charset=utf-8><p style="width: 1em"><a>中文</a><b>yy</b></p><p style="width: 1em"><i>x-</i><i>z</i><b>yy</b></p>`,
    `${DOCTYPE}<meta charset=utf-8><p style="width: 1em"><a>xx</a><b>yy</b></p><p style="width: 1em"><i>x-</i><b>yy</b></p>`,
    true,
  ],
  [
    'the longest option of a select that shows one without a text',
    `${DOCTYPE}<select><option>a long long text</option><option selected></option></select>`,
    `${DOCTYPE}<select><option>short</option><option selected></option></select>`,
    true,
  ],
  [
    'what comes in front of a set with a picture that is shown elsewhere, too',
    `${DOCTYPE}<img src="2.svg"><img srcset="1.svg 100w, 2.svg 2000w" sizes="10px"><p>x`,
    `${DOCTYPE}<img src="2.svg"><link rel=stylesheet href=none.css><img srcset="1.svg 100w, 2.svg 2000w" sizes="10px"><p>x`,
    false,
  ],
  [
    'a word beside two equal sets of pictures, each with one to fall back to',
    `${DOCTYPE}<img srcset="1.svg 100w, 2.svg 2000w" sizes="10px" src="1.svg"><img srcset="1.svg 100w, 2.svg 2000w" sizes="10px" src="1.svg"><p>x`,
    `${DOCTYPE}<img srcset="1.svg 100w, 2.svg 2000w" sizes="10px" src="1.svg"><img srcset="1.svg 100w, 2.svg 2000w" sizes="10px" src="1.svg"><p>y`,
    true,
  ],
  [
    'a foreignObject without its width',
    `${DOCTYPE}<svg width="40" height="20"><foreignObject width="90" height="20"><p>a long text</p></foreignObject></svg>`,
    `${DOCTYPE}<svg width="40" height="20"><foreignObject height="20"><p>a long text</p></foreignObject></svg>`,
    true,
  ],
  [
    'what is called a select in MathML',
    `${DOCTYPE}<math><select><option>a</option></select></math>`,
    `${DOCTYPE}<math><select><option>a</option><option>b</option></select></math>`,
    true,
  ],
  [
    'a text in an option that no select is around',
    `${DOCTYPE}<option><b>${'wide '.repeat(50)}</b><select size=3></select></option>`,
    `${DOCTYPE}<option><b>${'wide '.repeat(60)}</b><select size=3></select></option>`,
    true,
  ],
  [
    'radio buttons that name a form',
    `${DOCTYPE}<p>x`,
    `${DOCTYPE}<form><input type=radio name=a checked form=b><input type=radio name=a checked></form><p>x`,
    false,
  ],
  [
    'another child that a switch shows',
    `${DOCTYPE}<svg><switch><text systemLanguage="en" y="9">a</text></switch></svg>`,
    `${DOCTYPE}<svg><switch><rect width="9" height="9"/><text systemLanguage="en" y="9">a</text></switch></svg>`,
    true,
  ],
  [
    'a longer text in an option that is not chosen',
    `${DOCTYPE}<p><select><option>a<option>b</select>`,
    `${DOCTYPE}<p><select><option>a<option>b is much longer</select>`,
    true,
  ],
  [
    'an option without its text, and one that says more',
    `${DOCTYPE}<p><select><option>a<option>b is much longer</select><select><option>a<option>b</select>`,
    `${DOCTYPE}<p><select><option>a<option></select><select><option>a<option label="b is much longer">b</select>`,
    true,
  ],
  [
    'an item of a list that loses its last paragraph',
    `${DOCTYPE}<ul><li>\n<p>a</p><li>b</ul>`,
    `${DOCTYPE}<ul><li>\n<li>b</ul>`,
    true,
  ],
  [
    'the language of the page',
    `${DOCTYPE}<html lang=en><p><q><meter value=0.5></meter></q>x`,
    `${DOCTYPE}<html lang=de dir=ltr><p><q><meter value=0.5></meter></q>x`,
    false,
  ],
  [
    'the language of an element',
    `${DOCTYPE}<p lang=en><q><meter value=0.5></meter></q>x`,
    `${DOCTYPE}<p lang=de dir=ltr><q><meter value=0.5></meter></q>x`,
    true,
  ],
  [
    'the last text from right to left goes',
    `<code><select multiple>שלום</select></code><bdi><a href=x>a</a></bdi>`,
    `<code><select multiple></select><bdi><a href=x>a</a></bdi>`,
    false,
  ],
  [
    'lines that begin at the right',
    `${DOCTYPE}<body dir=rtl><b><sub><font size=5>olf</font></sub><meter></meter></b>`,
    `${DOCTYPE}<body dir=rtl><b><sub><font size=5>olf</font></sub><sub><font size=5>olf</font></sub><meter></meter></b>`,
    true,
  ],
  [
    'sections that change places',
    `${DOCTYPE}<section><p>a<input></section><section><p>b<input></section>`,
    `${DOCTYPE}<section><p>b<input></section><section><p>a<input></section>`,
    true,
  ],
];

/** Lines, and what an edit puts before them. Chromium would put what follows 1/64 of a pixel beside. */
const LINES = [
  ['<p>', 'wide wide wide wide two ', '<input size=7> wide wide olf olf one <b>שלום</b></p>'],
  ['<p>', 'wide wide two olf ', '<meter></meter> <input size=7> olf שלום olf olf</p>'],
  ['<p>', 'one meter ', '<input size=7> <meter></meter> two two</p>'],
  ['<p>', 'one one ', '<meter></meter> <input size=7> olf olf one</p>'],
];
const OLD_LINES = LINES.map(([tag, , rest]) => tag + rest).join('');
const NEW_LINES = LINES.flat().join('');

/** @param {TestSite} testSite */
function testEdits(testSite) {
  for (const [what, before, after, isPatched, hash = ''] of EDITS) {
    testSite(
      `an open page is as a fresh load: ${what}`,
      {
        'index.html': before,
        'a.css': css('p', RED),
        'sub/a.css': css('p', GREEN),
        '1.svg': PICTURE,
      },
      async ({ open, site }) => {
        const tab = await open(hash);
        await tab.hears('state');
        site.write('index.html', after);
        let [shown, wanted] = ['', ''];
        await until('the page to be as a fresh load', async () => {
          const fresh = await open(hash);
          wanted = await fresh.ask(look);
          await fresh.close();
          shown = await tab.ask(look);
          return shown !== undefined && shown === wanted;
        }).catch((error) => assert.equal(shown, wanted, error.message));
        assert.equal(await tab.isSameDocument(), isPatched);
      },
    );
  }
}

/** @param {TestSite} testSite */
function testUse(testSite) {
  testSite(
    'what is typed in a section stays when the section moves',
    {
      'index.html': `${DOCTYPE}<section><h2>a</h2><input></section><section><h2>b</h2><input></section>`,
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.ask(() =>
        document.querySelectorAll('input').forEach((one, i) => (one.value = `typed ${i}`)),
      );
      site.write(
        'index.html',
        `${DOCTYPE}<section><h2>b</h2><input></section><section><h2>a</h2><input></section>`,
      );
      await tab.showsText('h2', 'b');
      const values = () => [...document.querySelectorAll('input')].map((one) => one.value).join();
      await tab.shows('typed 1,typed 0', values);
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'what is written in an element is not overwritten',
    { 'index.html': `${DOCTYPE}<h1>one</h1><div contenteditable>given</div>` },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      await tab.ask(() => (document.querySelector('div').firstChild.textContent = 'mine'));
      site.write('index.html', `${DOCTYPE}<h1>two</h1><div contenteditable>changed</div>`);
      await tab.showsText('h1', 'two');
      await tab.showsText('div', 'mine');
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'a charset that nobody says is guessed anew',
    { 'index.html': '<!doctype html><p>cafe' },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      site.write('index.html', Buffer.from('<!doctype html><p>caf\xe9', 'latin1'));
      await until('the page to be as a fresh load', async () => {
        const fresh = await open();
        const wanted = await fresh.ask(() => document.body.textContent);
        await fresh.close();
        return wanted === (await tab.ask(() => document.body.textContent));
      });
      assert.ok(!(await tab.isSameDocument()));
    },
  );
}

/** @param {TestSite} testSite */
function testAfter(testSite) {
  testSite(
    'a film that moves keeps its controls',
    {
      'index.html': `${DOCTYPE}<p>a text that is longer than the film</p><video controls></video>`,
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      site.write(
        'index.html',
        `${DOCTYPE}<video controls></video><p>a text that is longer than the film</p>`,
      );
      await tab.shows('VIDEO', () => document.body.firstElementChild.nodeName);
      assert.ok(await tab.isSameDocument());
      await until('the pixels to be those of a fresh load', async () => {
        const fresh = await open();
        const pictures = [];
        for (const one of [tab, fresh]) {
          await one.page.bringToFront();
          pictures.push(Buffer.from(await one.page.screenshot()));
        }
        await fresh.close();
        return pictures[0].equals(pictures[1]);
      });
    },
  );

  for (const [what, open] of [
    ['an attribute', '<body dir=rtl>'],
    ['a style', '<body style="direction: rtl">'],
    ['letters', '<body dir=auto><div>שלום</div>'],
  ]) {
    testSite(
      `lines from right to left are where a load puts them: by ${what}`,
      { 'index.html': `${DOCTYPE}${open}${OLD_LINES}` },
      async ({ open: openPage, site }) => {
        const tab = await openPage();
        await tab.hears('state');
        site.write('index.html', `${DOCTYPE}${open}${NEW_LINES}`);
        const fresh = await openPage('', { before: () => delete window.WebSocket });
        await fresh.shows(true, (text) => document.body.textContent.includes(text), LINES[0][1]);
        const placesOf = () =>
          [...document.querySelectorAll('body *')]
            .map((one) => {
              const { x, y, width, height } = one.getBoundingClientRect();
              return [one.nodeName, x, y, width, height].join(' ');
            })
            .join('\n');
        await tab.shows(await fresh.ask(placesOf), placesOf);
        assert.deepEqual(await tab.ask(() => document.adoptedStyleSheets.length), 0);
        assert.ok(await tab.isSameDocument());
      },
    );
  }

  testSite(
    'what an edit has brought in place is not taken for the work of the user',
    {
      'index.html': page(
        `<h1>one</h1><details><summary>s</summary>x</details><div contenteditable>one <img src="1.svg"></div>`,
      ),
      '1.svg': PICTURE,
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.hears('state');
      const next = (name, open, rest = '') =>
        page(
          `<h1>${name}</h1><details ${open}><summary>s</summary>x</details><div contenteditable>${name} <img src="1.svg"></div>${rest}`,
        );
      site.write('index.html', next('two', 'open'));
      await tab.showsText('h1', 'two');
      site.write('1.svg', PICTURE.replace('fill="red"', 'fill="blue"'));
      await tab.shows(true, () => /liveserve/.test(document.querySelector('img').src));
      assert.ok(await tab.isSameDocument());
      site.write('index.html', next('three', '', '<script>1</script>'));
      await tab.showsText('h1', 'three');
      await tab.shows('complete', () => document.readyState);
      await tab.shows('three ,1.svg,false', () => {
        const written = document.querySelector('[contenteditable]');
        const src = written.querySelector('img').getAttribute('src');
        return [written.textContent, src, document.querySelector('details').open].join();
      });
    },
  );
}

/** @param {TestSite} testSite */
export function testPatches(testSite) {
  testEdits(testSite);
  testUse(testSite);
  testAfter(testSite);
}
