import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeUrls, createAssetPlaces } from '../../../inject/page/asset_places.js';
import { element, page } from '../fake_dom.js';
import { FakeSheet } from '../fakes.js';

test('every URL in an attribute or in CSS is found, and nothing else is touched', () => {
  const rows = [
    ['src', 'a.png', '<a.png>'],
    ['src', ' a b.png\n', ' <a b.png>\n'],
    ['src', '', ''],
    ['srcset', 'a.png', '<a.png>'],
    ['srcset', 'a.png 1x, b.png 2x', '<a.png> 1x, <b.png> 2x'],
    ['srcset', '\n  a.png 480w,\n  b,c.png 800.5w\n', '\n  <a.png> 480w,\n  <b,c.png> 800.5w\n'],
    ['style', 'color: red', 'color: red'],
    ['style', 'background: url(a.png) red', 'background: url(<a.png>) red'],
    [
      'style',
      'background: url( "a b.png" ), URL(\'c.png\')',
      'background: url("<a b.png>"), url(\'<c.png>\')',
    ],
    ['style', 'background: url("a(1).png")', 'background: url("<a(1).png>")'],
    ['style', 'mask: url(#m)', 'mask: url(<#m>)'],
    ['style', 'src: url("a.woff2") format("woff2")', 'src: url("<a.woff2>") format("woff2")'],
  ];
  for (const [name, text, expected] of rows) {
    assert.equal(
      changeUrls(name, text, (url) => `<${url}>`),
      expected,
    );
    assert.equal(
      changeUrls(name, text, (url) => url),
      text,
    );
  }
});

/** The places of a page, as "name text load". */
function placesOf(document) {
  const loads = { loadImage: async () => 'image', loadFont: async () => 'font' };
  const places = createAssetPlaces({ document, ...loads });
  const nameOf = (load) => (load === loads.loadFont ? 'font' : load ? 'image' : 'none');
  const words = (some) =>
    [...some].map(({ name, text, load }) => `${name} ${text} ${nameOf(load)}`);
  return {
    places,
    every: () => words(places.every()),
    inSheet: (one) => words(places.inSheet(one)),
  };
}

test('the places in attributes', () => {
  const svg = element('image', { 'xlink:href': 'i.svg' });
  const body = [
    element('img', { src: 'a.png', srcset: 'b.png 2x' }),
    element('video', { poster: 'p.png' }, element('source', { src: 'v.mp4' })),
    element('track', { src: 't.vtt' }),
    element('td', { background: 'bg.png' }),
    element('p', { style: 'color: red' }),
    svg,
    element('a', { href: 'page.html' }),
    element('script', { src: 'a.js', type: 'application/json' }),
  ];
  const head = [
    element('link', { rel: 'Icon', href: 'favicon.ico' }),
    element('link', { rel: 'stylesheet', href: 'a.css' }),
  ];
  assert.deepEqual(placesOf(page({ head, body })).every(), [
    'src a.png image',
    'src v.mp4 none',
    'srcset b.png 2x image',
    'poster p.png image',
    'href favicon.ico image',
    'href i.svg image',
    'background bg.png image',
    'style color: red image',
  ]);
});

test('the places in shadow roots and in their sheets', () => {
  const host = element('x-host');
  const root = host.attachShadow({ mode: 'open' });
  root.append(element('img', { src: 'shadow.png' }));
  root.adoptedStyleSheets.push(sheetOf('a { background: url(a.png) }'));
  assert.deepEqual(placesOf(page({ body: [host] })).every(), [
    'src shadow.png image',
    'style url(a.png) image',
  ]);
});

const sheetOf = (...rules) => new FakeSheet('http://localhost:9000/a.css', rules);

test('the places in a sheet: imported sheets, groups and nested rules are looked into', () => {
  const imported = new FakeSheet('http://localhost:9000/css/i.css', ['i { cursor: url(i.png) }']);
  const outer = sheetOf('n { color: red; mask: url(n.png); content: url(c.png) }');
  const [nesting] = outer.cssRules;
  nesting.cssRules = sheetOf('m { cursor: url(m.png) }').cssRules;
  const sheet = {
    cssRules: [
      { styleSheet: imported },
      { cssText: '@media {…}', cssRules: sheetOf('b { cursor: url(b.png) }').cssRules },
      nesting,
      { cssText: '@font-face { src: url(f.woff2) }', type: 5 },
    ],
  };
  const { places, inSheet } = placesOf(page());
  assert.deepEqual(inSheet(sheet), [
    'style url(i.png) image',
    'style url(b.png) image',
    'style url(n.png) image',
    'style url(c.png) image',
    'style url(m.png) image',
    'style @font-face { src: url(f.woff2) } font',
  ]);
  const bases = [...places.inSheet(/** @type {any} */ (sheet))].map(({ base }) => base);
  assert.deepEqual(bases.slice(0, 2), [imported.href, 'http://localhost:9000/']);
});

test('a shorthand with var() has a value of its own, when nothing hides it', () => {
  const sheet = sheetOf('p { color: red }');
  const [{ style }] = sheet.cssRules;
  const values = { background: 'url(a.png) var(--c)', mask: '' };
  Object.assign(style, { getPropertyValue: (name) => values[name] ?? 'red' });
  Object.defineProperty(style, 'cssText', {
    value: 'color: red; background: url(a.png) var(--c); list-style: url(l.png)',
  });
  assert.deepEqual(placesOf(page()).inSheet(sheet), ['style url(a.png) var(--c) image']);
});

test('a place is set where it was read', () => {
  const rows = [
    ['img', 'src'],
    ['image', 'href'],
    ['image', 'xlink:href'],
  ];
  for (const [name, attribute] of rows) {
    const image = element(name, { [attribute]: 'a.png' });
    const { places } = placesOf(page({ body: [image] }));
    for (const place of places.every()) place.set('b.png');
    assert.deepEqual(image.attributes, [{ name: attribute, value: 'b.png' }]);
  }

  const { places } = placesOf(page());
  const sheet = sheetOf(
    'a { color: red; cursor: url(a.png) !important }',
    '@font-face { src: url(f) }',
  );
  const [first, second] = places.inSheet(/** @type {any} */ (sheet));
  first.set('url(b.png)');
  second.set('@font-face { src: url(g) }');
  assert.deepEqual(sheet.texts, [
    'a { color: red; cursor: url(b.png) !important }',
    '@font-face { src: url(g) }',
  ]);
});

test('a media element goes on where it was', () => {
  const plays = [];
  const video = element('video', { src: 'a.mp4' });
  Object.assign(video, { currentTime: 7, playbackRate: 2, paused: false });
  video.load = () => Object.assign(video, { currentTime: 0, playbackRate: 1 });
  video.play = async () => plays.push(video.currentTime);
  const [place] = placesOf(page({ body: [video] })).places.every();
  place.set('b.mp4');
  assert.equal(video.getAttribute('src'), 'b.mp4');
  assert.equal(video.currentTime, 0);
  video.dispatchEvent(new Event('loadedmetadata'));
  assert.deepEqual([video.currentTime, video.playbackRate, plays], [7, 2, [7]]);

  video.paused = true;
  place.set('c.mp4');
  video.dispatchEvent(new Event('loadedmetadata'));
  assert.equal(plays.length, 1, 'a paused one stays so');
});
