/**
 * rare_files: files that a page shows or reads in ways that are not in its markup.
 */

import assert from 'node:assert/strict';

import { lookAtPictures, page } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const icon = '<link rel="icon" href="data:,">';
/** @param {number} width */
export const picture = (width) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="5"><rect width="${width}" height="5" fill="rgb(${width}, 0, 0)"/></svg>`;

/** All of one size. @param {number} red */
const shade = (red) => picture(5).replace('rgb(5,', `rgb(${red},`);

/** @param {TestSite} testSite */
function testPictures(testSite) {
  testSite(
    'a picture that a script shows again after an edit is the new one',
    {
      'index.html': page(
        '<div id="a"><img src="a.svg" alt=""></div><p style="background: url(a.svg)">text</p><script></script>',
        icon,
      ),
      'a.svg': shade(50),
      'b.svg': shade(60),
    },
    async ({ open, site }) => {
      const tab = await open('', { before: lookAtPictures });
      const colour = () => window.colourOf(document.querySelector('img'));
      await tab.shows('50, 0, 0', colour);
      await tab.hears('state');
      site.write('a.svg', shade(90));
      await tab.shows('90, 0, 0', colour);
      assert.ok(await tab.isSameDocument());
      const ways = [
        () => (document.querySelector('#a').innerHTML = '<b><img src="a.svg" alt=""></b>'),
        () => (document.querySelector('#a').innerHTML = '<img srcset="a.svg 1x" alt="">'),
        async () => {
          const image = document.querySelector('img');
          image.removeAttribute('srcset');
          image.src = 'b.svg';
          await image.decode();
          image.src = 'a.svg';
        },
        () => {
          const image = new Image();
          image.src = 'a.svg';
          document.querySelector('#a').replaceChildren(image);
        },
        () => {
          const host = document.createElement('div');
          host.attachShadow({ mode: 'open' }).innerHTML = '<img src="a.svg" alt="">';
          document.querySelector('#a').replaceChildren(host);
          Object.assign(window, { inShadow: host.shadowRoot });
        },
      ];
      for (const way of ways) {
        await tab.page.evaluate(way);
        await tab.shows('90, 0, 0', () => {
          const image = (window['inShadow'] ?? document).querySelector('img');
          return image.complete && window.colourOf(image);
        });
      }
      await tab.ask(() =>
        document.head.append(
          Object.assign(document.createElement('style'), {
            textContent: 'p { list-style-image: url(a.svg) }',
          }),
        ),
      );
      await tab.shows(true, () =>
        getComputedStyle(document.querySelector('p')).listStyleImage.includes('a.svg?liveserve='),
      );
      assert.ok(await tab.isSameDocument());
    },
  );

  const drawing = (/** @type {number} */ width) => picture(width).replace('<rect', '<rect id="a"');
  testSite(
    'a drawing that is a picture, and of which a part is used, is the new one after each reload',
    {
      'index.html': page(
        '<h1>one</h1><img src="a.svg" alt=""><svg><use href="a.svg#a" /></svg><script></script>',
        icon,
      ),
      'a.svg': drawing(50),
    },
    async ({ open, site }) => {
      const tab = await open();
      const width = () => document.querySelector('use').getBBox().width;
      await tab.shows(50, width);
      site.write('a.svg', drawing(60));
      site.edit('index.html', 'one', 'two');
      await tab.showsText('h1', 'two');
      await tab.shows(60, width);
      site.edit('index.html', 'two', 'three');
      await tab.showsText('h1', 'three');
      await tab.shows(60, width);
    },
  );

  testSite(
    'a picture of a set is not exchanged for a larger one that something else shows',
    {
      'index.html': page(
        '<img srcset="a.svg 100w, b.svg 2000w" sizes="10px"><p style="background: url(b.svg#a)">text</p>',
        icon,
      ),
      'a.svg': drawing(50),
      'b.svg': drawing(50),
    },
    async ({ open, site }) => {
      const tab = await open();
      const shown = () => {
        const { currentSrc, naturalWidth } = document.querySelector('img');
        return `${currentSrc.replace(/.*\/|[?#].*/g, '')} ${naturalWidth}`;
      };
      await tab.shows('a.svg 5', shown);
      await tab.hears('state');
      site.write('a.svg', drawing(60));
      await tab.shows('a.svg 6', shown);
    },
  );

  testSite(
    'a picture that a script has drawn is drawn anew',
    {
      'index.html': page(
        `<img src="a.svg" alt=""><canvas></canvas><script>
          const image = document.querySelector('img');
          const canvas = document.querySelector('canvas').getContext('2d');
          const draw = () => canvas.drawImage(image, 0, 0);
          if (image.complete) draw(); else image.onload = draw;
        </script>`,
        icon,
      ),
      'a.svg': picture(50),
    },
    async ({ open, site }) => {
      const tab = await open();
      const red = () =>
        document.querySelector('canvas').getContext('2d').getImageData(1, 1, 1, 1).data[0];
      await tab.shows(50, red);
      await tab.hears('state');
      site.write('a.svg', picture(90));
      await tab.shows(90, red);
    },
  );
}

