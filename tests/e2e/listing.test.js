/**
 * The list of a folder without an index: what it shows, how it is found by names, and that a large one holds
 * nobody up.
 */

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { get, getAndHead } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const site = makeSite({
  'docs/api/b.txt': 'b',
  'docs/a.txt': 'a',
  'docs/c.md': 'c',
  'docs/<i>/x.txt': 'x',
});
const large = join(site.root, 'large');
mkdirSync(large);
for (let i = 0; i < 10000; i++) writeFileSync(join(large, `${i}.txt`), '');
const server = await serverForFile({ root: site.root });

/** @param {string} target */
const page = async (target) => (await get(server, target)).body.toString();
/** @param {string} html */
const names = (html) =>
  [...html.matchAll(/<tr><td><a href="\.\/[^"]*">([^<]*)<\/a>/g)].map(([, name]) => name);

describe('a listing', () => {
  test('is a main part with a heading: the name of the site and the way to the folder, as links', async () => {
    const html = await page('/docs/api/');
    assert.match(html, /<main>.*<\/main>/s);
    const [, heading] = /<h1>(.*)<\/h1>/.exec(html);
    assert.equal(heading.replace(/<[^>]*>/g, ''), `${basename(site.root)}/docs/api/`);
    assert.deepEqual(
      [...heading.matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
      ['../../', '../', './'],
    );
    assert.match(html, /<a href="\.\.\/">Parent folder<\/a>/);
    assert.doesNotMatch(await page('/'), /Parent folder/);
    assert.match(await page('/docs/%3Ci%3E/'), /&lt;i&gt;<\/a>\/<\/h1>/);
  });

  test('has a form that filters, and links that sort what is left', async () => {
    assert.deepEqual(names(await page('/docs/?filter=.')), ['a.txt', 'c.md']);
    assert.deepEqual(names(await page('/docs/?filter=TXT&sort=-name')), ['a.txt']);
    const html = await page('/docs/?filter=a%26%22+b');
    assert.match(html, /<input type="search" name="filter"[^>]* value="a&amp;&quot; b">/);
    assert.match(html, /<a href="\?sort=size&amp;filter=a%26%22%20b">/);
    assert.match(html, /<p role="status">No name contains this\.<\/p>/);
  });

  test('is not sent again to who has it', async () => {
    for (const target of ['/docs/', '/docs/?filter=a', '/large/']) {
      const { got, headed } = await getAndHead(server, target);
      assert.equal(headed.fields.etag, got.fields.etag);
      const again = await get(server, target, { 'If-None-Match': got.fields.etag });
      assert.equal(again.status, 304, target);
      assert.equal(again.body.length, 0);
      assert.equal(again.fields.etag, got.fields.etag);
    }
    const { etag } = (await get(server, '/docs/')).fields;
    site.write('docs/new.txt', 'new');
    const changed = await get(server, '/docs/', { 'If-None-Match': etag });
    assert.equal(changed.status, 200);
    assert.match(changed.body.toString(), />new\.txt</);
    site.remove('docs/new.txt');
  });

  test('of 10,000 files is made while others get their answers', async () => {
    let isDone = false;
    const lists = Promise.all(
      [1, 2, 3].map((i) => get(server, `/large/?sort=-name&other=${i}`)),
    ).finally(() => {
      isDone = true;
    });
    let longest = 0;
    let answers = 0;
    while (!isDone) {
      const start = performance.now();
      assert.equal((await get(server, '/docs/a.txt')).body.toString(), 'a');
      longest = Math.max(longest, performance.now() - start);
      answers++;
    }
    for (const { body } of await lists) assert.equal(names(body.toString()).length, 10000);
    assert.ok(answers > 3, `only ${answers} answers in between, the slowest in ${longest} ms`);
  });
});
