/**
 * texts: pages as generators write them, and edits of a page as text, after which it may be any text.
 */

import { makeNode, markup, words } from './elements.js';

/** @typedef {import('./random.js').Random} Random */

/** @type {(count: number, make: (i: number) => string) => string} */
const list = (count, make) => Array.from({ length: count }, (_, i) => make(i)).join('\n');

/** @type {Record<string, (random: Random) => string>} */
export const PAGES = {
  markdown: (random) => `<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>Notes</title><link rel="stylesheet" href="a.css"></head>
<body>
${list(6, (i) => `<h2 id="part-${i}">Part ${i}</h2>\n<p>${words(random)}</p>\n<ul>\n<li>${words(random)}</li>\n<li><p>${words(random)}</p></li>\n</ul>\n<pre><code class="language-js">let x${i} = 1;\n</code></pre>`)}
</body>
</html>
`,
  framework: (random) => `<!doctype html>
<html lang="en" data-bs-theme="light">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shop</title><link href="a.css" rel="stylesheet"><link rel="icon" href="1.svg">
<style>.row { display: flex } .card { border: 1px solid #ccc; flex: 1 } .d-none { display: none }</style>
</head>
<body class="bg-light">
<nav class="navbar"><a class="brand" href="#">Shop</a><ul>${list(4, (i) => `<li class="nav-item"><a href="#part-${i}">Link ${i}</a></li>`)}</ul></nav>
<main class="container"><div class="row">
${list(6, (i) => `<div class="card" id="part-${i}"><img src="${1 + (i % 3)}.svg" alt=""><div class="card-body"><h5>${words(random)}</h5><p class="card-text">${words(random)}</p><a href="#" class="btn btn-primary">Buy</a></div></div>`)}
</div>
<form class="row"><input type="email" class="form-control" name="mail" placeholder="you@example.org"><select class="form-select" name="size"><option selected>Choose<option value="1">One<option value="2">Two</select><div class="form-check"><input type="checkbox" id="c" checked><label for="c">Yes</label></div><textarea name="text" rows="3"></textarea><button>Send</button></form>
</main>
<footer><!-- the end --><p>&copy; 2026</p></footer>
</body></html>
`,
  table: (
    random,
  ) => `<!doctype html><title>Rows</title><meta charset=utf-8><link rel=stylesheet href=b.css>
<table class=x><thead><tr><th>No<th>Name<th>Value</thead>
<tbody>
${list(500, (i) => `<tr><td>${i}<td>${i % 7 ? 'name' : words(random)}<td class=${i % 2 ? 'x' : 'y'}>${i * 3}</tr>`)}
</table>
`,
  readme: (random) => `<article class="markdown-body"><h1>Project</h1>
<p>${words(random)} <a href="#i1">more</a> <img src="1.svg" alt="badge"></p>
${list(5, () => `<h3>${words(random)}</h3><ol><li>${words(random)}<li>${words(random)}</ol><table><tr><td>${words(random)}</table>`)}
<details><summary>More</summary>

${words(random)}

</details></article>
`,
  old: (
    random,
  ) => `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">
<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8"><TITLE>Old</TITLE>
<LINK REL=StyleSheet HREF="a.css" TYPE="text/css"></HEAD>
<BODY BGCOLOR=#ffffff TEXT=#000000 LINK=blue>
<CENTER><FONT SIZE=5>${words(random)}</FONT></CENTER>
<TABLE BORDER=1 WIDTH=100%><TR><TD NOWRAP>${words(random)}<TD><IMG SRC=1.svg ALT=x><TR><TD COLSPAN=2>${words(random)}</TABLE>
<P>${words(random)}<P>${words(random)}<HR NOSHADE>
</BODY></HTML>
`,
  frames: () =>
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Frameset//EN" "http://www.w3.org/TR/html4/frameset.dtd">
<html><head><title>Frames</title></head>
<frameset cols="50%,50%"><frame src="frame.html" name="a">
<frame src="frame.html" name="b"><noframes><p>No frames</p></noframes></frameset></html>
`,
  forms: (random) => `<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Forms</title><link rel="stylesheet" href="a.css"></head><body>
${list(
  3,
  (i) => `<form id="f${i}" action="?"><fieldset><legend>${words(random)}</legend>
<label><input type="radio" name="r" value="1" checked> One</label> <label><input type="radio" name="r" value="2"> Two</label>
<label for="n${i}">Name</label><input id="n${i}" name="name" list="names" required>
<select name="s" size="${1 + 2 * (i % 2)}"><option value="">None<option selected>${words(random)}<optgroup label="g"><option>3</optgroup></select>
<input type="range" name="g" min="2" max="8"><input type="color" name="c"><textarea name="t">
${words(random)}</textarea><output name="o">${i}</output><progress value="0.3"></progress></fieldset></form>`,
)}
<datalist id="names"><option>Ada<option>Bob</datalist><input form="f1" name="far"><button form="f2">Go</button>
</body></html>
`,
  rightToLeft: (random) => `<!doctype html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>مرحبا</title><link rel="stylesheet" href="a.css"></head>
<body>${list(6, (i) => `<p id="p${i}">مرحبا ${words(random)} <bdi>x${i}</bdi></p><ol><li>${words(random)}<li dir="ltr">${words(random)}</ol>`)}</body></html>
`,
  chart: (
    random,
  ) => `<!doctype html><html><head><meta charset="utf-8"><title>Chart</title></head><body>
<svg width="200" height="90" viewBox="0 0 200 90"><defs><linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>
<clipPath id="c"><rect width="150" height="90"/></clipPath><symbol id="s" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></symbol></defs>
${list(9, (i) => `<g clip-path="url(#c)"><rect x="${i * 20}" y="${random.below(60)}" width="15" height="${5 + random.below(30)}" fill="url(#g)"/><use xlink:href="#s" x="${i * 20}" width="9" height="9"/><text x="${i * 20}" y="85" font-size="8">${words(random)}</text></g>`)}
</svg>
<math><mrow><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mfrac><mn>1</mn><mi>y</mi></mfrac></mrow></math></body></html>
`,
  deep: (random) =>
    `<!doctype html><meta charset=utf-8><title>Deep</title><link rel=stylesheet href=a.css>\n${list(40, (i) => `<div class=${i % 3 ? 'x' : 'y'}><span>${words(random)}</span>`)}${'</div>'.repeat(40)}`,
  quirks: (random) =>
    `<title>Quirks</title><p>${words(random)}<table><tr><td>${words(random)}</table><div>${words(random)}</div>\r\n${list(5, () => `<p class=X>${words(random)}`)}\r\n`,
};

/** @type {(random: Random, text: string) => [number, number]} a range of the lines of text */
function someLines(random, text) {
  const { length } = text.split('\n');
  const from = random.below(length);
  return [from, Math.min(length, from + 1 + random.below(4))];
}

/** @typedef {(text: string, random: Random) => string} TextEdit */

/** Cuts text at random between two tags. @type {(text: string, random: Random) => [string, string]} */
function cut(text, random) {
  const at = [...text.matchAll(/>/g)].map(({ index }) => index + 1);
  const place = at.length > 0 ? random.pick(at) : 0;
  return [text.slice(0, place), text.slice(place)];
}

/** @type {Record<string, TextEdit>} */
export const TEXT_EDITS = {
  'change a word': (text, random) => {
    const found = [...text.matchAll(/>[^<]*\w[^<]*/g)];
    if (found.length === 0) return text;
    const { index, 0: old } = random.pick(found);
    return `${text.slice(0, index)}>${words(random)}${text.slice(index + old.length)}`;
  },
  'put markup in': (text, random) => cut(text, random).join(markup(makeNode(random, 1))),
  'take a tag out': (text, random) => {
    const tags = [...text.matchAll(/<\/?\w[^<>]*>/g)];
    if (tags.length === 0) return text;
    const { index, 0: tag } = random.pick(tags);
    return text.slice(0, index) + text.slice(index + tag.length);
  },
  'copy lines': (text, random) => {
    const lines = text.split('\n');
    const [from, to] = someLines(random, text);
    lines.splice(random.below(lines.length), 0, ...lines.slice(from, to));
    return lines.join('\n');
  },
  'move lines': (text, random) => {
    const lines = text.split('\n');
    const [from, to] = someLines(random, text);
    const taken = lines.splice(from, to - from);
    lines.splice(random.below(lines.length + 1), 0, ...taken);
    return lines.join('\n');
  },
  'take lines out': (text, random) => {
    const lines = text.split('\n');
    const [from, to] = someLines(random, text);
    lines.splice(from, to - from);
    return lines.join('\n');
  },
  'cut the end off': (text, random) =>
    random.happens(0.2) ? text.slice(0, 1 + random.below(text.length)) : text,
  'change a class': (text, random) => {
    const found = [...text.matchAll(/ class="?[\w -]*"?/g)];
    if (found.length === 0) return text;
    const { index, 0: old } = random.pick(found);
    const fresh = random.pick([' class="x"', ' class="y z"', '', ' class', ' hidden']);
    return text.slice(0, index) + fresh + text.slice(index + old.length);
  },
  'change the line ends': (text, random) =>
    random.happens(0.3) ? text.replace(/\r?\n/g, random.pick(['\n', '\r\n', '\r'])) : text,
  'put a byte order mark in': (text, random) =>
    random.happens(0.1) ? (text.startsWith('\ufeff') ? text.slice(1) : `\ufeff${text}`) : text,
};
