/**
 * waiting: `liveserve wait` with real pages: what it says is what the page shows.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';

import { runMeanwhile } from '../support/server.js';
import { css, GREEN, link, page, RED } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const waitFor = (site, ...more) => runMeanwhile(['wait', ...more, site.root]);

/** What a program gets. */
async function resultFor(site, ...more) {
  const { code, stdout, stderr } = await waitFor(site, '--json', ...more);
  assert.equal(stderr, '');
  return { code, ...JSON.parse(stdout) };
}

/** @param {TestSite} testSite */
export function testWaiting(testSite) {
  testSite(
    'wait: when it returns, the page shows what was saved: a reload, a patch, a style sheet, a picture',
    {
      'index.html': page('<p>one</p><script src="app.js"></script>'),
      'app.js': 'document.title = "one";\n',
      'plain.html': page('<p>one</p><img src="a.png">', link('style.css')),
      'style.css': css('p', RED),
      'a.png': PIXEL,
    },
    async ({ open, site }) => {
      const scripted = await open('index.html');
      const plain = await open('plain.html');
      assert.deepEqual(await waitFor(site), {
        code: 0,
        stdout: '2 pages show the newest files\n',
        stderr: '',
      });

      site.write('app.js', 'document.title = "two";\n');
      assert.equal((await waitFor(site)).code, 0);
      assert.equal(await scripted.ask(() => document.title), 'two');

      site.edit('plain.html', '<p>one', '<p>two');
      assert.equal((await waitFor(site)).code, 0);
      assert.equal(await plain.ask(() => document.querySelector('p').textContent), 'two');

      site.write('style.css', css('p', GREEN));
      assert.equal((await waitFor(site)).code, 0);
      assert.equal(
        await plain.ask(() => getComputedStyle(document.querySelector('p')).color),
        `rgb(${GREEN.join(', ')})`,
      );

      fs.writeFileSync(site.path('a.png'), Buffer.concat([PIXEL, Buffer.from('x')]));
      assert.equal((await waitFor(site)).code, 0);
      assert.match(await plain.ask(() => document.images[0].currentSrc), /liveserve=/);
      assert.ok(await plain.isSameDocument());
    },
  );

  testSite(
    'wait: a script that throws is trouble with its place, until it is mended',
    {
      'index.html': page('<p>one</p><script src="js/app.js"></script>'),
      'js/app.js': 'const a = 1;\n',
    },
    async ({ open, site }) => {
      await open();
      site.write('js/app.js', 'const a = 1;\nmissing();\n');
      const { code, stdout } = await waitFor(site);
      assert.equal(code, 1, stdout);
      assert.match(stdout, /^js\/app\.js:2:1: ReferenceError: missing is not defined {2}\/ \(/);
      assert.match(stdout, /\n1 of 1 page in trouble\n$/);
      const { result, pages } = await resultFor(site);
      assert.equal(result, 'trouble');
      assert.deepEqual(
        pages[0].errors.map(({ file, line, column }) => [file, line, column]),
        [['js/app.js', 2, 1]],
      );
      site.write('js/app.js', 'Promise.reject(new Error("later"));\n');
      assert.match(
        (await waitFor(site)).stdout,
        /^js\/app\.js:1:\d+: unhandled rejection: Error: later/,
      );
      site.write('js/app.js', 'const a = 2;\n');
      assert.deepEqual(await waitFor(site), {
        code: 0,
        stdout: '1 page shows the newest files\n',
        stderr: '',
      });
    },
  );

  testSite(
    'wait: what does not load is trouble: a picture, a script, the background of a style sheet',
    {
      'index.html': page('<img src="a.png"><p>text</p>', link('style.css')),
      'style.css': 'p { background: url(b.png) }',
    },
    async ({ open, site }) => {
      await open();
      const { code, pages } = await resultFor(site);
      assert.equal(code, 1);
      assert.deepEqual(pages[0].failed.sort(), ['/a.png', '/b.png']);
      for (const name of ['a.png', 'b.png']) fs.writeFileSync(site.path(name), PIXEL);
      const mended = await resultFor(site, '--since=1');
      assert.deepEqual([mended.code, mended.pages[0].failed], [0, []]);
      fs.rmSync(site.path('index.html'));
      const gone = await resultFor(site, `--since=${mended.version}`);
      assert.deepEqual([gone.code, gone.pages[0].failed], [1, ['/']]);
    },
  );

  testSite(
    'wait: a page in a dialog is named when the time is over, and a closed page is not waited for',
    { 'index.html': page('<p>one</p>'), 'other.html': page('<p>other</p>') },
    async ({ open, site }) => {
      const tab = await open();
      const other = await open('other.html');
      assert.equal((await waitFor(site)).code, 0);
      const answer = new Promise((resolve) =>
        tab.page.once('dialog', async (dialog) => {
          const { code, stdout } = await waitFor(site, '--timeout=1');
          await dialog.accept();
          resolve({ code, stdout });
        }),
      );
      await tab.ask(() => void setTimeout(() => alert('wait')));
      const { code, stdout } = /** @type {any} */ (await answer);
      assert.equal(code, 4, stdout);
      assert.match(
        stdout,
        /^waiting for \/ \(.*\): it has not said yet that it shows the newest files/,
      );
      await other.close();
      assert.equal((await waitFor(site)).stdout, '1 page shows the newest files\n');
      await tab.close();
      assert.equal((await waitFor(site)).code, 2);
    },
  );
}
