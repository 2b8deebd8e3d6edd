/**
 * documents: random sites of one page with style sheets and pictures, and random edits of them, as a
 * person or a build makes them. A document is a tree of plain objects, so every edit leaves it a document.
 */

/**
 * @typedef {import('./random.js').Random} Random
 *
 * @typedef {object} Element
 * @property {string} name
 * @property {Record<string, string>} attributes
 * @property {Node[]} children
 *
 * @typedef {Element | string} Node
 *
 * @typedef {object} Site
 * @property {Element[]} head
 * @property {Node[]} body
 * @property {Record<string, string>} bodyAttributes
 * @property {boolean} hasScript whether the page runs a script, so that it can only be reloaded
 * @property {Record<string, string[]>} sheets the rules of each style sheet, by name
 * @property {Record<string, string>} pictures the colour of each picture, by name
 */

const WORDS = [
  'one',
  'two',
  'three',
  'ölf',
  '中文',
  '&amp;',
  '&lt;b&gt;',
  'javascript: is a word',
  ' ',
];
const COLOURS = ['red', 'green', 'blue', 'orange', 'rgb(1, 2, 3)', '#abc'];
const SHEETS = ['a.css', 'b.css', 'c.css', 'd.css'];
const PICTURES = ['1.svg', '2.svg', '3.svg'];
const CLASSES = ['x', 'y', 'z', 'x y'];
const VOID = new Set([
  'input',
  'img',
  'br',
  'hr',
  'source',
  'link',
  'meta',
  'track',
  'area',
  'col',
  'wbr',
]);
const BLOCKS = [
  'p',
  'div',
  'section',
  'h1',
  'h2',
  'blockquote',
  'article',
  'ul',
  'details',
  'form',
  'table',
  'select',
  'fieldset',
  'picture',
  'svg',
  'pre',
  'dl',
];
const INLINES = [
  'b',
  'i',
  'span',
  'a',
  'code',
  'input',
  'img',
  'br',
  'textarea',
  'label',
  'progress',
  'meter',
  'button',
  'noscript',
  'wbr',
  'q',
];
const INPUTS = [
  'text',
  'checkbox',
  'radio',
  'range',
  'color',
  'date',
  'hidden',
  'number',
  'submit',
];

/** @param {Random} random */
const words = (random) =>
  Array.from({ length: 1 + random.below(4) }, () => random.pick(WORDS)).join(' ');

/** @type {(name: string, attributes?: Record<string, string>, children?: Node[]) => Element} */
const element = (name, attributes = {}, children = []) => ({ name, attributes, children });

/** @param {Random} random */
function someAttributes(random) {
  /** @type {Record<string, string>} */
  const attributes = {};
  if (random.happens(0.3)) attributes.class = random.pick(CLASSES);
  if (random.happens(0.1)) attributes.id = `i${random.below(8)}`;
  if (random.happens(0.1)) attributes.title = words(random);
  if (random.happens(0.1)) attributes.style = `color: ${random.pick(COLOURS)}`;
  if (random.happens(0.04)) attributes.one = '1';
  if (random.happens(0.04)) attributes.hidden = '';
  if (random.happens(0.04)) attributes.lang = random.pick(['en', 'de', 'zh']);
  if (random.happens(0.04)) attributes['data-a'] = words(random);
  return attributes;
}

