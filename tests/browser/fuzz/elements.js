/**
 * elements: random elements, of every kind that the HTML standard parses in its own way or gives a state of
 * its own. A document is a tree of plain objects.
 */

/**
 * @typedef {import('./random.js').Random} Random
 *
 * @typedef {object} Element
 * @property {string} name
 * @property {Record<string, string | null>} attributes null for one without a value
 * @property {Node[]} children
 *
 * @typedef {Element | string} Node a string is markup
 */

const WORDS = [
  'one',
  'two',
  'three',
  'ölf',
  '中文',
  '&amp;',
  '&lt;b&gt;',
  '&notin; &#x80; &#0; &copy',
  'javascript: is a word',
  ' ',
  '\n\n',
  'שלום',
];
export const COLOURS = ['red', 'green', 'blue', 'orange', 'rgb(1, 2, 3)', '#abc'];
export const PICTURES = ['1.svg', '2.svg', '3.svg'];
/** The larger ones of sets. What Chromium takes of a set differs from load to load when something else shows them. */
export const LARGE_PICTURES = ['large.svg', 'wide.svg'];
const SETS = [
  { srcset: '1.svg 100w, large.svg 2000w', sizes: '10px' },
  { srcset: '3.svg 100w, large.svg 2000w', sizes: '(min-width: 1px) 5px, 50vw' },
  { srcset: '1.svg 100w, wide.svg 2000w', sizes: '100vw' },
  { srcset: '2.svg 300w', sizes: '10px' },
  { srcset: '2.svg 300w', sizes: '100vw' },
];
const CLASSES = ['x', 'y', 'z', 'x y'];
const IDS = ['i0', 'i1', 'i2', 'i3', 'i4'];
const VOID = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
const INPUTS = [
  'text',
  'checkbox',
  'radio',
  'range',
  'color',
  'date',
  'time',
  'hidden',
  'number',
  'submit',
  'image',
  'file',
  'search',
  'reset',
  'TEXT',
  'none-such',
];

/** @param {Random} random */
export const words = (random) =>
  Array.from({ length: 1 + random.below(4) }, () => random.pick(WORDS)).join(' ');

/** @type {(name: string, attributes?: Record<string, string | null>, children?: Node[]) => Element} */
export const element = (name, attributes = {}, children = []) => ({ name, attributes, children });

/** @type {(random: Random, most: number, make: () => Node) => Node[]} */
export const some = (random, most, make) => Array.from({ length: 1 + random.below(most) }, make);

/** @type {[number, string, (random: Random) => string | null][]} chance, name, value */
const ATTRIBUTES = [
  [0.3, 'class', (random) => random.pick(CLASSES)],
  [0.12, 'id', (random) => random.pick(IDS)],
  [0.08, 'title', words],
  [0.1, 'style', (random) => `color: ${random.pick(COLOURS)}`],
  [0.02, 'one', () => '1'],
  [0.03, 'hidden', (random) => random.pick(['', 'until-found'])],
  [0.03, 'lang', (random) => random.pick(['en', 'de', 'zh'])],
  [0.04, 'dir', (random) => random.pick(['auto', 'rtl', 'ltr'])],
  [0.03, 'data-a', words],
  [0.02, 'inert', () => null],
  [0.02, 'contenteditable', (random) => random.pick(['', 'true', 'false', 'plaintext-only'])],
  [0.02, 'tabindex', () => '0'],
  [0.02, 'popover', () => null],
  [0.01, '@click', () => 'x'],
  [0.01, 'align', (random) => random.pick(['left', 'right', 'center'])],
  [0.01, 'slot', () => 's'],
  [0.01, 'is', () => 'x-y'],
  [0.005, 'autofocus', () => null],
  [0.004, 'onclick', () => 'void 0'],
  [0.04, 'style', (random) => random.pick(STYLES)],
  [0.01, 'class', () => ''],
  [0.01, 'background', (random) => random.pick(PICTURES)],
  [0.01, 'part', () => 'p'],
  [0.01, 'translate', () => 'no'],
  [0.01, 'draggable', () => 'true'],
  [0.01, 'width', () => '50'],
  [0.02, 'STRANGE', (random) => random.pick(['a', 'b'])],
  [0.005, 'x:y', () => '1'],
  [0.005, ':bound', () => 'a.b'],
  [0.005, '[n]', () => '1'],
  [0.005, '(e)', () => '1'],
  [0.005, 'ölf', () => '1'],
  [0.005, 'data-camelCase', () => 'x'],
];
const STYLES = [
  'background: url(1.svg)',
  "background: url('2.svg') no-repeat, url(3.svg)",
  'content: url(2.svg)',
  '--image: url(2.svg); background: var(--image)',
  'color: red !important; margin: 2px',
  'none-such: 1; color: ',
  'list-style-image: url(3.svg)',
  'border-image: url(1.svg) 2; border: 3px solid',
  'white-space: pre',
  'height: 2em; overflow: auto',
];

