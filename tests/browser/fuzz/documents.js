/**
 * documents: random sites of one page with style sheets and pictures, and random edits of them, as a
 * person or a build makes them. As long as the page is a tree, every edit leaves it a document; some pages
 * are texts, in which an edit may leave anything.
 */

import {
  COLOURS,
  element,
  LARGE_PICTURES,
  makeNode,
  MAKERS,
  markup,
  PICTURES,
  some,
  someAttributes,
  words,
} from './elements.js';
import { DATA, PAGE_SCRIPTS } from './page_scripts.js';
import { makeRule, SHEETS } from './rules.js';
import { PAGES, TEXT_EDITS } from './texts.js';
import { xmlOf } from './xml_pages.js';

/**
 * @typedef {import('./random.js').Random} Random
 * @typedef {import('./elements.js').Element} Element
 * @typedef {import('./elements.js').Node} Node
 *
 * @typedef {[colour: string, size: number]} Picture
 *
 * @typedef {object} Site
 * @property {string} name of the page
 * @property {string} [text] the page, when it is a text
 * @property {string} doctype
 * @property {string} before what stands before the root element
 * @property {string} after what stands after the body
 * @property {Element[]} head
 * @property {Node[]} body
 * @property {Record<string, string | null>} rootAttributes
 * @property {Record<string, string | null>} bodyAttributes
 * @property {string[]} scripts markup of the scripts of the page; with one it can only be reloaded
 * @property {Record<string, number>} data a number for each file that a script may read, by name
 * @property {boolean} isUsed whether somebody types in the page between the edits
 * @property {Record<string, string[]>} sheets the rules of each style sheet, by name
 * @property {Record<string, Picture>} pictures by name
 * @property {string} frame what the document in the frames says
 * @property {Set<string>} missing the files that are not there
 * @property {boolean} isReplaced whether a file that is saved is another one of the same name, as some editors
 *   do it
 */

const ALL_PICTURES = [...PICTURES, ...LARGE_PICTURES];

const DOCTYPES = [
  '<!doctype html>',
  '<!doctype html>',
  '<!doctype html>',
  '',
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">',
  '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">',
];

/** @param {Random} random */
function makeHeadElement(random) {
  const sheet = () => random.pick(SHEETS);
  return random.pick([
    () => element('link', { rel: 'stylesheet', href: sheet() }),
    () => element('link', { rel: 'stylesheet', href: sheet() }),
    () => element('style', {}, [makeRule(random, false)]),
    () => element('style', {}, [`@import "${sheet()}"; ${makeRule(random, false)}`]),
    () => element('style', {}, [`@import "${sheet()}" layer(one);`]),
    () => element('style', { media: random.pick(['print', 'screen']) }, [makeRule(random, false)]),
    () => element('meta', { name: 'description', content: words(random) }),
    () => element('meta', { name: 'color-scheme', content: random.pick(['light', 'dark']) }),
    () => element('meta', { name: 'viewport', content: 'width=device-width' }),
    () => element('link', { rel: 'stylesheet', href: sheet(), disabled: null }),
    () => element('link', { rel: 'stylesheet', href: sheet(), media: 'print' }),
    () => element('link', { rel: 'alternate', href: 'feed.xml' }),
    () => element('link', { rel: 'preload', href: sheet(), as: 'style' }),
    () => element('link', { rel: random.pick(['icon', 'shortcut icon']), href: '1.svg' }),
    () => rareHeadElement(random),
    () => oddSheet(random),
  ])();
}