/** @type {Record<string, (random: Random) => Element>} */
const MAKERS = {
  ul: (random) =>
    element(
      random.pick(['ul', 'ol']),
      someAttributes(random),
      some(random, 4, () => element('li', someAttributes(random), [words(random)])),
    ),
  dl: (random) =>
    element(
      'dl',
      {},
      some(random, 3, () => element(random.pick(['dt', 'dd']), {}, [words(random)])),
    ),
  details: (random) =>
    element('details', random.happens(0.3) ? { open: '' } : {}, [
      element('summary', {}, [words(random)]),
      words(random),
    ]),
  table: (random) =>
    element('table', someAttributes(random), [
      element(
        'tbody',
        {},
        some(random, 3, () =>
          element(
            'tr',
            {},
            some(random, 3, () =>
              element(random.pick(['td', 'th']), someAttributes(random), [words(random)]),
            ),
          ),
        ),
      ),
    ]),
  select: (random) =>
    element(
      'select',
      random.happens(0.3) ? { size: '3' } : {},
      some(random, 4, () => option(random)),
    ),
  picture: (random) =>
    element('picture', {}, [
      element('source', {
        srcset: random.pick(PICTURES),
        media: random.pick(['(min-width: 1px)', '(max-width: 1px)']),
      }),
      element('img', { src: random.pick(PICTURES), alt: words(random) }),
    ]),
  svg: (random) =>
    element('svg', { width: '20', height: '20' }, [
      element('rect', {
        id: `r${random.below(3)}`,
        width: '9',
        height: '9',
        fill: random.pick(COLOURS),
      }),
      element('use', { 'xlink:href': `#r${random.below(3)}`, x: '9' }),
    ]),
  input: (random) => {
    const type = random.pick(INPUTS);
    /** @type {Record<string, string>} */
    const attributes = { type, ...someAttributes(random) };
    if (random.happens(0.5)) attributes.name = `n${random.below(4)}`;
    if (random.happens(0.4))
      attributes.value =
        { range: '7', color: '#00ff00', date: '2026-01-02', number: '3' }[type] ?? 'v';
    if (random.happens(0.3) && /checkbox|radio/.test(type)) attributes.checked = '';
    if (random.happens(0.3) && type === 'range') attributes.max = '20';
    return element('input', attributes);
  },
  img: (random) =>
    element('img', { src: random.pick(PICTURES), alt: '', ...someAttributes(random) }),
  textarea: (random) => element('textarea', someAttributes(random), [words(random)]),
  a: (random) =>
    element('a', { href: random.pick(['#i1', 'other.html', '?q']), ...someAttributes(random) }, [
      words(random),
    ]),
  progress: () => element('progress', { value: '1', max: '3' }),
  meter: () => element('meter', { value: '0.5' }),
};

/** @param {Random} random */
function option(random) {
  const attributes = random.happens(0.2)
    ? { selected: '' }
    : random.happens(0.1)
      ? { disabled: '' }
      : {};
  return element('option', attributes, [random.pick(WORDS.slice(0, 3))]);
}

/** @type {(random: Random, most: number, make: () => Node) => Node[]} */
const some = (random, most, make) => Array.from({ length: 1 + random.below(most) }, make);

/** @type {(random: Random, depth?: number) => Node} */
function makeNode(random, depth = 0) {
  if (random.happens(0.15)) return words(random);
  const name = random.pick(depth === 0 ? BLOCKS : INLINES);
  if (MAKERS[name]) return MAKERS[name](random);
  const isLeaf = VOID.has(name) || depth > 2;
  return element(
    name,
    someAttributes(random),
    isLeaf ? [] : some(random, 3, () => makeNode(random, depth + 1)),
  );
}

/** @param {Random} random */
function makeRule(random) {
  const selector = random.pick([
    'p',
    '.x',
    '.y',
    'h1, h2',
    'li:first-child',
    '#i1',
    'a:hover',
    'td',
    'img',
    ':root',
  ]);
  const declaration = random.pick([
    () => `color: ${random.pick(COLOURS)}`,
    () => `background: url(${random.pick(PICTURES)})`,
    () => `border: var(--b, 3px solid) red; border-left-color: blue`,
    () => `margin: ${random.below(9)}px`,
    () => `--b: ${random.below(5)}px dotted`,
    () => `list-style-image: url("${random.pick(PICTURES)}")`,
  ])();
  const rule = `${selector} { ${declaration} }`;
  return random.happens(0.15) ? `@media (min-width: 1px) { ${rule} }` : rule;
}

