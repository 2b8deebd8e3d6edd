/**
 * drawing: an animated drawing (SVG) of a terminal, an editor and a browser. It needs nothing from elsewhere and no
 * script. Who wishes for less motion, and a viewer that cannot move it, sees its last moment.
 */

/** @typedef {import('./screen.js').Line} Line */

/**
 * @typedef {object} Moment what is seen from one time to the next
 * @property {number} seconds how long
 * @property {string} [typed] what stands behind the prompt, when the program does not run yet
 * @property {Line[]} lines on the terminal
 * @property {string} [shot] the page, as base64 of WebP
 * @property {Edit} [edit] the file in the editor
 *
 * @typedef {object} Edit
 * @property {string} file
 * @property {string[]} lines
 * @property {number} changed which of them is new; -1: none
 */

const WIDTH = 960;
const HEIGHT = 540;
const LINE = 17;
const CHARACTER = 6.9;
const LEFT = { x: 8, width: 520 };
const TERMINAL = { ...LEFT, y: 8, height: 376 };
const EDITOR = { ...LEFT, y: 396, height: 136 };
const BROWSER = { x: 540, y: 8, width: 412, height: 524 };
const BAR = 28;

/** The page in the browser has this shape. */
export const PAGE = {
  width: 600,
  height: Math.round((600 * (BROWSER.height - BAR)) / BROWSER.width),
};

/** @param {string} text */
export const escapeXml = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]);

const STYLE = `
text{font:11.5px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#e3e6ea;white-space:pre}
.title{font:12px system-ui,"DejaVu Sans",sans-serif;fill:#9aa4af}
.bold{font-weight:700}.dim{fill:#8b949e}.red{fill:#ff8a80}.green{fill:#8ddb8c}.yellow{fill:#f0c674}.cyan{fill:#6cd4d4}
.page{fill:#57606a}
`;

/**
 * @param {{x: number, y: number, width: number, height: number}} place
 * @param {string} title
 * @param {{face: string, bar: string, className: string}} look
 */