/** @param {Random} random */
export function someAttributes(random) {
  /** @type {Record<string, string | null>} */
  const attributes = {};
  for (const [chance, name, make] of ATTRIBUTES) {
    if (random.happens(chance)) attributes[name] = make(random);
  }
  return attributes;
}

/** With each of these chances, an attribute. @type {(random: Random, given: Record<string, [number, string | null]>) => Record<string, string | null>} */
const maybe = (random, given) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([name, [chance, value]]) =>
      random.happens(chance) ? [[name, value]] : [],
    ),
  );

/** @type {(name: string, ...attributes: object[]) => (random: Random) => Element} */
const withText = (name) => (random) => element(name, someAttributes(random), [words(random)]);

/** @param {Random} random */
function option(random) {
  const attributes = maybe(random, {
    selected: [0.2, null],
    disabled: [0.1, null],
    value: [0.3, `v${random.below(3)}`],
    label: [0.1, 'l'],
  });
  return element('option', attributes, [words(random)]);
}

/** @param {Random} random */
const options = (random) =>
  some(random, 4, () =>
    random.happens(0.2)
      ? element(
          'optgroup',
          { label: words(random), ...maybe(random, { disabled: [0.2, null] }) },
          some(random, 3, () => option(random)),
        )
      : random.happens(0.05)
        ? element('hr')
        : option(random),
  );

/** @param {Random} random */
function input(random) {
  const type = random.pick(INPUTS);
  const value =
    { range: '7', color: '#00ff00', date: '2026-01-02', time: '10:00', number: '3' }[type] ?? 'v';
  return element('input', {
    ...maybe(random, {
      type: [0.9, type],
      name: [0.5, `n${random.below(4)}`],
      value: [0.4, value],
      form: [0.08, random.pick(IDS)],
      required: [0.1, null],
      disabled: [0.08, null],
      readonly: [0.05, null],
      placeholder: [0.1, 'p'],
      maxlength: [0.05, '2'],
      pattern: [0.05, '[a-c]+'],
      list: [0.05, random.pick(IDS)],
    }),
    ...(/checkbox|radio/.test(type) ? maybe(random, { checked: [0.4, null] }) : {}),
    ...(/range|number/.test(type)
      ? maybe(random, { max: [0.3, '20'], min: [0.2, '5'], step: [0.2, '4'] })
      : {}),
    ...(type === 'image' ? { src: random.pick(PICTURES), alt: 'a' } : {}),
    ...someAttributes(random),
  });
}

/** @param {Random} random */
function row(random) {
  const cell = () =>
    element(
      random.pick(['td', 'th']),
      {
        ...maybe(random, { colspan: [0.1, '2'], rowspan: [0.1, '2'], bgcolor: [0.1, '#eee'] }),
        ...someAttributes(random),
      },
      [random.happens(0.8) ? words(random) : makeNode(random, 2)],
    );
  return element('tr', someAttributes(random), some(random, 3, cell));
}