/** @param {TestSite} testSite */
function testSets(testSite) {
  testSite(
    'a picture of a set that cannot be read is not exchanged for a larger one',
    {
      'index.html': page(
        `<img srcset="a.svg 100w, b.svg 2000w" sizes="10px"><p>text</p>
        <script>document.body.style.background = 'url(b.svg)'</script>`,
        icon,
      ),
      'b.svg': picture(50),
    },
    async ({ open, site }) => {
      const tab = await open();
      const shown = () => document.images[0].currentSrc.replace(/.*\/|[?#].*/g, '');
      const followed = () => {
        const [load, ...files] = /** @type {any[]} */ (
          ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))
        );
        const isFollowed =
          load.type === 'reload' || files.some(({ name }) => name.includes('a.svg?liveserve='));
        return isFollowed && document.images[0].currentSrc.replace(/.*\/|[?#].*/g, '');
      };
      await tab.shows('a.svg', shown);
      await tab.hears('state');
      site.write('a.svg', '');
      await tab.shows('a.svg', followed);
    },
  );
}

/** @param {TestSite} testSite */
function testFrames(testSite) {
  const inner = page('<p>one</p><img src="a.svg" alt="">', '<link rel="stylesheet" href="a.css">');
  const files = { 'a.svg': picture(5), 'a.css': 'p { color: rgb(1, 0, 0) }', 'inner.html': inner };
  const text = inner.replace(/"/g, '&quot;');
  const quoted = JSON.stringify(inner).replace(/</g, '\\x3c');
  const frames = {
    'in a sandbox without scripts':
      '<iframe sandbox="allow-same-origin" src="inner.html"></iframe>',
    'with srcdoc': `<iframe srcdoc="${text}"></iframe>`,
    'that a script has written': `<iframe></iframe><script>
      const { document: inner } = frames[0]; inner.open(); inner.write(${quoted}); inner.close()</script>`,
    'of a blob': `<iframe></iframe><script>
      const text = ${quoted}.replace(/(src|href)="/g, '$&' + location.origin + '/');
      document.querySelector('iframe').src = URL.createObjectURL(new Blob([text], { type: 'text/html' }))</script>`,
  };
  for (const [what, markup] of Object.entries(frames)) {
    testSite(
      `a frame ${what}: the page around it loads again for what it uses`,
      // The page around it uses the picture, too, and could exchange it there.
      { ...files, 'index.html': page(`<img src="a.svg" alt="">${markup}`, icon) },
      async ({ open, site }) => {
        const tab = await open();
        const look = () => {
          const { document: shown } = window.frames[0];
          const colour = shown.defaultView.getComputedStyle(shown.querySelector('p')).color;
          return `${shown.querySelector('p').textContent} ${colour} ${shown.images[0].naturalWidth}`;
        };
        await tab.shows('one rgb(1, 0, 0) 5', look);
        await tab.hears('state');
        site.write('a.svg', picture(9));
        await tab.shows('one rgb(1, 0, 0) 9', look);
        await tab.isKnown();
        site.write('a.css', 'p { color: rgb(2, 0, 0) }');
        await tab.shows('one rgb(2, 0, 0) 9', look);
        if (!what.includes('sandbox')) return;
        await tab.isKnown();
        site.edit('inner.html', 'one', 'two');
        await tab.shows('two rgb(2, 0, 0) 9', look);
      },
    );
  }
}

/** @param {TestSite} testSite */
function testWorkers(testSite) {
  testSite(
    'a script of a shared worker, and what it imports, makes its page load again',
    {
      'index.html': page(
        `<p>none</p><script>
          const { port } = new SharedWorker('shared.js');
          port.onmessage = ({ data }) => (document.querySelector('p').textContent = data);
        </script>`,
        icon,
      ),
      'shared.js':
        "importScripts('part.js'); onconnect = ({ ports }) => ports[0].postMessage('one ' + part);",
      'part.js': "self.part = 'one';",
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsText('p', 'one one');
      await tab.hears('state');
      site.edit('part.js', 'one', 'two');
      await tab.isLoaded(2);
      await tab.showsText('p', 'one two');
      await tab.isKnown();
      site.edit('shared.js', "'one '", "'two '");
      await tab.showsText('p', 'two two');
    },
  );
}

/** @param {TestSite} testSite */
function testOthers(testSite) {
  const cue = (/** @type {string} */ text) => `WEBVTT\n\n00:00.000 --> 00:09.000\n${text}\n`;
  testSite(
    'an edited text track shows its new cues, and an edited worklet makes the page load again',
    {
      'index.html': page(
        `<video><track src="a.vtt" default></video><p>none</p><script>
          const context = new OfflineAudioContext(1, 128, 44100);
          context.audioWorklet.addModule('sound.js').then(() => {
            const { parameters } = new AudioWorkletNode(context, 'one');
            document.querySelector('p').textContent = [...parameters.keys()];
          });
        </script>`,
        icon,
      ),
      'a.vtt': cue('one'),
      'sound.js': `registerProcessor('one', class extends AudioWorkletProcessor {
        static get parameterDescriptors() { return [{ name: 'first' }]; }
        process() { return false; }
      })`,
    },
    async ({ open, site }) => {
      const tab = await open();
      const text = () => document.querySelector('video').textTracks[0].cues?.[0]?.text;
      await tab.shows('one', text);
      await tab.showsText('p', 'first');
      await tab.hears('state');
      site.write('a.vtt', cue('two'));
      await tab.shows('two', text);
      site.edit('sound.js', 'first', 'second');
      await tab.showsText('p', 'second');
    },
  );
}

/** @param {TestSite} testSite */
export function testRareFiles(testSite) {
  testPictures(testSite);
  testSets(testSite);
  testFrames(testSite);
  testWorkers(testSite);
  testOthers(testSite);
}