function windowAt({ x, y, width, height }, title, { face, bar, className }) {
  const lights = ['#ff5f57', '#febc2e', '#28c840'].map(
    (colour, i) => `<circle cx="${x + 16 + 16 * i}" cy="${y + 14}" r="5" fill="${colour}"/>`,
  );
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="9" fill="${face}"/>
<path d="M${x} ${y + BAR}v-19a9 9 0 0 1 9-9h${width - 18}a9 9 0 0 1 9 9v19z" fill="${bar}"/>
<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="9" fill="none" stroke="#8b949e" stroke-opacity=".5"/>
${lights.join('')}<text class="${className}" x="${x + 66}" y="${y + 18}">${escapeXml(title)}</text>
`;
}

/** One line of text. Its width is given, so that no font moves what stands behind it. @param {Line} line */
function lineAt(line, x, y) {
  let column = 0;
  return line
    .map(({ text, styles }) => {
      const words = text.trimStart();
      const at = column + text.length - words.length;
      column += text.length;
      const shown = words.trimEnd();
      if (!shown) return '';
      const width = (shown.length * CHARACTER).toFixed(1);
      const look = styles.length ? ` class="${styles.join(' ')}"` : '';
      return `<text${look} x="${(x + at * CHARACTER).toFixed(1)}" y="${y}" textLength="${width}">${escapeXml(shown)}</text>`;
    })
    .join('');
}

/** @param {Moment} moment */
function terminalOf({ typed, lines }) {
  const prompt = { text: '$ ', styles: ['green'] };
  const all = [[prompt, { text: typed ?? '', styles: [] }], ...lines];
  const most = Math.floor((TERMINAL.height - BAR - 14) / LINE);
  return all
    .slice(-most)
    .map((line, i) => lineAt(line, TERMINAL.x + 14, TERMINAL.y + BAR + 20 + i * LINE))
    .join('');
}

/** @param {Moment} moment */
function editorOf({ edit }) {
  if (!edit) return '';
  const top = EDITOR.y + BAR + 20;
  const text = edit.lines.map((line, i) =>
    lineAt(
      [{ text: line, styles: i === edit.changed ? ['bold'] : ['dim'] }],
      EDITOR.x + 14,
      top + i * LINE,
    ),
  );
  const mark =
    edit.changed < 0
      ? ''
      : `<rect x="${EDITOR.x + 1}" y="${top - 13 + edit.changed * LINE}" width="${EDITOR.width - 2}" height="${LINE}" fill="#2ea043" fill-opacity=".3"/>`;
  const title = `<text class="title" x="${EDITOR.x + 66}" y="${EDITOR.y + 18}">${escapeXml(edit.file)}</text>`;
  return mark + title + text.join('');
}

/** The pages, each of them once. @param {Moment} moment */
const pageOf = ({ shot }) =>
  shot
    ? `<image x="${BROWSER.x + 1}" y="${BROWSER.y + BAR}" width="${BROWSER.width - 2}" height="${BROWSER.height - BAR - 1}" preserveAspectRatio="xMidYMin slice" clip-path="url(#page)" href="data:image/webp;base64,${shot}"/>`
    : '';

/**
 * Equal neighbours are drawn once, and shown as long as they last.
 *
 * @param {Moment[]} moments
 * @param {(moment: Moment) => string} draw
 * @param {string} name of its animations
 * @returns {{style: string, shapes: string}}
 */
function layer(moments, draw, name) {
  const total = moments.reduce((sum, { seconds }) => sum + seconds, 0);
  const spans = [];
  let time = 0;
  for (const moment of moments) {
    const shape = draw(moment);
    const last = spans.at(-1);
    if (last?.shape === shape) last.end += moment.seconds;
    else spans.push({ shape, begin: time, end: time + moment.seconds });
    time += moment.seconds;
  }
  const percent = (seconds) => `${+((100 * seconds) / total).toFixed(2)}%`;
  const styles = spans.map(({ begin, end }, i) => {
    const before = begin > 0 ? '0%{visibility:hidden}' : '';
    const after = end < total ? `${percent(end)}{visibility:hidden}` : '';
    const isLast = i === spans.length - 1;
    const frames = `@keyframes ${name}${i}{${before}${percent(begin)}{visibility:visible}${after}}`;
    return `${frames}.${name}${i}{visibility:${isLast ? 'visible' : 'hidden'};animation:${name}${i} ${total}s step-end infinite}`;
  });
  const shapes = spans.map(({ shape }, i) => (shape ? `<g class="${name}${i}">${shape}</g>` : ''));
  return { style: styles.join('\n'), shapes: shapes.join('\n') };
}

/**
 * @param {Moment[]} moments
 * @param {{title: string, description: string, address: string}} words
 * @returns {string} the drawing
 */
export function draw(moments, { title, description, address }) {
  const layers = [
    layer(moments, terminalOf, 't'),
    layer(moments, editorOf, 'e'),
    layer(moments, pageOf, 'p'),
  ];
  const dark = { face: '#16191f', bar: '#23272f', className: 'title' };
  const light = { face: '#ffffff', bar: '#e7e9ec', className: 'title page' };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title desc">
<title id="title">${escapeXml(title)}</title>
<desc id="desc">${escapeXml(description)}</desc>
<style>${STYLE}${layers.map(({ style }) => style).join('\n')}
@media (prefers-reduced-motion:reduce){g{animation:none!important}}
</style>
<clipPath id="page"><path d="M${BROWSER.x + 1} ${BROWSER.y + BAR}h${BROWSER.width - 2}v${BROWSER.height - BAR - 10}a8 8 0 0 1-8 8h-${BROWSER.width - 18}a8 8 0 0 1-8-8z"/></clipPath>
${windowAt(TERMINAL, 'terminal', dark)}${windowAt(EDITOR, '', dark)}${windowAt(BROWSER, address, light)}${layers.map(({ shapes }) => shapes).join('\n')}
</svg>
`;
}
