/**
 * drafts: what an editor has not saved, in open pages. The editor's program is the test itself.
 */

import assert from 'node:assert/strict';

import { connectEditor } from '../support/editor.js';
import { BLUE, css, GREEN, link, page, RED } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const draft = (/** @type {string} */ path, /** @type {string} */ text) => ({
  type: 'draft',
  path,
  text,
});

/** A page with a script; it shows what else it has loaded. @param {string} text */
const scripted = (text) => page(`<p>${text}</p><script src="app.js"></script>`, link('style.css'));

const FILES = {
  'index.html': page('<p>disk</p><input>', link('style.css')),
  'app.html': scripted('disk'),
  'app.js': "document.body.dataset.app = 'disk';",
  'style.css': css('p', RED),
};

/** @param {import('./site.js').Tab} tab @param {string} expected */
const showsApp = (tab, expected) => tab.shows(expected, () => document.body.dataset.app);

/** @param {TestSite} testSite */
export function testDrafts(testSite) {
  testSite('draft: keys in CSS and HTML are shown in place', FILES, async ({ open, site }) => {
    const tab = await open();
    await tab.isKnown();
    const editor = await connectEditor();
    const typed = '你好, a line\r\n';
    for (let length = 1; length <= typed.length; length++) {
      const text = typed.slice(0, length);
      editor.send(draft('index.html', FILES['index.html'].replace('disk', text)));
      editor.send(draft('style.css', css('p', [0, 0, length])));
      await tab.showsText('p', text.replace('\r\n', '\n').replace('\r', '\n'));
      await tab.showsColour('p', [0, 0, length]);
    }
    await tab.page.type('input', 'kept');
    // The save of what is shown changes nothing; the next change is in place, too.
    site.write('style.css', css('p', [0, 0, typed.length]));
    editor.send({ type: 'saved', path: 'style.css' });
    editor.send(draft('style.css', css('p', GREEN)));
    await tab.showsColour('p', GREEN);
    // As when the editor is killed: nothing is said.
    editor.close();
    await tab.showsText('p', 'disk');
    await tab.showsColour('p', [0, 0, typed.length]);
    assert.equal(await tab.loads(), 1);
    assert.equal(await tab.ask(() => document.querySelector('input').value), 'kept');
  });

  testSite(
    'draft: keys in a mounted file, and in one of another site, are shown in their pages',
    {
      'index.html': page('<p>main</p>', link('/styles/a.css')),
      'css/a.css': css('p', RED),
      'shop/index.html': page('<p>shop</p>', link('own.css')),
      'shop/own.css': css('p', RED),
    },
    async ({ open, site, server }) => {
      const main = await open();
      const shop = await open(`http://shop.localhost:${server.port}/`);
      for (const tab of [main, shop]) await tab.isKnown();
      const editor = await connectEditor();
      const { root } = editor.messages[0];
      for (const blue of [1, 2, 3]) {
        editor.send(draft(`${root}/css/a.css`, css('p', [0, 0, blue])));
        editor.send(draft(`${root}/shop/own.css`, css('p', [0, blue, 0])));
        await main.showsColour('p', [0, 0, blue]);
        await shop.showsColour('p', [0, blue, 0]);
      }
      editor.send(
        draft(`${root}/shop/index.html`, site.read('shop/index.html').replace('>shop<', '>typed<')),
      );
      await shop.showsText('p', 'typed');
      editor.close();
      await shop.showsText('p', 'shop');
      for (const tab of [main, shop]) {
        await tab.showsColour('p', RED);
        assert.equal(await tab.loads(), 1);
      }
    },
    ['--mount=/styles=ROOT/css', '--vhost=shop.localhost=ROOT/shop'],
  );

  testSite('draft: a page with scripts waits for the save', FILES, async ({ open, site }) => {
    const tab = await open('app.html');
    await showsApp(tab, 'disk');
    await tab.isKnown();
    const editor = await connectEditor();
    const script = (/** @type {string} */ text) => FILES['app.js'].replace('disk', text);
    for (const text of ['d', 'dr', 'draft']) {
      editor.send(draft('app.html', scripted(text)));
      editor.send(draft('app.js', script(text)));
    }
    editor.send(draft('style.css', css('p', GREEN)));
    await tab.showsColour('p', GREEN);
    assert.equal(await tab.loads(), 1);
    await tab.showsText('p', 'disk');

    site.write('app.js', script('draft'));
    editor.send({ type: 'saved', path: 'app.js' });
    await showsApp(tab, 'draft');
    // The page was loaded while the other texts lay there.
    await tab.showsText('p', 'draft');
    assert.equal(await tab.loads(), 2);
    site.write('style.css', css('p', GREEN));
    editor.send({ type: 'saved', path: 'style.css' });
    site.write('app.html', scripted('draft'));
    editor.send({ type: 'saved', path: 'app.html' });
    await tab.isKnown();
    editor.send(draft('style.css', css('p', BLUE)));
    await tab.showsColour('p', BLUE);
    assert.equal(await tab.loads(), 2, 'it has shown what was saved');
    editor.close();
    await tab.showsColour('p', GREEN);
    assert.equal(await tab.loads(), 2);
  });

  testSite('draft: given up, it is gone from each page that shows it', FILES, async ({ open }) => {
    const before = await open('app.html');
    await before.isKnown();
    const editor = await connectEditor();
    editor.send(draft('app.html', scripted('draft')));
    await before.hears('change state');
    const during = await open('app.html');
    await during.showsText('p', 'draft');
    await during.isKnown();
    editor.send({ type: 'closed', path: 'app.html' });
    await during.showsText('p', 'disk');
    editor.send(draft('style.css', css('p', GREEN)));
    await before.showsColour('p', GREEN);
    await before.showsText('p', 'disk');
    assert.equal(await before.loads(), 1, 'it has never shown the draft');
    editor.close();
  });

  testSite(
    'draft: of two editors, of a file renamed and deleted, and of 1 MiB',
    FILES,
    async ({ open, site }) => {
      const tab = await open();
      await tab.isKnown();
      const one = await connectEditor({ editor: 'One' });
      const two = await connectEditor({ editor: 'Two' });
      one.send(draft('style.css', css('p', GREEN)));
      await tab.showsColour('p', GREEN);
      two.send(draft('style.css', css('p', BLUE)));
      await tab.showsColour('p', BLUE);
      two.close();
      await tab.showsColour('p', GREEN);
      site.rename('style.css', 'other.css');
      one.send(draft('style.css', css('p', BLUE)));
      await tab.showsColour('p', BLUE);
      site.rename('other.css', 'style.css');
      one.send({ type: 'closed', path: 'style.css' });
      await tab.showsColour('p', RED);
      const large = page(`<p>large</p>${'<i>x</i>'.repeat(130000)}`, link('style.css'));
      one.send(draft('index.html', large));
      await tab.showsText('p', 'large');
      one.send(draft('index.html', large.replace('large', 'larger')));
      await tab.showsText('p', 'larger');
      site.remove('index.html');
      one.send(draft('index.html', large.replace('large', 'still there')));
      await tab.showsText('p', 'still there');
      assert.equal(await tab.loads(), 1);
      one.close();
    },
  );

  testSite(
    'draft: --draft-reload reloads pages with scripts',
    FILES,
    async ({ open, site }) => {
      const tab = await open('app.html');
      await tab.isKnown();
      const editor = await connectEditor();
      editor.send(draft('app.html', scripted('draft')));
      await tab.showsText('p', 'draft');
      assert.equal(await tab.loads(), 2);
      await tab.isKnown();
      site.write('app.html', scripted('draft'));
      editor.send({ type: 'saved', path: 'app.html' });
      editor.send(draft('style.css', css('p', GREEN)));
      await tab.showsColour('p', GREEN);
      assert.equal(await tab.loads(), 2);
      editor.close();
    },
    ['--draft-reload'],
  );
}