/** Style sheets that a browser does not use, uses later, or finds elsewhere. @param {Random} random */
function oddSheet(random) {
  const sheet = random.pick(SHEETS);
  /** @type {(attributes: Record<string, string | null>) => Element} */
  const link = (attributes) => element('link', { rel: 'stylesheet', href: sheet, ...attributes });
  return random.pick([
    () => link({ href: `${sheet}?v=${random.below(3)}` }),
    () => link({ href: `/${sheet}#part` }),
    () => link({ href: 'data:text/css,p{letter-spacing:1px}' }),
    () => link({ href: 'deep/e.css' }),
    () => link({ type: random.pick(['text/css', 'text/less', 'text/plain']) }),
    () =>
      link({
        media: random.pick(['screen', '(max-width: 1px)', '(min-width: 2px)', 'not all', '']),
      }),
    () => link({ rel: random.pick(['STYLESHEET', 'stylesheet preload', 'preload stylesheet']) }),
    () => link({ crossorigin: null, blocking: 'render' }),
    () =>
      element('style', { type: random.pick(['text/css', 'text/less', '']) }, [makeRule(random)]),
    () => element('style', {}, [`@layer two, one; @import url(${sheet}) layer(two);`]),
    () => element('style', {}, [`@import "${sheet}" supports(display: grid) screen;`]),
    () =>
      element('style', {}, [
        `@import "${random.pick(SHEETS)}"; @import "${sheet}"; .x { color: red }`,
      ]),
    () => element('style', {}, [`@import "deep/e.css"; ${makeRule(random, false)}`]),
  ])();
}

/** Most of these can only be reloaded. @param {Random} random */
function rareHeadElement(random) {
  if (random.happens(0.6)) return element('title', {}, [words(random)]);
  return random.pick([
    () => element('base', { href: random.pick(['./', '/']) }),
    () => element('link', { rel: 'stylesheet', title: 'one', href: 'a.css' }),
    () => element('link', { rel: 'alternate stylesheet', title: 'two', href: 'b.css' }),
    () => element('style', { title: random.pick(['one', 'two']) }, [makeRule(random, false)]),
    () => element('meta', { 'http-equiv': 'refresh', content: '5000' }),
    () => element('noscript', {}, ['<style>p { color: red }</style>']),
    () => element('script', { type: 'application/ld+json' }, ['{"a": "<p>"}']),
    () => element('meta', { 'http-equiv': 'default-style', content: random.pick(['one', 'two']) }),
    () => element('meta', { 'http-equiv': 'content-language', content: 'de' }),
    () => element('meta', { charset: random.pick(['utf-8', 'iso-8859-1']) }),
    () => element('link', { rel: 'manifest', href: 'data.json' }),
    () => element('link', { rel: 'preload', as: 'image', href: '2.svg' }),
    () => element('meta', { name: 'theme-color', content: random.pick(COLOURS) }),
  ])();
}

/** @type {(random: Random) => Picture} */
const makePicture = (random) => [random.pick(COLOURS), 7 + random.below(5)];

/**
 * @param {Random} random
 * @returns {Site}
 */
export function makeSite(random) {
  const isUsed = random.happens(0.2);
  const kind = random.below(10);
  const rules = () => makeRule(random, !isUsed);
  return {
    name: kind === 9 ? random.pick(['page.xhtml', 'page.xhtml', 'drawing.svg']) : 'index.html',
    text: kind < 3 ? PAGES[random.pick(Object.keys(PAGES))](random) : undefined,
    doctype: random.pick(DOCTYPES),
    before: random.happens(0.1) ? '<!-- made by a generator -->' : '',
    after: random.happens(0.1) ? '<!-- the end -->' : '',
    head: /** @type {Element[]} */ (some(random, 4, () => makeHeadElement(random))),
    body: some(random, 8, () => makeNode(random)),
    rootAttributes: { lang: 'en' },
    bodyAttributes: someAttributes(random),
    scripts: random.happens(0.2)
      ? some(random, 2, () => random.pick(PAGE_SCRIPTS)).map(String)
      : [],
    data: Object.fromEntries(Object.keys(DATA).map((name) => [name, random.below(9)])),
    isUsed,
    sheets: Object.fromEntries(
      SHEETS.map((name, i) => [
        name,
        [
          ...(i < 2 && random.happens(0.3) ? [`@import "${SHEETS[i + 2]}";`] : []),
          rules(),
          rules(),
        ],
      ]),
    ),
    pictures: Object.fromEntries(ALL_PICTURES.map((name) => [name, makePicture(random)])),
    frame: 'frame',
    missing: new Set(),
    isReplaced: random.happens(0.3),
  };
}

/* ---- edits ---- */

/** @param {Site} site @returns {{list: Node[], at: number}[]} each node, as a place in a list */
function places(site) {
  /** @type {{list: Node[], at: number}[]} */
  const found = [];
  /** @param {Node[]} list */
  const walk = (list) =>
    list.forEach((node, at) => {
      found.push({ list, at });
      if (typeof node !== 'string') walk(node.children);
    });
  walk(site.body);
  return found;
}

