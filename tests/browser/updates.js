/**
 * updates: what stays as it is in a page while files change. It is the same in each browser.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';

import { until } from '../support/server.js';
import { makeFont } from './font.js';
import { BLUE, css, GREEN, link, lookAtPictures, page, RED } from './site.js';
import { silence } from './sound.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const svg = (size, content = '') =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}">${content}</svg>`;
const square = (size, colour) =>
  svg(size, `<rect id="r" width="99" height="99" fill="${colour}"/>`);

const form = page(
  `<h1>one</h1>
  <details><summary>more</summary>text</details>
  <input id="name" value="given"><textarea>given</textarea><input id="box" type="checkbox">
  <select><option>a<option>b</select>
  <div id="scrolled" style="height: 50px; overflow: auto"><div style="height: 900px">tall</div></div>
  <audio src="long.wav"></audio>
  <p>first</p><p>second</p><p class="last">third</p><div id="end" style="height: 5000px"></div>`,
  '<meta name="description" content="old"><link rel="icon" href="data:,">',
);

/** Runs in the page. Does what a user does. */
const use = () => {
  document.querySelector('details').open = true;
  document.querySelector('#name').value = 'typed';
  document.querySelector('#name').focus();
  document.querySelector('#name').setSelectionRange(1, 3);
  document.querySelector('textarea').value = 'typed, too';
  document.querySelector('#box').checked = true;
  document.querySelector('select').value = 'b';
  document.querySelector('#scrolled').scrollTop = 300;
  window.scrollTo(0, 1200);
};

/** Runs in the page. What can be seen of that. */
const traces = () =>
  [
    document.querySelector('details').open,
    document.querySelector('#name').value,
    document.activeElement.id,
    document.querySelector('#name').selectionEnd,
    document.querySelector('textarea').value,
    document.querySelector('#box').checked,
    document.querySelector('select').value,
    document.querySelector('#scrolled').scrollTop,
  ].join();

const USED = 'true,typed,name,3,typed, too,true,b,300';

// Where the user looks at. What is above may grow, but this stays in place.
const height = () => Math.round(document.querySelector('#end').getBoundingClientRect().top);

const scripts = {
  'a script': '<script>1</script>',
  'a script in a picture': '<svg><script>1</script></svg>',
  'a module': '<script type="module">1</script>',
  'a handler': '<p onclick="">x</p>',
  'a javascript: link': '<a href="javascript:void 0">x</a>',
  'a shadow root of its own': '<div><template shadowrootmode="open">x</template></div>',
  'another base': '<base href="/">',
  'another policy': '<meta http-equiv="content-security-policy" content="default-src *">',
};

