/**
 * rules: random rules of style sheets, with what looks at the tree (siblings, counts, states) and at other
 * files.
 */

import { COLOURS, PICTURES } from './elements.js';

/** @typedef {import('./random.js').Random} Random */

export const SHEETS = ['a.css', 'b.css', 'c.css', 'd.css'];

const SELECTORS = [
  'p',
  '.x',
  '.y',
  'h1, h2',
  'li:first-child',
  'li:nth-child(2n)',
  'li:nth-last-child(2 of .x)',
  'p + p',
  'p ~ div',
  'div > :last-child',
  ':empty',
  '#i1',
  '#i2',
  ':target',
  'a:hover',
  'a:link',
  'td',
  'tr:nth-of-type(odd)',
  'img',
  ':root',
  'body:has(table)',
  'div:has(> .y)',
  ':not(.x) > b',
  '[title]',
  '[class="x y"]',
  ':lang(de)',
  ':dir(rtl)',
  'details[open]',
  ':disabled',
  ':required',
  ':default',
  'option',
  'svg rect',
  '::marker',
  'p::first-letter',
  'x-thing:defined',
  '[id^=i]',
  ':is(section, article) p',
  'q',
  'ol > li',
  'p:empty, td:empty, div:empty',
  'p:nth-child(2n + 1 of .x)',
  'body > *',
  ':where(p, li):not(:first-child)',
  'p::first-line',
  ':popover-open',
  'dialog[open]',
  ':root:has(p.y) body',
  'p:has(+ .x)',
  'img[alt]',
  ':only-child',
  'fieldset:disabled input',
  'meter, progress',
  'circle, path',
  ':scope > body',
  '[data-a~="one"]',
];
const STATEFUL = [
  ':checked',
  ':invalid',
  'input:placeholder-shown',
  'form:has(:checked)',
  ':user-invalid',
];

// What is no style rule, or none that is right.
const OTHERS = [
  '@font-face { font-family: own; src: url(none.woff2) }',
  '@counter-style c { system: cyclic; symbols: "x"; suffix: " " } ul { list-style: c }',
  '@property --p { syntax: "<color>"; inherits: true; initial-value: red } p { color: var(--p) }',
  '@namespace svg url(http://www.w3.org/2000/svg); svg|rect { opacity: 0.5 }',
  '@media print { p { display: none } }',
  '@keyframes k { to { color: red } }',
  '/* not closed',
  'p { color: red; b { color: blue }',
  '} p { color: green }',
  '@import "late.css"; p { margin: 3px }',
  '@layer two, one;',
  '@layer one { @layer inner { p { color: red } } @media screen { p { margin: 1px } } }',
  '.x { color: red; & b { color: blue } @media screen { margin: 2px } > i { color: green } color: orange }',
  'q { quotes: "<" ">" "(" ")" } q::before { content: open-quote } q::after { content: close-quote }',
  'ol, ul { counter-reset: c } li { counter-increment: c } li::before { content: counters(c, ".") " " }',
  '@container side (min-width: 1px) { p { color: red } } div { container: side / inline-size }',
  '@font-face { font-family: own; src: url("none.woff2?v=1") format("woff2"), local(Arial) } p { font-family: own }',
  '@property --i { syntax: "<image>"; inherits: false; initial-value: url(1.svg) } p { background: var(--i) }',
  '@starting-style { p { opacity: 0 } }',
  '@page { margin: 1cm }',
  'p { color: r\\65 d; background: url(1.sv\\67) }',
  '<!-- p { color: red } --> div { margin: 1px }',
  '@charset "utf-8"; p { color: green }',
  'p { content: "\\"; } a { color: red }',
  ':is(p, :none-such(x)) { color: red }',
  ':none-such { color: red }',
  'p { color: red;; background: ; margin: 1px }',
  '@media (min-width: 1px) { @supports (color: red) { p { background: url("2.svg") } } }',
];

/** @param {Random} random @param {boolean} [mayCount] false when users type in the page */
export function makeRule(random, mayCount = true) {
  if (random.happens(0.06)) return random.pick(OTHERS);
  const selector = random.pick(mayCount ? [...SELECTORS, ...STATEFUL] : SELECTORS);
  const declaration = random.pick([
    () => `color: ${random.pick(COLOURS)}`,
    () => `background: url(${random.pick(PICTURES)})`,
    () => `border: var(--b, 3px solid) red; border-left-color: blue`,
    () => `margin: ${random.below(9)}px`,
    () => `--b: ${random.below(5)}px dotted`,
    () => `list-style-image: url("${random.pick(PICTURES)}")`,
    () => `display: ${random.pick(['flex', 'grid', 'block', 'inline-block', 'none'])}`,
    () => `font-size: ${12 + random.below(9)}px`,
    () => `color: ${random.pick(COLOURS)}; transition: color 0.1s, margin 0.1s`,
    () => `background-image: image-set(url("${random.pick(PICTURES)}") 1x)`,
    () => `background: url(${random.pick(PICTURES)}#a) no-repeat, linear-gradient(red, blue)`,
    () => `--image: url(${random.pick(PICTURES)})`,
    () => `background-image: var(--image, url(${random.pick(PICTURES)}))`,
    () => `background: no-repeat var(--image); background-size: ${random.below(9)}px`,
    () => `content: url(${random.pick(PICTURES)})`,
    () => `border: 5px solid; border-image: url(${random.pick(PICTURES)}) 2`,
    () => `mask: url(${random.pick(PICTURES)}); cursor: url(${random.pick(PICTURES)}), auto`,
    () => `filter: url(${random.pick(PICTURES)}#a); clip-path: url(#c)`,
    () => `white-space: ${random.pick(['pre', 'pre-wrap', 'pre-line'])}`,
    () => `color: ${random.pick(COLOURS)} !important`,
    () => `display: list-item; list-style: ${random.pick(['inside', 'decimal', 'c', '"- "'])}`,
    () => `position: absolute; inset: ${random.below(9)}px auto auto auto`,
    () => `columns: 2; text-transform: uppercase`,
    () => `width: calc(${1 + random.below(9)}em + 1px); float: ${random.pick(['left', 'right'])}`,
    () => `content-visibility: visible; counter-increment: c ${1 + random.below(3)}`,
  ])();
  const rule = random.happens(0.15)
    ? `${selector.split('::')[0]}::before { content: counter(c) "b"; ${declaration} }`
    : `${selector} { ${declaration} }`;
  if (random.happens(0.2)) {
    const around = [
      '@media (min-width: 1px)',
      '@supports (display: grid)',
      '@layer one',
      '@layer two',
      '@container (min-width: 1px)',
      '@scope (body) to (.z)',
    ];
    return `${random.pick(around)} { ${rule} }`;
  }
  return random.happens(0.1) ? `.x { ${rule.includes('{') ? `& ${rule}` : rule} }` : rule;
}