/** @param {Random} random */
function table(random) {
  const parts = [];
  if (random.happens(0.2)) parts.push(element('caption', {}, [words(random)]));
  if (random.happens(0.2)) {
    parts.push(element('colgroup', {}, [element('col', { span: '2', class: 'x' })]));
  }
  if (random.happens(0.3)) parts.push(element('thead', {}, [row(random)]));
  if (random.happens(0.8))
    parts.push(
      element(
        'tbody',
        {},
        some(random, 3, () => row(random)),
      ),
    );
  else parts.push(row(random));
  // The parser moves this in front of the table.
  if (random.happens(0.08)) parts.push(makeNode(random, 2));
  if (random.happens(0.08)) parts.unshift('<form id=i4>');
  const attributes = maybe(random, { border: [0.2, '1'], cellpadding: [0.1, '9'] });
  return element('table', { ...attributes, ...someAttributes(random) }, parts);
}

/** @param {Random} random */
function svg(random) {
  const shapes = some(random, 4, () =>
    random.pick([
      () =>
        element('rect', {
          id: `r${random.below(3)}`,
          width: '9',
          height: '9',
          fill: random.pick(COLOURS),
        }),
      () => element('use', { 'xlink:href': `#r${random.below(3)}`, x: '9' }),
      () => element('use', { href: `#r${random.below(3)}`, x: '9' }),
      () =>
        element('linearGradient', { id: 'g', gradientUnits: 'userSpaceOnUse' }, [
          element('stop', { 'stop-color': random.pick(COLOURS) }),
        ]),
      () => element('circle', { r: '5', fill: 'url(#g)' }),
      () =>
        element('foreignObject', { width: '90', height: '20' }, [
          element('p', someAttributes(random), [words(random)]),
        ]),
      () => element('text', { y: '9', 'xml:space': 'preserve' }, [words(random)]),
      () => element('title', {}, [words(random)]),
      () => element('style', {}, [`rect { opacity: 0.${1 + random.below(9)} }`]),
      () => element('image', { href: random.pick(PICTURES), width: '9', height: '9' }),
      () =>
        element('a', { 'xlink:href': '#i1', 'xlink:title': 't' }, [
          element('g', {}, ['<![CDATA[a<b]]>']),
        ]),
    ])(),
  );
  return element('svg', { width: '40', height: '20', viewBox: '0 0 40 20' }, shapes);
}