/** @param {TestSite} testSite */
function testPatches(testSite) {
  testSite(
    'an edited document without scripts changes in place, and everything that the user did stays',
    { 'index.html': form, 'long.wav': silence(60), 'new.css': css('h1', GREEN) },
    async ({ open, site }) => {
      const tab = await open();
      await tab.ask(use);
      await tab.shows(USED, traces);
      const seenAt = await tab.ask(height);
      await tab.page.evaluate(async () => {
        const audio = document.querySelector('audio');
        audio.currentTime = 20;
        await new Promise((done) => audio.addEventListener('seeked', done, { once: true }));
        document.querySelectorAll('h1, p').forEach((element) => (element.isOriginal = true));
        document.body.append(document.createElement('aside')); // as an extension does
      });

      /** @type {[string | RegExp, string, [string, string]][]} */
      const edits = [
        [/one/, 'two', ['h1', 'two']],
        ['<p>second</p>', '<p>inserted <b>bold</b></p><p>second</p>', ['b', 'bold']],
        ['<p>first</p>', '', ['p', 'inserted bold']],
        ['class="last"', 'class="last" title="said"', ['.last[title=said]', 'third']],
        ['<title>Test', '<title>Other', ['title', 'Other']],
        ['</h1>', '</h1><h2>a</h2><h2>b</h2><h2>c</h2>', ['h2:nth-of-type(3)', 'c']],
        [
          '<h2>a</h2><h2>b</h2><h2>c</h2>',
          '<h2>c</h2><!-- c --><h2>a</h2>',
          ['h2:nth-of-type(2)', 'a'],
        ],
      ];
      for (const [from, to, [selector, text]] of edits) {
        site.edit('index.html', from, to);
        await tab.showsText(selector, text);
      }
      site.edit('index.html', 'content="old">', `content="new">${link('new.css')}`);
      await tab.showsColour('h1', GREEN);
      assert.equal(
        await tab.ask(() => document.querySelector('meta[name=description]').content),
        'new',
      );
      site.write('new.css', css('h1', BLUE));
      await tab.showsColour('h1', BLUE);
      site.edit('index.html', 'href="new.css"', 'href="new.css" media="all"');
      await tab.shows(1, () => document.querySelectorAll('[media=all]').length);
      await tab.showsColour('h1', BLUE);
      site.edit('index.html', link('new.css" media="all'), '');
      await tab.showsColour('h1', [0, 0, 0]);

      assert.equal(await tab.ask(traces), USED);
      assert.ok(seenAt < 0);
      assert.equal(await tab.ask(height), seenAt);
      const kept = () =>
        [...document.querySelectorAll('h1, p')].filter((one) => one.isOriginal).length;
      assert.equal(await tab.ask(kept), 3);
      assert.ok(await tab.ask(() => document.querySelector('aside') !== null));
      assert.equal(await tab.ask(() => document.querySelector('audio').currentTime), 20);
      assert.ok(await tab.isSameDocument());
      assert.equal(await tab.loads(), 1);
    },
  );

  for (const [what, markup] of Object.entries(scripts)) {
    testSite(
      `${what} makes an edit a reload, whether the edit removes it or adds it`,
      { 'old.html': page('<h1>one</h1>', markup), 'new.html': page('<h1>one</h1>') },
      async ({ open, site }) => {
        const old = await open('old.html');
        site.edit('old.html', markup, '');
        await old.isLoaded(2);
        const tab = await open('new.html');
        site.edit('new.html', '</title>', `</title>${markup}`);
        await tab.isLoaded(2);
      },
    );
  }

  testSite(
    'data blocks are no scripts; data-liveserve decides what is done',
    {
      'data.html': page('<h1>one</h1><script type="application/ld+json">{}</script>'),
      'reload.html': page('<h1>one</h1>', link('style.css')).replace(
        '<html',
        '<html data-liveserve="reload"',
      ),
      'style.css': css('h1', RED),
      'keep.html': page('<div data-liveserve="keep"><h1>one</h1></div><h2>one</h2>'),
    },
    async ({ open, site }) => {
      const data = await open('data.html');
      site.edit('data.html', '{}', '{"a": 1}');
      site.edit('data.html', 'one', 'two');
      await data.showsText('h1', 'two');
      await data.showsText('script[type]', '{"a": 1}');
      assert.equal(await data.loads(), 1);

      const reload = await open('reload.html');
      site.edit('reload.html', 'one', 'two');
      await reload.isLoaded(2);
      await reload.isStampedWith('/style.css');
      site.write('style.css', css('h1', GREEN));
      await reload.isLoaded(3);
      await reload.showsColour('h1', GREEN);

      const keep = await open('keep.html');
      await keep.ask(() => (document.querySelector('h1').textContent = 'mine'));
      site.edit('keep.html', '<h1>one</h1>', '<h1>two</h1>');
      site.edit('keep.html', '<h2>one', '<h2>two');
      await keep.showsText('h2', 'two');
      assert.equal(await keep.ask(() => document.querySelector('h1').textContent), 'mine');
      site.edit('keep.html', ' data-liveserve="keep"', '');
      site.edit('keep.html', '<h1>two', '<h1>three');
      await keep.showsText('h1', 'three');
      assert.equal(await keep.loads(), 1);
    },
  );

  testSite(
    'a frame without scripts changes in place',
    {
      'index.html': page('<iframe src="inner.html"></iframe>'),
      'inner.html': page('<h1>one</h1>'),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.shows('one', () => frames[0].document.querySelector('h1')?.textContent);
      await tab.ask(() => (frames[0].marker = 'stays'));
      site.edit('inner.html', 'one', 'two');
      await tab.shows('two', () => frames[0].document.querySelector('h1').textContent);
      assert.equal(await tab.ask(() => frames[0].marker), 'stays');
    },
  );
}