/** @typedef {(site: Site, random: Random) => void} Edit */

/** @type {Record<string, Edit>} */
const EDITS = {
  'put a node in': (site, random) =>
    site.body.splice(random.below(site.body.length + 1), 0, makeNode(random)),
  'put a node in somewhere': (site, random) => {
    const found = places(site);
    if (found.length === 0) return;
    const { list, at } = random.pick(found);
    const first = list[0];
    // Where only certain elements may stand, another one of them is put in.
    const copy =
      typeof first === 'string' || /^(p|div|b|i|span|section)$/.test(first.name)
        ? makeNode(random, 1)
        : structuredClone(first);
    list.splice(at, 0, copy);
  },
  'take a node out': (site, random) => {
    const found = places(site);
    if (found.length > 3) {
      const { list, at } = random.pick(found);
      list.splice(at, 1);
    }
  },
  'move a node': (site, random) => {
    if (site.body.length < 2) return;
    const [node] = site.body.splice(random.below(site.body.length), 1);
    site.body.splice(random.below(site.body.length + 1), 0, node);
  },
  'change a text': (site, random) => {
    const texts = places(site).filter(({ list, at }) => typeof list[at] === 'string');
    if (texts.length === 0) return;
    const { list, at } = random.pick(texts);
    list[at] = words(random);
  },
  'change attributes': (site, random) => {
    const elements = places(site).filter(({ list, at }) => typeof list[at] !== 'string');
    if (elements.length === 0) return;
    const { list, at } = random.pick(elements);
    const one = /** @type {Element} */ (list[at]);
    const made = MAKERS[one.name]?.(random);
    const fresh = typeof made === 'object' ? made.attributes : someAttributes(random);
    const [name] = Object.keys(one.attributes);
    if (name && random.happens(0.3)) delete one.attributes[name];
    else Object.assign(one.attributes, fresh);
  },
  'change the head': (site, random) => {
    const at = random.below(site.head.length + 1);
    site.head.splice(at, random.below(2), makeHeadElement(random));
  },
  'take from the head': (site, random) => site.head.splice(random.below(site.head.length + 1), 1),
  'change the body element': (site, random) =>
    (site.bodyAttributes = {
      ...someAttributes(random),
      ...(random.happens(0.2) ? { bgcolor: random.pick(COLOURS) } : {}),
      ...(random.happens(0.1) ? { text: random.pick(COLOURS), link: random.pick(COLOURS) } : {}),
    }),
  'change the root element': (site, random) =>
    (site.rootAttributes = {
      lang: random.pick(['en', 'de']),
      ...(random.happens(0.5) ? { class: 'x' } : { dir: 'ltr' }),
    }),
  'change what is around the document': (site, random) => {
    const part = random.pick(/** @type {const} */ (['doctype', 'before', 'after']));
    site[part] = random.pick(
      {
        doctype: DOCTYPES,
        before: ['', '<!-- x -->', '\n\n'],
        after: ['', '<!-- y -->', 'text', '<p>p'],
      }[part],
    );
  },
  'move a node somewhere': (site, random) => {
    const found = places(site);
    if (found.length < 3) return;
    const from = random.pick(found);
    const [node] = from.list.splice(from.at, 1);
    const left = places(site);
    const { list, at } = left.length > 0 ? random.pick(left) : from;
    list.splice(at, 0, node);
  },
  'copy a node': (site, random) => {
    const found = places(site);
    if (found.length === 0 || found.length > 150) return;
    const { list, at } = random.pick(found);
    list.splice(at, 0, structuredClone(list[at]));
  },
  'put an element around': (site, random) => {
    const found = places(site);
    if (found.length === 0) return;
    const { list, at } = random.pick(found);
    list[at] = element(random.pick(['div', 'section', 'b']), someAttributes(random), [list[at]]);
  },
  'turn a list round': (site, random) => {
    const lists = places(site).filter(({ list }) => list.length > 1);
    if (lists.length > 0) random.pick(lists).list.reverse();
  },
  'change a rule': (site, random) => {
    const rules = site.sheets[random.pick(SHEETS)];
    rules[rules.length - 1] = makeRule(random, !site.isUsed);
  },
  'put a rule in': (site, random) =>
    site.sheets[random.pick(SHEETS)].push(makeRule(random, !site.isUsed)),
  'change a picture': (site, random) =>
    (site.pictures[random.pick(ALL_PICTURES)] = makePicture(random)),
  'change what scripts read': (site, random) =>
    (site.data[random.pick(Object.keys(DATA))] = random.below(9)),
  'change the scripts': (site, random) => {
    if (site.scripts.length > 0 || random.happens(0.1))
      site.scripts[random.below(2)] = random.pick(PAGE_SCRIPTS);
  },
  'turn the head round': (site) => site.head.reverse(),
  'change an attribute in the head': (site, random) => {
    if (site.head.length === 0) return;
    const { attributes } = random.pick(site.head);
    const made = makeHeadElement(random).attributes;
    const [name] = Object.keys(attributes);
    if (name && random.happens(0.2)) delete attributes[name];
    else Object.assign(attributes, made, random.happens(0.2) ? { disabled: null } : {});
  },
  'write another document': (site, random) => {
    if (site.text !== undefined) site.text = PAGES[random.pick(Object.keys(PAGES))](random);
    else Object.assign(site, { body: some(random, 8, () => makeNode(random)), head: [] });
  },
  'write a very long text': (site, random) => {
    const texts = places(site).filter(({ list, at }) => typeof list[at] === 'string');
    if (texts.length === 0) return;
    const { list, at } = random.pick(texts);
    list[at] = `${words(random)} `.repeat(random.pick([20, 200]));
  },
  'change the document in the frames': (site, random) => (site.frame = words(random)),
  'take a file away, or bring it back': (site, random) => {
    const name = random.pick([...SHEETS, ...ALL_PICTURES]);
    const [gone] = site.missing;
    // A frame whose own document goes away waits for it, as any page does.
    const isFramed = /<embed\b|<iframe[^>]*\.svg/.test(filesOf(site)[site.name]);
    if (gone) site.missing.delete(gone);
    else if (!isFramed || SHEETS.includes(name)) site.missing.add(name);
  },
};