/** @type {Record<string, (random: Random) => Node>} */
export const MAKERS = {
  ul: (random) =>
    element(
      random.pick(['ul', 'ol', 'menu']),
      { ...maybe(random, { start: [0.1, '4'], reversed: [0.1, null] }), ...someAttributes(random) },
      some(random, 6, () =>
        element('li', { ...maybe(random, { value: [0.1, '7'] }), ...someAttributes(random) }, [
          random.happens(0.8) ? words(random) : makeNode(random, 1),
        ]),
      ),
    ),
  dl: (random) =>
    element(
      'dl',
      {},
      some(random, 3, () => element(random.pick(['dt', 'dd']), {}, [words(random)])),
    ),
  details: (random) =>
    element('details', { ...maybe(random, { open: [0.3, null], name: [0.4, 'd'] }) }, [
      element('summary', {}, [words(random)]),
      makeNode(random, 1),
    ]),
  dialog: (random) => element('dialog', maybe(random, { open: [0.5, null] }), [words(random)]),
  table,
  select: (random) =>
    element(
      'select',
      {
        ...maybe(random, { size: [0.2, '3'], multiple: [0.2, null], name: [0.3, 's'] }),
        ...someAttributes(random),
      },
      [
        ...(random.happens(0.1)
          ? [element('button', {}, [element('selectedcontent', {}, [])])]
          : []),
        ...options(random),
      ],
    ),
  datalist: (random) => element('datalist', { id: random.pick(IDS) }, options(random)),
  picture: (random) =>
    element('picture', {}, [
      ...some(random, 2, () =>
        element('source', {
          srcset: random.pick(PICTURES),
          media: random.pick(['(min-width: 1px)', '(max-width: 1px)']),
        }),
      ),
      element('img', { src: random.pick(PICTURES), alt: words(random) }),
    ]),
  svg,
  math: (random) =>
    element('math', {}, [
      element('mfrac', {}, [element('mi', {}, ['x']), element('mn', {}, [words(random)])]),
      element('annotation-xml', maybe(random, { encoding: [0.5, 'text/html'] }), [
        element('span', {}, [words(random)]),
      ]),
    ]),
  input,
  img: (random) =>
    element('img', {
      src: random.pick(PICTURES),
      alt: '',
      ...maybe(random, {
        srcset: [0.2, `${random.pick(PICTURES)} 1x`],
        width: [0.2, '30'],
        loading: [0.1, 'lazy'],
        usemap: [0.1, '#m'],
      }),
      ...someAttributes(random),
    }),
  map: () =>
    element('map', { name: 'm' }, [
      element('area', { href: '#i1', shape: 'rect', coords: '0,0,5,5' }),
    ]),
  textarea: (random) => element('textarea', someAttributes(random), [words(random)]),
  a: (random) =>
    element('a', { href: random.pick(['#i1', 'other.html', '?q']), ...someAttributes(random) }, [
      words(random),
    ]),
  progress: (random) => element('progress', { value: String(random.below(3)), max: '3' }),
  meter: (random) => element('meter', { value: `0.${random.below(9)}` }),
  output: (random) => element('output', { for: 'i1' }, [words(random)]),
  ruby: (random) =>
    element('ruby', {}, [words(random), '<rp>(', element('rt', {}, [words(random)]), '<rp>)']),
  template: (random) =>
    element(
      'template',
      random.happens(0.4) ? { shadowrootmode: random.pick(['open', 'closed']) } : {},
      [element('slot', {}, [words(random)])],
    ),
  video: (random) =>
    element(
      random.pick(['video', 'audio']),
      maybe(random, { controls: [0.6, null], muted: [0.3, null], poster: [0.3, '1.svg'] }),
      random.happens(0.5) ? [element('source', { src: random.pick(['a.wav', 'b.wav']) })] : [],
    ),
  iframe: (random) =>
    element('iframe', {
      ...random.pick([{ srcdoc: words(random) }, { src: 'frame.html' }]),
      width: '60',
      height: String(20 + random.below(9)),
    }),
  object: (random) =>
    element('object', { data: random.pick(PICTURES), ...maybe(random, { width: [0.3, '20'] }) }, [
      element('param', { name: 'a', value: 'b' }),
      words(random),
    ]),
  'x-thing': (random) =>
    element('x-thing', someAttributes(random), [makeNode(random, 1), '<slot></slot>']),
  style: (random) =>
    element('style', {}, [`${random.pick(['p', '.x'])} { color: ${random.pick(COLOURS)} }`]),
  link: (random) =>
    element('link', { rel: 'stylesheet', href: random.pick(['a.css', 'c.css', 'none.css']) }),
  canvas: (random) => element('canvas', { width: '20', height: '9' }, [words(random)]),
  figure: (random) =>
    element('figure', someAttributes(random), [
      element('img', { src: random.pick(PICTURES), alt: '', width: '20' }),
      element('figcaption', {}, [words(random)]),
    ]),
  embed: (random) => element('embed', { src: random.pick(PICTURES), width: '20', height: '9' }),
  summary: withText('summary'),
  legend: withText('legend'),
  font: (random) => element('font', { color: random.pick(COLOURS), size: '5' }, [words(random)]),
  q: (random) => element('q', { lang: random.pick(['en', 'fr', 'de']) }, [words(random)]),
  button: (random) =>
    element(
      'button',
      {
        ...maybe(random, {
          type: [0.3, 'button'],
          popovertarget: [0.2, random.pick(IDS)],
          commandfor: [0.1, random.pick(IDS)],
          command: [0.1, 'show-modal'],
          disabled: [0.1, null],
        }),
        ...someAttributes(random),
      },
      [words(random)],
    ),
  responsive: (random) =>
    element('img', {
      ...random.pick(SETS),
      src: random.pick(PICTURES),
      ...maybe(random, {
        decoding: [0.2, 'async'],
        fetchpriority: [0.1, 'low'],
        border: [0.1, '2'],
      }),
    }),
  framed: (random) =>
    element(
      'iframe',
      {
        ...random.pick([
          { srcdoc: `<link rel=stylesheet href=a.css><p>${random.below(9)}<img src=1.svg>` },
          { src: 'data:text/html,<p>x' },
          { src: 'about:blank' },
          { src: 'frame.html#x', name: 'n' },
          { src: 'frame.html', sandbox: random.pick(['', 'allow-scripts', 'allow-same-origin']) },
          { src: '1.svg' },
          { src: 'none.html' },
          {},
        ]),
        width: '60',
        height: '30',
      },
      [words(random)],
    ),
  drawing: (random) =>
    element('svg', { viewBox: '0 0 40 20', width: '40' }, [
      element('defs', {}, [
        element('symbol', { id: 's', viewBox: '0 0 9 9' }, [
          element('path', { d: `M0 0h${random.below(9)}v9z` }),
        ]),
        element('marker', { id: 'm', refX: '1', markerWidth: '3' }, [
          element('path', { d: 'M0 0h2v2z' }),
        ]),
        element('pattern', { id: 'pt', width: '4', height: '4', patternUnits: 'userSpaceOnUse' }, [
          element('image', { href: random.pick(PICTURES), width: '4', height: '4' }),
        ]),
        element('filter', { id: 'f' }, [
          random.pick([
            element('feImage', { href: random.pick(PICTURES) }),
            element('feGaussianBlur', { stdDeviation: String(random.below(3)) }),
          ]),
        ]),
        element('clipPath', { id: 'c' }, [element('rect', { width: '20', height: '9' })]),
      ]),
      element('use', { href: random.pick(['#s', `${random.pick(PICTURES)}#a`]), width: '9' }),
      element('rect', { width: '30', height: '9', fill: 'url(#pt)', filter: 'url(#f)' }),
      element('switch', {}, [
        element('text', { systemLanguage: random.pick(['de', 'en']), y: '9' }, [words(random)]),
        element('g', {}, [element('textPath', { href: '#tp' }, [words(random)])]),
      ]),
      random.pick([
        element('animate', { attributeName: 'x', to: '5', begin: 'indefinite' }),
        element('set', { attributeName: 'fill', to: 'red' }),
        element('script', { type: 'text/plain' }, ['x']),
        element('view', { id: 'v', viewBox: '0 0 5 5' }),
      ]),
    ]),
  nested: (random) =>
    element('details', maybe(random, { open: [0.7, null] }), [
      words(random),
      element('summary', { id: random.pick(IDS) }, [words(random)]),
      element('details', maybe(random, { open: [0.5, null] }), [
        element('summary', {}, [words(random)]),
        makeNode(random, 2),
      ]),
    ]),
  group: (random) =>
    element('fieldset', maybe(random, { disabled: [0.4, null], form: [0.1, random.pick(IDS)] }), [
      element('legend', {}, [random.happens(0.5) ? input(random) : words(random)]),
      ...some(random, 3, () => input(random)),
    ]),
  choices: (random) =>
    element('form', { id: random.pick(IDS), ...maybe(random, { novalidate: [0.2, null] }) }, [
      ...some(random, 4, () =>
        element('label', {}, [
          element('input', {
            type: 'radio',
            name: `g${random.below(2)}`,
            ...maybe(random, { checked: [0.4, null], required: [0.1, null], form: [0.1, 'i1'] }),
          }),
          words(random),
        ]),
      ),
      element('output', { name: 'o' }, [words(random)]),
    ]),
  suggestions: (random) =>
    element('label', {}, [
      element('input', { list: 'i2', value: words(random).replace(/[^a-z ]/g, '') }),
      element('datalist', { id: 'i2' }, options(random)),
    ]),
  bdo: (random) => element('bdo', { dir: random.pick(['rtl', 'ltr']) }, [words(random)]),
};