const pictures = {
  'index.html': page(
    `<img id="a" src="a.svg"><img id="b" srcset="b.svg 1x, none.svg 2x">
    <picture><source srcset="c.svg"><img id="c" src="none.svg"></picture>
    <input type="image" id="d" src="d.svg">
    <svg width="50" height="50"><use href="e.svg#r"/></svg>
    <div class="f"></div><div style="background: url(g.svg); height: 20px"></div>
    <video poster="h.svg" width="50" height="50"></video><script>window.born = {}</script>`,
    `${link('style.css')}<link rel="icon" href="i.svg">`,
  ),
  'style.css': '@media all { .f { height: 20px; background: red url("f.svg") } }',
};

for (const letter of 'abcdefghi') pictures[`${letter}.svg`] = square(20, 'red');

/** @param {TestSite} testSite */
function testSlowPictures(testSite) {
  testSite(
    'a picture that the browser does not get round to decoding is shown all the same',
    { 'index.html': page('<img src="a.svg" alt="">'), 'a.svg': square(20, 'red') },
    async ({ open, site }) => {
      const tab = await open('', {
        before: () => (HTMLImageElement.prototype.decode = () => new Promise(() => {})),
      });
      await tab.shows(20, () => document.images[0].naturalWidth);
      site.write('a.svg', square(30, 'blue'));
      await tab.shows(30, () => document.images[0].naturalWidth);
      assert.ok(await tab.isSameDocument());
    },
  );
}

