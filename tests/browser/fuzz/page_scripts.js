/**
 * page_scripts: scripts as pages have them. They make, move and style what is in the page, and read files. What
 * they show follows from the files alone, whenever these come.
 */

/** @type {(act: string) => string} runs when the document has been read */
const whenRead = (act) =>
  `<script>document.addEventListener('DOMContentLoaded', () => { ${act} })</script>`;

/** @type {(act: string) => string} */
const whenLoaded = (act) => `<script>addEventListener('load', () => { ${act} })</script>`;

/** @type {(act: string) => string} */
const atOnce = (act) => `<script>${act}</script>`;

/** What a script of this kind can read. @param {number} number */
export const DATA = {
  'data.json': (number) => `{ "number": ${number} }\n`,
  'inner.js': (number) => `export const number = ${number};\n`,
  'outer.js': (number) =>
    `import { number } from './inner.js';\ndocument.documentElement.dataset.module = number + ${number};\n`,
  'worker.js': (number) => `postMessage(${number});\n`,
};

/** They stand in the head. */
export const PAGE_SCRIPTS = [
  atOnce('window.ran = true'),
  whenRead(
    `const p = document.createElement('p'); p.className = 'x y'; p.textContent = 'made'; document.body.append(p)`,
  ),
  whenRead(`document.querySelector('p, div')?.remove()`),
  whenRead(`document.body.insertAdjacentHTML('beforeend', '<p>new <img src="1.svg" alt=""></p>')`),
  whenRead(
    `const ul = document.querySelector('ul, ol'); if (ul) ul.append(...[...ul.children].reverse())`,
  ),
  whenRead(`document.querySelectorAll('p').forEach((p, i) => p.classList.toggle('y', i % 2))`),
  atOnce(
    `fetch('data.json').then((answer) => answer.json()).then(({ number }) => document.documentElement.dataset.json = number)`,
  ),
  '<script type="module" src="outer.js"></script>',
  '<script type="module">import data from "./data.json" with { type: "json" }; document.documentElement.dataset.json = data.number</script>',
  atOnce(
    `new Worker('worker.js').onmessage = ({ data }) => document.documentElement.dataset.worker = data`,
  ),
  atOnce(
    `customElements.define('x-thing', class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: 'open' }).innerHTML = '<link rel="stylesheet" href="b.css"><style>@import "c.css"; :host { display: block }</style><slot></slot><img src="2.svg" alt="">' } })`,
  ),
  atOnce(
    `customElements.define('x-thing', class extends HTMLElement { constructor() { super(); this.attachShadow({ mode: 'closed' }).innerHTML = '<link rel="stylesheet" href="b.css"><slot></slot><img src="2.svg" alt="">' } })`,
  ),
  atOnce(
    `fetch('c.css').then((answer) => answer.text()).then((text) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(text); document.adoptedStyleSheets = [sheet] })`,
  ),
  atOnce(
    `{ const sheet = new CSSStyleSheet(); sheet.replaceSync('p { background: url(1.svg) }'); document.adoptedStyleSheets = [sheet] }`,
  ),
  whenLoaded(
    `for (const { href, sheet } of document.querySelectorAll('link')) if (href.endsWith('a.css')) sheet?.insertRule('p { outline: 1px solid red }', sheet.cssRules.length)`,
  ),
  whenLoaded(
    // Not in front of an import: the page would note that error.
    `{ const sheet = document.querySelector('style')?.sheet; sheet?.insertRule('p { outline: 1px solid blue }', sheet.cssRules.length) }`,
  ),
  whenRead(`document.querySelector('link[rel=stylesheet]')?.setAttribute('href', 'd.css')`),
  whenRead(
    `const one = document.querySelector('link[rel=stylesheet]'); if (one) one.disabled = true`,
  ),
  whenRead(
    `const one = document.createElement('link'); one.rel = 'stylesheet'; one.href = 'b.css'; document.head.append(one)`,
  ),
  whenLoaded(`document.images[0]?.setAttribute('src', '3.svg')`),
  whenLoaded(`const image = new Image(); image.src = '2.svg'; document.body.append(image)`),
  whenRead(
    `document.body.style.backgroundImage = 'url(1.svg)'; document.body.style.setProperty('--image', 'url(2.svg)')`,
  ),
  whenRead(
    `const canvas = document.createElement('canvas'); document.body.append(canvas); const image = new Image(); image.onload = () => { canvas.width = image.width; canvas.getContext('2d').drawImage(image, 0, 0) }; image.src = '1.svg'`,
  ),
  atOnce(`document.write('<link rel="stylesheet" href="c.css"><meta name="written">')`),
  '<link rel="stylesheet" href="c.css" media="print" onload="this.media=\'all\'">',
  '<link rel="preload" as="style" href="b.css" onload="this.onload=null;this.rel=\'stylesheet\'">',
  '<script async src="data:text/javascript,document.documentElement.dataset.async=1"></script>',
  '<script type="importmap">{ "imports": { "inner": "./inner.js" } }</script><script type="module">import { number } from "inner"; document.documentElement.dataset.mapped = number</script>',
  '<script type="module">import sheet from "./d.css" with { type: "css" }; document.adoptedStyleSheets = [sheet]</script>',
];