/** What a parser must bring into shape. */
const RAW = [
  '<!-- a comment -->',
  '<!--[if IE]><p>x</p><![endif]-->',
  '<?php echo 1 ?>',
  '<![CDATA[x]]>',
  '<p>unclosed',
  '<b>bold <i>both</b> italic</i>',
  '<a href="#i1">a<a href="#i2">b</a>',
  '</p>',
  '</div>',
  '<br/>',
  '<div/>x',
  '<p class=x class=y ID=i3 data-x>twice',
  '<li>loose',
  '<tr><td>loose',
  '<form><form><input></form>',
  '<h1>a<h2>b</h1>',
  '<nobr>a<nobr>b',
  '<button>a<button>b</button>',
  '\u0000nul',
  '<select><p>x<option>y</select>',
  '<p><table><tr><td>x</table>',
  '<plain>x',
  '<pre>\n\nx</pre>',
  '<textarea>\n\nx</textarea>',
  '<image src=1.svg>',
  '<body class=second>',
  '<html data-second>',
  '<center>x</center>',
  '<marquee loop=1 scrollamount=0>x</marquee>',
  '<input type=checkbox checked=checked>',
  '<option>loose',
  '<svg><p>out</svg>',
  '<xmp><b></xmp>',
  '<title>in body</title>',
  '<meta name=description content=x>',
  '<p title="a\nb">x</p>',
  '<!-- not closed',
  '<textarea>not closed',
  '<title>not closed',
  '<style>p { color: green',
  '<p title="not closed>x</p>',
  '<plaintext>',
  '<table>',
  '<select>',
  '<svg><desc><p>in</desc><title>t</title>',
  '<math><mi><p>in</math>',
  '<frameset>',
  '<a href=?a&b=1&lt=2>x</a>',
  '<P CLASS=X>large letters</P>',
  '<input value="a&quot;b" disabled=false>',
  '<!--->x-->',
  '<!-- a -- b --!>x',
  '<!>',
  '<?xml version="1.0"?>',
  '<!doctype svg>',
  '<p/ class=x/y>slashes</p>',
  '<p class="x"id="i2">no space</p>',
  '<p =a b==c>equals',
  '<a\nhref\n=\n"#i1"\n>lines</a>',
  "<p title=`x` 'y'>quotes",
  '&lt &ampx &#x1F600; &#55296; &nbsp;&nbsp; &ThickSpace; &fjlig;',
  '<ruby>a<rb>b<rtc>c<rt>d</ruby>',
  '<dl><div><dt>a<dd>b</div></dl>',
  '<table><caption>a<tr><td>b<tfoot><tr><td>c<tbody><tr><td>d</table>',
  '<table><td>a<col><tr>b</table>',
  '<table><input type=hidden><input type=text><tr><td>x</table>',
  '<table><style>td { color: red }</style><tr><td>x</table>',
  '<select><option>a<select><option>b</select>',
  '<button><p>a</button>b',
  '<a><table><a></a></table>',
  '<b><p>x</b>y</p>',
  '<i><b><u><s><em><strong><p>deep</i>y',
  '<svg><foreignObject><p>a<svg><circle r=3></svg></foreignObject></svg>',
  '<svg viewbox="0 0 9 9" preserveaspectratio=none><lineargradient id=g></svg>',
  '<math><annotation-xml><svg><p>x</math>',
  '<math definitionurl=x><mtext><b>y</math>',
  '<svg><a xlink:href="#i1" xml:lang=de>x</a></svg>',
  '<svg><![CDATA[a]]></svg>',
  '<template><tr><td>x</template>',
  '<template shadowrootmode=open><p>x</template>',
  '<div><template shadowrootmode=open><style>p { color: red }</style><p>in <slot></slot></template>out</div>',
  '<div><template shadowrootmode=open><img src=1.svg><link rel=stylesheet href=a.css></template></div>',
  '<noframes><p>x</noframes>',
  '<noembed><p>x</noembed>',
  '<iframe><p>x</iframe>',
  '<keygen>',
  '<bgsound src=x.wav>',
  '<isindex>',
  '<listing>\n\nx</listing>',
  '<dir><li>x</dir>',
  '<frame>',
  '<head><meta name=again>',
  '<link rel=stylesheet href=b.css>',
  '<base href=/>',
  '<form id=i0><table><tr><form><td><input name=n0></form></table><input>',
  '<input type=radio name=n checked><input type=radio name=n checked>',
  '<select multiple><option selected>a<option selected>b</select>',
  '<p>\u00a0\u200b\u00ad\ufeff</p>',
  '<p>\ud83d\ude00\u0301</p>',
  '<x-a.b_c>custom</x-a.b_c>',
  '<P:Q>colon</P:Q>',
  '<div hidden=until-found>x</div>',
  '<search>x</search>',
  '<hgroup><h1>a</h1><p>b</hgroup>',
  '<meter value=2 max=3 low=1 high=2 optimum=0>x</meter><progress></progress>',
  '<video muted controls><track src=none.vtt default></video>',
  '<img src="1.svg?v=1"><img src=" 2.svg#a ">',
  '<img srcset="1.svg, large.svg 2x" src="">',
  '<img><img src><img src=none.svg alt=none>',
  '<object data=frame.html width=50 height=30></object>',
  '<object type=text/none>fallback <object data=1.svg></object></object>',
  '<p style="color:red;background:url(1.svg)" style="color: blue">x',
  '<td background=1.svg>x',
  '<label>a<input id=i1><label>b',
  '<li value=3>x<li value=x>y',
  '<ol type=a start=-1><li>x</ol>',
  '<font size=+2 face=serif color=chucknorris>x</font>',
  '<hr color=red size=3 width=50%>',
  '<pre>a\tb\r\nc</pre>',
  '<p>a<wbr>b<br clear=all>c',
  '<style media=print>p { color: red }</style><style>@import "d.css";</style>',
  '<style>/* </sty> */ p::after { content: "</" }</style>',
];