/** @param {TestSite} testSite */
function testResources(testSite) {
  testSite(
    'pictures change in place, wherever their address stands',
    pictures,
    async ({ open, site }) => {
      const tab = await open('', { before: lookAtPictures });
      const colours = () =>
        ['a', 'b', 'c']
          .map((id) => window.colourOf(/** @type {any} */ (document.getElementById(id))))
          .join('; ');
      await tab.shows('255, 0, 0; 255, 0, 0; 255, 0, 0', colours);
      // What is asked for only after that is the new one without a mark.
      await tab.isStampedWith('/f.svg');
      const before = await tab.page.screenshot();
      for (const letter of 'abcdefghi') site.write(`${letter}.svg`, square(20, 'blue'));
      await tab.shows('0, 0, 255; 0, 0, 255; 0, 0, 255', colours);
      const named = () => {
        const media = /** @type {CSSMediaRule} */ (document.styleSheets[0].cssRules[0]);
        return [...document.querySelectorAll('input, use, [poster], [style], [rel=icon]')]
          .map((one) => /liveserve/.test(one.outerHTML.split('>', 1)[0]))
          .concat(/liveserve/.test(media.cssRules[0].cssText))
          .join();
      };
      await tab.shows('true,true,true,true,true,true', named);
      assert.equal(await tab.loads(), 1);

      // The new sheet names the old address; what it shows is new all the same.
      site.edit('style.css', 'red', 'green');
      await tab.shows('true,true,true,true,true,true', named);
      await tab.shows(true, () => /green/.test(document.styleSheets[0].cssRules[0].cssText));
      assert.ok(await tab.isSameDocument());

      // As it is shown now, so it is after a load.
      let shown;
      await until('all pictures to be painted', async () => {
        const last = shown;
        shown = await tab.page.screenshot();
        return last && Buffer.compare(Buffer.from(last), Buffer.from(shown)) === 0;
      });
      assert.ok(Buffer.compare(Buffer.from(before), Buffer.from(shown)) !== 0);
      await tab.page.reload({ waitUntil: 'load' });
      await until(
        'a loaded page to look the same',
        async () =>
          Buffer.compare(Buffer.from(await tab.page.screenshot()), Buffer.from(shown)) === 0,
      );
    },
  );

  testSite(
    'a missing picture that is created, deleted and created again',
    { 'index.html': page('<img src="late.svg" alt="none">') },
    async ({ open, site }) => {
      const tab = await open();
      const width = () => document.images[0].naturalWidth;
      for (const size of [10, 20]) {
        site.write('late.svg', square(size, 'red'));
        await tab.shows(size, width);
        site.remove('late.svg');
        await tab.shows(0, width);
      }
      assert.ok(await tab.isSameDocument());
    },
  );

  testSite(
    'a font changes in place',
    {
      'index.html': page('<span>AAAA</span>', link('style.css')),
      'style.css': '@font-face { font-family: Box; src: url(box.ttf) } span { font: 100px Box }',
      'box.ttf': makeFont(500),
    },
    async ({ open, site }) => {
      const tab = await open();
      const width = () => document.querySelector('span').getBoundingClientRect().width;
      await tab.shows(200, width);
      site.write('box.ttf', makeFont(900));
      await tab.shows(360, width);
      site.edit('style.css', '100px', '50px');
      await tab.shows(180, width);
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'sound goes on from its position',
    {
      'index.html': page(
        '<audio id="a" src="a.wav"></audio><audio id="b"><source src="b.wav"></audio>',
      ),
      'a.wav': silence(60),
      'b.wav': silence(60),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.page.evaluate(async () => {
        for (const audio of document.querySelectorAll('audio')) {
          if (audio.readyState === 0) {
            await new Promise((done) =>
              audio.addEventListener('loadedmetadata', done, { once: true }),
            );
          }
          audio.currentTime = 20;
          audio.playbackRate = 2;
          await new Promise((done) => audio.addEventListener('seeked', done, { once: true }));
        }
      });
      for (const name of ['a.wav', 'b.wav']) site.write(name, silence(90));
      const seen = () =>
        [...document.querySelectorAll('audio')]
          .map(
            (audio) => `${Math.round(audio.duration)} ${audio.currentTime} ${audio.playbackRate}`,
          )
          .join();
      await tab.shows('90 20 2,90 20 2', seen);
      // A file that is gone for a while.
      site.remove('a.wav');
      await tab.shows('NaN 0 1,90 20 2', seen);
      site.write('a.wav', silence(60));
      await tab.shows('60 20 2,90 20 2', seen);
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'style sheets change wherever they are',
    {
      'index.html': page(
        `<p>p</p>${link('body.css')}<b>b</b>
        <div id="host"><template shadowrootmode="open">${link('shadow.css')}<i>i</i></template></div>`,
        `<link rel="alternate stylesheet" title="other" href="other.css">
        <link rel="stylesheet" media="print" href="print.css">`,
      ),
      'body.css': css('b', RED),
      'shadow.css': css('i', RED),
      'other.css': css('p', RED),
      'print.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      for (const name of ['body', 'shadow', 'other', 'print']) {
        const letter = { body: 'b', shadow: 'i' }[name] ?? 'p';
        site.write(`${name}.css`, css(letter, GREEN));
      }
      await tab.showsColour('b', GREEN);
      const inner = () =>
        getComputedStyle(document.querySelector('#host').shadowRoot.querySelector('i')).color;
      await tab.shows(`rgb(${GREEN.join(', ')})`, inner);
      await tab.shows('stylesheet other.css,stylesheet print.css,stylesheet body.css', () =>
        [...document.querySelectorAll('link')]
          .map((one) => `${one.rel.split(' ').at(-1)} ${one.getAttribute('href').split('?')[0]}`)
          .join(),
      );
      await tab.showsColour('p', [0, 0, 0]);
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'a style sheet that a script has fetched makes the page reload',
    {
      'index.html': page(
        `<p>p</p><script>
          fetch('own.css').then((answer) => answer.text()).then((text) => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(text);
            document.adoptedStyleSheets = [sheet];
          });
        </script>`,
      ),
      'own.css': css('p', RED),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsColour('p', RED);
      site.write('own.css', css('p', BLUE));
      await tab.showsColour('p', BLUE);
      assert.equal(await tab.loads(), 2);
    },
  );
}

/** @param {TestSite} testSite */
function testReloads(testSite) {
  testSite(
    'a reload keeps scroll positions and typed text, also when the page grows only later',
    {
      'index.html': form.replace(
        '<div id="end" style="height: 5000px"></div>',
        '<script src="grow.js"></script>',
      ),
      'grow.js': `addEventListener('load', () => setTimeout(() => {
        document.body.insertAdjacentHTML('beforeend', '<div style="height: 5000px"></div>');
      }, 300));`,
      'long.wav': silence(1),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.shows(true, () => document.body.scrollHeight > 5000);
      await tab.ask(use);
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      const kept = () =>
        [
          document.querySelector('#name').value,
          document.querySelector('textarea').value,
          document.querySelector('#box').checked,
          document.querySelector('select').value,
          document.querySelector('#scrolled').scrollTop,
          Math.round(window.scrollY),
        ].join();
      await tab.shows('typed,typed, too,true,b,300,1200', kept);
      assert.equal(await tab.loads(), 2);
      assert.ok(await tab.ask(() => !Object.keys(sessionStorage).includes('liveserve keep /')));
    },
  );

  testSite(
    'a field that the user has not changed takes its value from the file; a password is never kept',
    {
      'index.html': page(
        '<input id="a" value="one"><input id="b" type="password"><script></script>',
      ),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.ask(() => (document.querySelector('#b').value = 'secret'));
      site.edit('index.html', '"one"', '"two"');
      await tab.shows('two', () => document.querySelector('#a').value);
      assert.ok(await tab.ask(() => !JSON.stringify({ ...sessionStorage }).includes('secret')));
    },
  );

  testSite(
    'the page stays as it is while a build has removed the document',
    { 'index.html': page('<h1>one</h1><script src="app.js"></script>'), 'app.js': '' },
    async ({ open, site, server }) => {
      const tab = await open();
      await tab.hears('state');
      const said = server.lines.length;
      fs.renameSync(site.path('index.html'), site.path('away.html'));
      site.write('app.js', '1');
      await server.waitForLine(/changed/, said);
      assert.equal(await tab.loads(), 1);
      site.edit('away.html', 'one', 'two');
      fs.renameSync(site.path('away.html'), site.path('index.html'));
      await tab.showsText('h1', 'two');
      // A page that finds the document before it is told of it loads once more when it is told.
      assert.ok([2, 3].includes(await tab.loads()));
    },
  );

  testSite(
    'a document that is emptied before it is written is not shown empty',
    { 'index.html': page('<h1>one</h1><input id="name">') },
    async ({ open, site, server }) => {
      const tab = await open();
      await tab.ask(() => (document.querySelector('#name').value = 'typed'));
      const said = server.lines.length;
      const file = fs.openSync(site.path('index.html'), 'r+');
      fs.ftruncateSync(file, 0);
      await server.waitForLine(/changed index\.html/, said);
      fs.writeSync(file, page('<h1>two</h1><input id="name">'), 0);
      fs.closeSync(file);
      await tab.showsText('h1', 'two');
      assert.equal(await tab.ask(() => document.querySelector('#name').value), 'typed');
      assert.equal(await tab.loads(), 1);
    },
  );

  testSite(
    'a script of a worker makes its page reload',
    {
      'index.html': page('<h1>none</h1><script src="app.js"></script>'),
      'app.js': `new Worker('worker.js').onmessage = ({ data }) => {
        document.querySelector('h1').textContent = data;
      };`,
      'worker.js': `importScripts('part.js'); postMessage('one ' + part);`,
      'part.js': `part = 'one';`,
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsText('h1', 'one one');
      site.edit('worker.js', "'one", "'two");
      await tab.showsText('h1', 'two one');
      site.edit('part.js', 'one', 'two');
      await tab.showsText('h1', 'two two');
    },
  );
}

/** @param {TestSite} testSite */
export function testUpdates(testSite) {
  testPatches(testSite);
  testResources(testSite);
  testSlowPictures(testSite);
  testReloads(testSite);
}