/**
 * Edits the site, sometimes in several places at once, as by Save All.
 *
 * @param {Site} site
 * @param {Random} random
 * @returns {string} what was done, for a report
 */
export function edit(site, random) {
  const names = [];
  do names.push(editOnce(site, random));
  while (random.happens(0.25));
  return names.join(', ');
}

/** @type {(site: Site, random: Random) => string} */
function editOnce(site, random) {
  if (site.text !== undefined && random.happens(0.8)) {
    const name = random.pick(Object.keys(TEXT_EDITS));
    site.text = TEXT_EDITS[name](site.text, random);
    return name;
  }
  const name = random.pick(Object.keys(EDITS));
  EDITS[name](site, random);
  return name;
}

/* ---- files ---- */

/** @param {Site} site */
function textOf(site) {
  const { text, doctype, before, after, head, scripts } = site;
  const script = scripts.join('\n');
  if (text !== undefined) return text + script;
  const body = markup(element('body', site.bodyAttributes, site.body));
  const root = markup(element('html', site.rootAttributes)).replace('</html>', '');
  return `${doctype}\n${before}${root}<head><meta charset="utf-8"><title>x</title>
${head.map(markup).join('\n')}${script}</head>\n${body}${after}</html>\n`;
}

/**
 * @param {Site} site
 * @returns {Record<string, string>} the text of each file that is there, by its name
 */
export function filesOf(site) {
  /** @type {Record<string, string>} */
  const files = {
    'frame.html': `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="b.css"><p>${site.frame}</p><img src="3.svg">`,
    'deep/e.css': `p { background: url(../1.svg) }\n@import "../late.css";\n.x { --image: url("../3.svg") }\n`,
  };
  for (const [name, number] of Object.entries(site.data)) files[name] = DATA[name](number);
  for (const [name, rules] of Object.entries(site.sheets)) files[name] = `${rules.join('\n')}\n`;
  for (const [name, [colour, size]] of Object.entries(site.pictures)) {
    files[name] =
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="9"><rect id="a" width="9" height="9" fill="${colour}"/></svg>`;
  }
  files[site.name] = site.name === 'index.html' ? textOf(site) : xmlOf(site);
  for (const name of site.missing) delete files[name];
  return files;
}