const BLOCKS =
  'p div section h1 h2 blockquote article ul ul details form table select fieldset picture svg pre dl dialog math x-thing template video iframe object map datalist style hgroup address center main nav link canvas figure embed framed drawing nested group choices responsive'.split(
    ' ',
  );
const INLINES =
  'b i span a code input input img br textarea label progress meter button noscript wbr q ruby output font bdo bdi sub select svg responsive suggestions'.split(
    ' ',
  );

/** @type {(random: Random, depth?: number) => Node} */
export function makeNode(random, depth = 0) {
  if (random.happens(0.12)) return words(random);
  if (random.happens(0.05)) return random.pick(RAW);
  const name = random.pick(depth === 0 || (depth === 1 && random.happens(0.2)) ? BLOCKS : INLINES);
  // A page with one of these is always loaded anew.
  if (/^(noscript|template)$/.test(name) && random.happens(0.8)) return words(random);
  if (MAKERS[name]) return MAKERS[name](random);
  const isLeaf = VOID.has(name) || depth > 2;
  const attributes = someAttributes(random);
  if (name === 'label' && random.happens(0.5)) attributes.for = random.pick(IDS);
  if (name === 'fieldset' && random.happens(0.2)) attributes.disabled = null;
  return element(
    name,
    attributes,
    isLeaf ? [] : some(random, 3, () => makeNode(random, depth + 1)),
  );
}

/** @param {Node} node @returns {string} */
export function markup(node) {
  if (typeof node === 'string') return node;
  const attributes = Object.entries(node.attributes).map(([name, value]) =>
    value === null ? ` ${name}` : ` ${name}="${value}"`,
  );
  const start = `<${node.name}${attributes.join('')}>`;
  return VOID.has(node.name)
    ? start
    : `${start}${node.children.map(markup).join('')}</${node.name}>`;
}