/** @param {Random} random */
function makeHeadElement(random) {
  return random.pick([
    () => element('link', { rel: 'stylesheet', href: random.pick(SHEETS) }),
    () => element('style', {}, [makeRule(random)]),
    () => element('style', {}, [`@import "${random.pick(SHEETS)}"; ${makeRule(random)}`]),
    () => element('meta', { name: 'description', content: words(random) }),
    () => element('link', { rel: 'stylesheet', href: random.pick(SHEETS), disabled: '' }),
    () => element('link', { rel: 'alternate', href: 'feed.xml' }),
  ])();
}

/**
 * @param {Random} random
 * @returns {Site}
 */
export function makeSite(random) {
  return {
    head: /** @type {Element[]} */ (some(random, 4, () => makeHeadElement(random))),
    body: some(random, 8, () => makeNode(random)),
    bodyAttributes: someAttributes(random),
    hasScript: random.happens(0.25),
    sheets: Object.fromEntries(
      SHEETS.map((name, i) => [
        name,
        [
          ...(i < 2 && random.happens(0.3) ? [`@import "${SHEETS[i + 2]}";`] : []),
          makeRule(random),
          makeRule(random),
        ],
      ]),
    ),
    pictures: Object.fromEntries(PICTURES.map((name) => [name, random.pick(COLOURS)])),
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
    const fresh = MAKERS[one.name]?.(random).attributes ?? someAttributes(random);
    const [name] = Object.keys(one.attributes);
    if (name && random.happens(0.3)) delete one.attributes[name];
    else Object.assign(one.attributes, fresh);
  },
  'change the head': (site, random) => {
    const at = random.below(site.head.length + 1);
    site.head.splice(at, random.below(2), makeHeadElement(random));
  },
  'take from the head': (site, random) => site.head.splice(random.below(site.head.length + 1), 1),
  'change the body element': (site, random) => (site.bodyAttributes = someAttributes(random)),
  'change a rule': (site, random) => {
    const rules = site.sheets[random.pick(SHEETS)];
    rules[rules.length - 1] = makeRule(random);
  },
  'put a rule in': (site, random) => site.sheets[random.pick(SHEETS)].push(makeRule(random)),
  'change a picture': (site, random) =>
    (site.pictures[random.pick(PICTURES)] = random.pick(COLOURS)),
};

/**
 * Edits the site, sometimes in several places at once, as by Save All.
 *
 * @param {Site} site
 * @param {Random} random
 * @returns {string} what was done, for a report
 */
export function edit(site, random) {
  const names = [random.pick(Object.keys(EDITS))];
  while (random.happens(0.25)) names.push(random.pick(Object.keys(EDITS)));
  for (const name of names) EDITS[name](site, random);
  return names.join(', ');
}

/* ---- files ---- */

/** @param {Node} node @returns {string} */
function markup(node) {
  if (typeof node === 'string') return node;
  const attributes = Object.entries(node.attributes).map(([name, value]) => ` ${name}="${value}"`);
  const start = `<${node.name}${attributes.join('')}>`;
  return VOID.has(node.name)
    ? start
    : `${start}${node.children.map(markup).join('')}</${node.name}>`;
}

/**
 * @param {Site} site
 * @returns {Record<string, string>} the text of each file by its name
 */
export function filesOf(site) {
  /** @type {Record<string, string>} */
  const files = {};
  for (const [name, rules] of Object.entries(site.sheets)) files[name] = `${rules.join('\n')}\n`;
  for (const [name, colour] of Object.entries(site.pictures)) {
    files[name] =
      `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="${colour}"/></svg>`;
  }
  const script = site.hasScript ? '<script>window.ran = true</script>' : '';
  const body = markup(element('body', site.bodyAttributes, site.body));
  files['index.html'] =
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>x</title>
${site.head.map(markup).join('\n')}${script}</head>\n${body}</html>\n`;
  return files;
}
