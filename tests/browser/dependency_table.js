/**
 * dependency_table: the ways in which a page can use a file. Each row is a small page that is red, and is
 * lime after its files were edited.
 */

import { makeFont } from './font.js';

/** @typedef {1 | 2} State before the edit, or after it */
/** @typedef {string | ((state: State) => string | Buffer | null)} File what the edit changes is a function; null where there is no file */

/**
 * @typedef {object} Row
 * @property {string} what
 * @property {string} html the body of the page
 * @property {Record<string, File>} files
 * @property {string} [only] the browser that knows this
 */

const colour = (/** @type {State} */ n) => ['', 'red', 'lime'][n];
/** @param {State} n */
const svg = (n) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect id="a" width="40" height="40" fill="${colour(n)}"/></svg>`;
/** @param {string} selector */
const css =
  (selector = 'body') =>
  (/** @type {State} */ n) =>
    `${selector} { background: ${colour(n)} }`;
/** Some drawing that says what state it is in by its colour, for the id a. @param {(colour: string) => string} draw */
const drawing = (draw) => (/** @type {State} */ n) =>
  `<svg xmlns="http://www.w3.org/2000/svg">${draw(colour(n))}</svg>`;
const text = (/** @type {State} */ n) => `${n}`;
const script = (/** @type {State} */ n) => `show(${n})`;
const module = (/** @type {State} */ n) => `export default ${n}`;
const posts = (/** @type {State} */ n) => `postMessage(${n})`;
const whole = (/** @type {State} */ n) =>
  `<body style="margin: 0; background: ${colour(n)}"></body>`;
/** Each width of its letter is that many pixels at 40px. @param {State} n */
const font = (n) => makeFont(n * 500);

const A = { 'a.svg': svg };
const run = (/** @type {string} */ code) => `<script>${code}</script>`;
const listen = 'worker.onmessage = ({ data }) => show(data)';

/** What needs no script. @type {Record<string, [string, Record<string, File>, string?]>} */
const MARKUP = {
  'img src': ['<img src="a.svg">', A],
  'img src with a query': ['<img src="a.svg?x=1#y">', A],
  'img lazy': ['<img src="a.svg" loading="lazy">', A],
  'img srcset': ['<img srcset="a.svg 1x, b.svg 9x">', A],
  'picture source': ['<picture><source srcset="a.svg"><img src="b.svg"></picture>', A],
  'video poster': ['<video poster="a.svg"></video>', A],
  'object with a picture': ['<object data="a.svg"></object>', A],
  'object whose file comes, and is a picture, too': [
    '<object data="a.svg"><p style="margin:0;height:40px;background:red"></p></object><img src="a.svg" width="0">',
    { 'a.svg': (n) => (n === 1 ? null : svg(n)) },
  ],
  'object with a document': ['<object data="a.html"></object>', { 'a.html': whole }],
  'embed with a picture': ['<embed src="a.svg">', A],
  'embed with a document': ['<embed src="a.html">', { 'a.html': whole }],
  'frame with a picture': ['<iframe src="a.svg"></iframe>', A],
  'frame with a document': ['<iframe src="a.html"></iframe>', { 'a.html': whole }],
  'frame in a frame': [
    '<iframe src="b.html"></iframe>',
    {
      'b.html': '<body style="margin:0"><iframe src="a.html" frameborder=0></iframe>',
      'a.html': whole,
    },
  ],
  'frame with XML and CSS': [
    '<iframe src="a.xml"></iframe>',
    { 'a.xml': '<?xml-stylesheet href="a.css"?><x/>', 'a.css': css('x') },
  ],
  'frame with XML and CSS that a style element imports, too': [
    '<iframe src="b.svg"></iframe>',
    {
      'b.svg':
        '<?xml-stylesheet href="a.css"?><svg xmlns="http://www.w3.org/2000/svg"><style media="print">@import "a.css";</style><rect width="99" height="99"/></svg>',
      'a.css': (n) => `rect { fill: ${colour(n)} }`,
    },
  ],
  // In Firefox it is followed in most pages, but not among many other frames.
  'frame with XSLT': [
    '<iframe src="a.xml"></iframe>',
    {
      'a.xml': '<?xml-stylesheet type="text/xsl" href="a.xsl"?><x/>',
      'a.xsl': (n) =>
        `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html>${whole(n)}</html></xsl:template></xsl:stylesheet>`,
    },
    'firefox',
  ],
  'frame with srcdoc': [
    '<iframe srcdoc="<img src=a.svg style=position:fixed;inset:0>"></iframe>',
    A,
  ],
  'input type=image': ['<input type="image" src="a.svg">', A],
  'body background': ['<table background="a.svg"><td style="height:40px;width:40px"></table>', A],
  link: ['<link rel="stylesheet" href="a.css">', { 'a.css': css() }],
  'link with media': ['<link rel="stylesheet" media="screen" href="a.css">', { 'a.css': css() }],
  'link in a shadow root': [
    '<div><template shadowrootmode="open"><link rel="stylesheet" href="a.css"><b></b></template></div>',
    { 'a.css': css('b { display: block; height: 40px } b') },
  ],
  'img in a shadow root': [
    '<div><template shadowrootmode="open"><img src="a.svg"></template></div>',
    A,
  ],
  import: [
    '<link rel="stylesheet" href="b.css">',
    { 'a.css': css(), 'b.css': '@import "a.css" layer(x) screen;' },
  ],
  'import in style': ['<style>@import "a.css"</style>', { 'a.css': css() }],
  'import in a style of a drawing': [
    '<svg><style>@import "a.css";</style></svg>',
    { 'a.css': css() },
  ],
  'import below an import': [
    '<style>@import "c.css"</style>',
    {
      'a.css': css(),
      'b.css': '@import "a.css"',
      'c.css': '@import url(b.css) supports(color: red);',
    },
    'chromium',
  ],
  background: ['<style>body { background: url(a.svg) }</style>', A],
  'background in a sheet': [
    '<link rel="stylesheet" href="b.css">',
    { ...A, 'b.css': 'body { background: url(a.svg) }' },
  ],
  'background in an import': [
    '<style>@import "d/b.css"</style>',
    { ...A, 'd/b.css': 'body { background: url("../a.svg") }' },
  ],
  'style attribute': ['<p style="height: 40px; background-image: url(a.svg)"></p>', A],
  'image-set': ['<style>body { background: image-set(url(a.svg) 1x, "b.svg" 9x) }</style>', A],
  'image-set with a string': ['<style>body { background: image-set("a.svg" 1x) }</style>', A],
  '-webkit-image-set': ['<style>body { background: -webkit-image-set(url(a.svg) 1x) }</style>', A],
  // The same.
  'a custom property': [
    '<style>:root { --x: url(a.svg) } body { background: var(--x) }</style>',
    A,
    'chromium',
  ],
  'a registered property': [
    '<style>@property --x { syntax: "<image>"; inherits: false; initial-value: url(a.svg) } body { background: var(--x) }</style>',
    A,
    'none',
  ],
  'border-image': [
    '<style>p { border: 20px solid; border-image: url(a.svg) 20 fill }</style><p></p>',
    A,
  ],
  content: ['<style>p::before { content: url(a.svg) }</style><p></p>', A],
  'content in place of an element': ['<p style="content: url(a.svg)"></p>', A],
  'list-style-image': [
    '<ul style="list-style: inside url(a.svg); margin-left: -5px"><li>x</ul>',
    A,
  ],
  mask: [
    '<p style="height:40px;background:lime;mask:url(a.svg)"></p><style>body{background:red}</style>',
    {
      'a.svg': drawing(
        (c) => `<rect width="40" height="40" fill-opacity="${c === 'lime' ? 1 : 0}"/>`,
      ),
    },
  ],
  'mask with an element': [
    '<p style="height:40px;background:lime;mask:url(a.svg#a)"></p><style>body{background:red}</style>',
    {
      'a.svg': drawing(
        (c) =>
          `<mask id="a"><rect width="40" height="40" fill="${c === 'lime' ? 'white' : 'black'}"/></mask>`,
      ),
    },
  ],
  filter: [
    '<p style="height:40px;background:blue;filter:url(a.svg#a)"></p>',
    { 'a.svg': drawing((c) => `<filter id="a"><feFlood flood-color="${c}"/></filter>`) },
  ],
  'clip-path': [
    '<p style="height:40px;background:lime;clip-path:url(a.svg#a)"></p><style>body{background:red}</style>',
    {
      'a.svg': drawing(
        (c) => `<clipPath id="a"><rect width="${c === 'lime' ? 40 : 1}" height="40"/></clipPath>`,
      ),
    },
    'firefox',
  ],
  'shape-outside': [
    '<p style="float:left;width:40px;height:40px;shape-outside:url(a.svg)"></p><p style="width:80px;line-height:0"><b style="display:inline-block;width:40px;height:40px;background:lime"></b></p><style>body{background:red}</style>',
    { 'a.svg': drawing((c) => (c === 'lime' ? '' : '<rect width="40" height="40"/>')) },
  ],
  'in @media, @supports, @layer': [
    '<style>@media all { @supports (color: red) { @layer x { body { background: url(a.svg) } } } }</style>',
    A,
  ],
  'in a nested rule': ['<style>html { & body { background: url(a.svg) } }</style>', A],
  'in @container and @scope': [
    '<style>@scope (html) { body { background: url(a.svg) } }</style>',
    A,
  ],
  'in @starting-style and keyframes': [
    '<style>@keyframes x { from, to { background-image: url(a.svg) } } body { animation: x 1s infinite }</style>',
    A,
  ],
  'font-face': [
    '<style>@font-face { font-family: f; src: url(a.ttf) } body { background: red } p { font: 40px/40px f; width: 30px; overflow: hidden; height: 40px } b { display: inline-block; width: 10px; height: 40px; vertical-align: top } p { margin-left: 0 } i { color: lime }</style><p style="text-indent: -20px; color: lime">A</p>',
    { 'a.ttf': font },
  ],
  'font-face with more sources': [
    '<style>@font-face { font-family: f; src: local(nonesuch), url("a.ttf") format("truetype") } body { background: red } p { font: 40px/40px f; color: lime; text-indent: -20px }</style><p>A</p>',
    { 'a.ttf': font },
  ],
  'image in a drawing': ['<svg><image href="a.svg"/></svg>', A],
  'image with xlink': ['<svg><image xlink:href="a.svg"/></svg>', A],
  use: ['<svg><use href="a.svg#a"/></svg>', A],
  'use with xlink': ['<svg><use xlink:href="a.svg#a"/></svg>', A],
  feImage: [
    '<svg><filter id="f" x="0" y="0" width="1" height="1"><feImage href="a.svg"/></filter><rect width="40" height="40" filter="url(#f)"/></svg>',
    A,
  ],
  'pattern with an image': [
    '<svg><pattern id="p" width="40" height="40" patternUnits="userSpaceOnUse"><image href="a.svg"/></pattern><rect width="40" height="40" fill="url(#p)"/></svg>',
    A,
  ],
  'filter attribute, and img': [
    '<svg><rect width="40" height="40" filter="url(a.svg#b)"/></svg><img src="a.svg">',
    {
      'a.svg': drawing(
        (c) =>
          `<filter id="b" x="0" y="0" width="1" height="1"><feFlood flood-color="${c}"/></filter>`,
      ),
    },
    'firefox',
  ],
  'mask attribute, and img': [
    '<svg style="background:red"><rect width="40" height="40" fill="lime" mask="url(a.svg#a)"/></svg><img src="a.svg">',
    {
      'a.svg': drawing(
        (c) =>
          `<mask id="a"><rect width="40" height="40" fill="${c === 'lime' ? 'white' : 'black'}"/></mask>`,
      ),
    },
  ],
  'fill attribute': [
    '<svg><rect width="40" height="40" fill="url(a.svg#a)"/></svg><img src="a.svg">',
    {
      'a.svg': drawing((c) => `<linearGradient id="a"><stop stop-color="${c}"/></linearGradient>`),
    },
    'firefox',
  ],
  'marker attribute': [
    '<svg><path d="M20 20 h1" marker-start="url(a.svg#a)" stroke="blue"/></svg><img src="a.svg">',
    {
      'a.svg': drawing(
        (c) =>
          `<marker id="a" refX="20" refY="20" overflow="visible" markerUnits="userSpaceOnUse"><rect width="80" height="80" fill="${c}"/></marker>`,
      ),
    },
    'firefox',
  ],
};

/** What a script asks for. @type {Record<string, [string, Record<string, File>, string?]>} */
const SCRIPTED = {
  script: ['<script src="a.js"></script>', { 'a.js': script }],
  'script in a drawing': ['<svg><script href="a.js"></script></svg>', { 'a.js': script }],
  module: ['<script type="module" src="a.js"></script>', { 'a.js': script }],
  'module with imports': [
    '<script type="module" src="b.js"></script>',
    { 'b.js': 'import n from "./a.js"; show(n)', 'a.js': module },
  ],
  'dynamic import': [run('import("./a.js").then((a) => show(a.default))'), { 'a.js': module }],
  'import map': [
    '<script type="importmap">{"imports":{"x":"./a.js"}}</script><script type="module">import n from "x"; show(n)</script>',
    { 'a.js': module },
  ],
  modulepreload: [
    `<link rel="modulepreload" href="a.js">${run('import("./a.js").then((a) => show(a.default))')}`,
    { 'a.js': module },
  ],
  'preload of a picture': [
    `<link rel="preload" as="image" href="a.svg">${run('setTimeout(() => document.body.append(Object.assign(new Image(), { src: "a.svg" })), 200)')}`,
    A,
  ],
  'script that a script makes': [
    run('document.head.append(Object.assign(document.createElement("script"), { src: "a.js" }))'),
    { 'a.js': script },
  ],
  'document.write': [run('document.write("<script src=a.js></" + "script>")'), { 'a.js': script }],
  'JSON module': [
    '<script type="module">import n from "./a.json" with { type: "json" }; show(n)</script>',
    { 'a.json': text },
  ],
  'CSS module': [
    '<script type="module">import s from "./a.css" with { type: "css" }; document.adoptedStyleSheets = [s]</script>',
    { 'a.css': css() },
    'chromium',
  ],
  'CSS module that is linked, too': [
    '<link rel="stylesheet" href="a.css"><div id="d"></div><script type="module">import s from "./a.css" with { type: "css" }; const root = d.attachShadow({ mode: "open" }); root.innerHTML = "<b></b>"; root.adoptedStyleSheets = [s]</script>',
    { 'a.css': css('b { display: block; height: 40px } b') },
    'chromium',
  ],
  'CSS module that is linked before': [
    '<link rel="stylesheet" href="a.css"><div id="d"></div><script>addEventListener("load", async () => { const { default: s } = await import("./a.css", { with: { type: "css" } }); const root = d.attachShadow({ mode: "open" }); root.innerHTML = "<b></b>"; root.adoptedStyleSheets = [s] })</script>',
    { 'a.css': css('b { display: block; height: 40px } b') },
    'chromium',
  ],
  'CSS module of a module': [
    '<link rel="stylesheet" href="a.css"><div id="d"></div><script type="module" src="b.js"></script>',
    {
      'b.js':
        'import s from "./a.css" with { type: "css" }; const root = d.attachShadow({ mode: "open" }); root.innerHTML = "<b></b>"; root.adoptedStyleSheets = [s]',
      'a.css': css('b { display: block; height: 40px } b'),
    },
    'chromium',
  ],
  'a sheet of a module picture': [
    run(
      'const s = new CSSStyleSheet({ baseURL: location.href }); s.replaceSync("body { background: url(a.svg) }"); document.adoptedStyleSheets = [s]',
    ),
    A,
  ],
  'sheet that is fetched': [
    run(
      'fetch("a.css").then((a) => a.text()).then((t) => { const s = new CSSStyleSheet(); s.replaceSync(t); document.adoptedStyleSheets = [s] })',
    ),
    { 'a.css': css() },
  ],
  'sheet that is fetched and linked': [
    `<link rel="stylesheet" href="a.css"><div id="d"></div>${run('fetch("a.css").then((a) => a.text()).then((t) => { d.attachShadow({ mode: "open" }).innerHTML = `<style>${t}</style><b></b>` })')}`,
    { 'a.css': css('b { display: block; height: 40px } b') },
  ],
  'imports by a script': [
    run(
      'document.head.append(Object.assign(document.createElement("style"), { textContent: "@import \'a.css\'" }))',
    ),
    { 'a.css': css() },
  ],
  'link by a script': [
    run(
      'document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "a.css" }))',
    ),
    { 'a.css': css() },
  ],
  fetch: [run('fetch("a.txt").then((a) => a.json()).then(show)'), { 'a.txt': text }],
  'fetch with force-cache': [
    run('fetch("a.txt", { cache: "force-cache" }).then((a) => a.json()).then(show)'),
    { 'a.txt': text },
  ],
  'fetch with default and a query': [
    run('fetch("a.txt?x").then((a) => a.json()).then(show)'),
    { 'a.txt': text },
  ],
  XMLHttpRequest: [
    run(
      'const x = new XMLHttpRequest(); x.open("GET", "a.txt"); x.onload = () => show(x.response); x.send()',
    ),
    { 'a.txt': text },
  ],
  'synchronous XMLHttpRequest': [
    run(
      'const x = new XMLHttpRequest(); x.open("GET", "a.txt", false); x.send(); show(x.response)',
    ),
    { 'a.txt': text },
  ],
  WebAssembly: [
    run(
      'WebAssembly.instantiateStreaming(fetch("a.wasm")).then((a) => show(a.instance.exports.a()))',
    ),
    {
      'a.wasm': (n) =>
        Buffer.from([
          0,
          97,
          115,
          109,
          1,
          0,
          0,
          0,
          1,
          5,
          1,
          96,
          0,
          1,
          127,
          3,
          2,
          1,
          0,
          7,
          5,
          1,
          1,
          97,
          0,
          0,
          10,
          6,
          1,
          4,
          0,
          65,
          n,
          11,
        ]),
    },
  ],
  worker: [run(`const worker = new Worker("a.js"); ${listen}`), { 'a.js': posts }],
  'module worker': [
    run(`const worker = new Worker("b.js", { type: "module" }); ${listen}`),
    { 'b.js': 'import n from "./a.js"; postMessage(n)', 'a.js': module },
  ],
  importScripts: [
    run(`const worker = new Worker("b.js"); ${listen}`),
    { 'b.js': 'importScripts("a.js")', 'a.js': posts },
  ],
  'fetch in a worker': [
    run(`const worker = new Worker("b.js"); ${listen}`),
    { 'b.js': 'fetch("a.txt").then((a) => a.json()).then((n) => postMessage(n))', 'a.txt': text },
  ],
  'worker in a worker': [
    run(`const worker = new Worker("b.js"); ${listen}`),
    {
      'b.js': 'const w = new Worker("a.js"); w.onmessage = ({ data }) => postMessage(data)',
      'a.js': posts,
    },
  ],
  'import in a worker in a worker': [
    run(`const worker = new Worker("b.js"); ${listen}`),
    {
      'b.js': 'const w = new Worker("c.js"); w.onmessage = ({ data }) => postMessage(data)',
      'c.js': 'importScripts("a.js")',
      'a.js': posts,
    },
  ],
  'worker of a blob that imports': [
    run(
      `const worker = new Worker(URL.createObjectURL(new Blob(['importScripts("' + new URL("a.js", location) + '")']))); ${listen}`,
    ),
    { 'a.js': posts },
  ],
  'module worker of a blob that imports': [
    run(
      `const worker = new Worker(URL.createObjectURL(new Blob(['import "' + new URL("a.js", location) + '"'], { type: "text/javascript" })), { type: "module" }); ${listen}`,
    ),
    { 'a.js': posts },
  ],
  'module worker of a blob that imports deeper': [
    run(
      `const worker = new Worker(URL.createObjectURL(new Blob(['import "' + new URL("b.js", location) + '"'], { type: "text/javascript" })), { type: "module" }); ${listen}`,
    ),
    { 'b.js': 'import n from "./a.js"; postMessage(n)', 'a.js': module },
  ],
  // In Firefox only pages in the root are told: the Referer of such a request is the origin.
  'worker of a blob that fetches': [
    run(
      `const worker = new Worker(URL.createObjectURL(new Blob(['fetch("' + new URL("a.txt", location) + '").then((a) => a.json()).then((n) => postMessage(n))']))); ${listen}`,
    ),
    { 'a.txt': text },
    'chromium',
  ],
  'blob module that imports': [
    run(
      `import(URL.createObjectURL(new Blob(['import n from "' + new URL("a.js", location) + '"; show(n)'], { type: "text/javascript" })))`,
    ),
    { 'a.js': module },
  ],
  'shared worker': [
    run('const { port: worker } = new SharedWorker("a.js?shared"); ' + listen),
    { 'a.js': (n) => `onconnect = ({ ports }) => ports[0].postMessage(${n})` },
  ],
  'shared module worker with imports': [
    run('const { port: worker } = new SharedWorker("b.js", { type: "module" }); ' + listen),
    {
      'b.js': 'import n from "./a.js"; onconnect = ({ ports }) => ports[0].postMessage(n)',
      'a.js': module,
    },
  ],
  'fetch in a shared worker': [
    run('const { port: worker } = new SharedWorker("b.js"); ' + listen),
    {
      'b.js':
        'onconnect = async ({ ports }) => ports[0].postMessage(await (await fetch("a.txt")).json())',
      'a.txt': text,
    },
  ],
  'audio worklet': [
    run(
      'const context = new OfflineAudioContext(1, 128, 44100); context.audioWorklet.addModule("b.js").then(() => show([...new AudioWorkletNode(context, "one").parameters.keys()][0]))',
    ),
    {
      'b.js':
        'import n from "./a.js"; registerProcessor("one", class extends AudioWorkletProcessor { static get parameterDescriptors() { return [{ name: `${n}` }] } process() { return false } })',
      'a.js': module,
    },
  ],
  'paint worklet': [
    `<style>p { height: 40px; background: paint(one) }</style><p></p>${run('CSS.paintWorklet.addModule("a.js")')}`,
    {
      'a.js': (n) =>
        `registerPaint("one", class { paint(context, size) { context.fillStyle = "${colour(n)}"; context.fillRect(0, 0, size.width, size.height) } })`,
    },
    'chromium',
  ],
  'new Image': [
    run('const i = new Image(); i.src = "a.svg"; i.onload = () => document.body.append(i)'),
    A,
  ],
  'new Image that is drawn': [
    run(
      'const i = new Image(); i.src = "a.svg"; i.onload = () => { const c = document.createElement("canvas"); c.getContext("2d").drawImage(i, 0, 0); document.body.style.background = `url(${c.toDataURL()})` }',
    ),
    A,
  ],
  'img that is drawn': [
    `<img hidden src="a.svg" onload="c.getContext('2d').drawImage(this, 0, 0)"><canvas id="c" width="40" height="40"></canvas>`,
    A,
  ],
  'background that is read': [
    `<style>p { background: url(a.svg) }</style><p></p>${run('const i = new Image(); i.src = "a.svg"; i.onload = () => { const c = new OffscreenCanvas(40, 40).getContext("2d"); c.drawImage(i, 0, 0); show(c.getImageData(5, 5, 1, 1).data[0] ? 1 : 2) }')}`,
    A,
  ],
  'picture whose size a script reads': [
    `<img style="position:absolute;visibility:hidden" src="a.svg" onload="show(this.naturalWidth / 10)">`,
    { 'a.svg': (n) => svg(n).replace('width="40"', `width="${n * 10}"`) },
  ],
  'picture whose size a script has read': [
    `<img style="position:absolute;visibility:hidden" src="a.svg">${run('onload = () => show(document.images[0].naturalWidth / 10)')}`,
    { 'a.svg': (n) => svg(n).replace('width="40"', `width="${n * 10}"`) },
  ],
  createImageBitmap: [
    run(
      'fetch("a.svg").then((a) => a.blob()).then((b) => { const i = new Image(); i.src = URL.createObjectURL(b); document.body.append(i) })',
    ),
    A,
  ],
  'pattern on a canvas': [
    `<img hidden src="a.svg" onload="const x = c.getContext('2d'); x.fillStyle = x.createPattern(this, 'repeat'); x.fillRect(0, 0, 40, 40)"><canvas id="c" width="40" height="40"></canvas>`,
    A,
  ],
  'CSS font on a canvas': [
    `<style>@font-face { font-family: f; src: url(a.ttf) } body { background: red }</style><canvas id="c" width="40" height="40"></canvas>${run('document.fonts.load("40px f").then(() => { const x = c.getContext("2d"); x.font = "40px f"; x.fillStyle = "lime"; x.fillText("A", -20, 38) })')}`,
    { 'a.ttf': font },
  ],
  'CSS font on a canvas elsewhere': [
    `<style>@font-face { font-family: f; src: url(a.ttf) }</style>${run('document.fonts.load("40px f").then(() => { const x = new OffscreenCanvas(40, 40).getContext("2d"); x.font = "40px f"; show(x.measureText("A").width > 25 ? 2 : 1) })')}`,
    { 'a.ttf': font },
  ],
  'FontFace in a script': [
    `<style>body { background: red } p { font: 40px/40px f; color: lime; text-indent: -20px }</style><p>A</p>${run('const f = new FontFace("f", "url(a.ttf)"); document.fonts.add(f); f.load()')}`,
    { 'a.ttf': font },
  ],
  'FontFace in a script, and in a style': [
    `<style>@font-face { font-family: g; src: url(a.ttf) } body { background: red } p { font: 40px/40px f; color: lime; text-indent: -20px } b { font: 1px g; color: transparent; position: absolute }</style><b>A</b><p>A</p>${run('const f = new FontFace("f", "url(a.ttf)"); document.fonts.add(f); f.load()')}`,
    { 'a.ttf': font },
  ],
  'style of a script': [run('document.body.style.background = "url(a.svg)"'), A],
  'animation of a script': [
    run(
      'document.body.animate([{ backgroundImage: "url(a.svg)" }, { backgroundImage: "url(a.svg)" }], { duration: 1000, iterations: Infinity })',
    ),
    A,
  ],
  'animation of a script, and img': [
    `<img style="position:absolute;visibility:hidden" src="a.svg">${run('document.body.animate([{ backgroundImage: "url(a.svg)" }, { backgroundImage: "url(a.svg)" }], { duration: 1000, iterations: Infinity })')}`,
    A,
  ],
  'img in a closed shadow root': [
    `<div id="d"></div>${run('d.attachShadow({ mode: "closed" }).innerHTML = "<img src=a.svg width=40>"')}`,
    A,
  ],
  'link in a closed shadow root': [
    `<div id="d"></div>${run('d.attachShadow({ mode: "closed" }).innerHTML = "<link rel=stylesheet href=a.css><b></b>"')}`,
    { 'a.css': css('b { display: block; height: 40px } b') },
  ],
  // Firefox empties such a frame at a reload, with any server.
  'frame that a script fills': [
    `<iframe id="f"></iframe>${run('f.contentDocument.body.innerHTML = "<img src=a.svg style=position:fixed;inset:0>"')}`,
    A,
    'chromium',
  ],
  'listing that a script reads': [
    run('fetch("d/").then((a) => a.text()).then((t) => show(/two.txt/.test(t) ? 2 : 1))'),
    { 'd/one.txt': '', 'd/two.txt': (n) => (n === 1 ? null : 'new') },
  ],
  'DOMParser and XSLT': [
    run(
      'fetch("a.html").then((a) => a.text()).then((t) => document.body.append(...new DOMParser().parseFromString(t, "text/html").body.children))',
    ),
    { 'a.html': (n) => `<p style="height:40px;background:${colour(n)}"></p>` },
  ],
  'object URL as script': [
    run(
      'fetch("a.js").then((a) => a.blob()).then((b) => document.head.append(Object.assign(document.createElement("script"), { src: URL.createObjectURL(b) })))',
    ),
    { 'a.js': script },
  ],
};

/** @type {Row[]} */
export const rows = [
  ...Object.entries(MARKUP).flatMap(([what, [html, files, only]]) => [
    { what, html, files, only },
    { what: `${what} (scripts)`, html: html + run('0'), files, only },
  ]),
  ...Object.entries(SCRIPTED).map(([what, [html, files, only]]) => ({ what, html, files, only })),
];

const STYLE = `<style>
html, body { margin: 0; height: 40px; overflow: hidden }
p, ul, table, td { margin: 0; padding: 0; border-spacing: 0 }
img, object, embed, iframe, input, video, svg, canvas { display: block; border: 0; width: 40px; height: 40px }
</style>`;
const SHOW =
  '<script>show = (n) => { document.body.style.background = ["", "red", "lime"][n] }</script>';

/** @param {Row} row */
export const documentOf = ({ html }) =>
  `<!doctype html><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">${STYLE}<body>${
    /show\(|show\)|a\.js|b\.js/.test(html) ? SHOW : ''
  }${html}</body>`;
