/**
 * Makes doc/readme.svg, the moving picture of the README, from the running program: what it writes on a terminal, and
 * what Chromium shows. `./dev picture` runs it. It needs port 9000, because that is what people will see.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { atEnd, until } from '../support/server.js';
import { draw, PAGE } from './picture/drawing.js';
import { linesOf, textOf } from './picture/screen.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const OUT = path.join(REPOSITORY, 'doc/readme.svg');
const MOST_BYTES = 300_000;
const COLUMNS = 71;
const NOBODY = 65534;
const COMMAND = 'liveserve ~/my-site';

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'liveserve-picture-'));
atEnd(() => fs.rmSync(home, { recursive: true }));
const site = path.join(home, 'my-site');
fs.cpSync(path.join(REPOSITORY, 'example-site'), site, { recursive: true });

// It is ten in the morning in the picture: the page greets by the hour.
const hours = ((10 - new Date().getUTCHours() + 36) % 24) - 12;
const zone = hours === 0 ? 'Etc/GMT' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;

/** The program on a terminal of its own, so that it shows its colours; not of root, who gets another line. */
function startOnTerminal() {
  const line = `stty cols ${COLUMNS} rows 22; exec ${COMMAND}`;
  const user = process.getuid() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  // The other user may not come to where the program was built.
  fs.copyFileSync(process.env.LIVESERVE, path.join(home, 'liveserve'));
  if (user.uid) fs.chownSync(home, NOBODY, NOBODY);
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    ...user,
    cwd: home,
    env: {
      PATH: `${home}:${process.env.PATH}`,
      HOME: home,
      XDG_RUNTIME_DIR: home,
      TERM: 'xterm-256color',
      TZ: zone,
      SHELL: '/bin/sh',
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const terminal = { output: '', child };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    terminal.output += text;
  });
  atEnd(() => child.kill('SIGTERM'));
  return terminal;
}

const terminal = startOnTerminal();
const lines = () => linesOf(terminal.output.replaceAll(home, '~'), COLUMNS);
const shows = (/** @type {RegExp} */ what) =>
  until(`${what} on the terminal`, () => what.test(lines().map(textOf).join('\n')));

await shows(/Stop/);
assert.match(terminal.output, /:9000\//, 'port 9000 is taken; stop what has it, and try again');
const browser = await puppeteer.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--headless=new', '--disable-gpu', '--no-first-run'],
  defaultViewport: { ...PAGE, deviceScaleFactor: 1.25 },
});
atEnd(() => browser.process()?.kill('SIGKILL'));
const page = await browser.newPage();
await page.emulateTimezone(zone);
await page.goto('http://localhost:9000/', { waitUntil: 'networkidle0' });
await shows(/1 page open/);

/** @type {import('./picture/drawing.js').Moment[]} */
const moments = [];
/** @type {string | undefined} */
let shot;
/** @type {import('./picture/drawing.js').Edit | undefined} */
let edit;

const takeShot = async () => {
  shot = await page.screenshot({ type: 'webp', quality: 72, encoding: 'base64' });
};
/** @param {number} seconds */
const add = (seconds, typed = COMMAND, now = lines()) =>
  moments.push({ seconds, typed, lines: now, shot, edit });

/**
 * Replaces one text of a file by another, as an editor does, and shows the lines around it before and after.
 *
 * @param {string} name
 * @param {string} from
 * @param {string} to
 * @param {() => Promise<unknown>} follows waits until terminal and page show it
 */
async function save(name, from, to, follows) {
  const file = path.join(site, name);
  const old = fs.readFileSync(file, 'utf8');
  assert.ok(old.includes(from), `${name} has no longer "${from}"`);
  const at = old.slice(0, old.indexOf(from)).split('\n').length - 1;
  const first = Math.max(0, at - 2);
  const cut = (/** @type {string} */ text) =>
    text
      .split('\n')
      .slice(first, first + 5)
      .map((line, i) => `${first + i + 1}  ${line}`.slice(0, COLUMNS));
  edit = { file: name, lines: cut(old), changed: -1 };
  add(1.2);
  const next = old.replace(from, to);
  edit = { file: `${name} (not saved)`, lines: cut(next), changed: at - first };
  add(1);
  fs.writeFileSync(file, next);
  await follows();
  await takeShot();
  edit = { ...edit, file: name };
  add(2.2);
}

/** @param {RegExp} line @param {(wanted: string) => boolean} look @param {string} wanted */
const both = async (line, look, wanted) => {
  await shows(line);
  await page.waitForFunction(look, {}, wanted);
};

add(0.6, '', []);
for (let i = 2; i < COMMAND.length; i += 2) add(0.12, COMMAND.slice(0, i), []);
add(0.4, COMMAND, []);
await takeShot();
add(1.6);
await save('style.css', '--accent: #a93a27;', '--accent: #2458b8;', () =>
  both(
    /changed style\.css/,
    (wanted) => getComputedStyle(document.querySelector('h1 span')).color === wanted,
    'rgb(36, 88, 184)',
  ),
);
await save('index.html', 'and at night I look up.', 'and my page follows me.', () =>
  both(
    /changed index\.html/,
    (wanted) => document.querySelector('.lead').textContent.includes(wanted),
    'follows me',
  ),
);
const [right, wrong] = ['Math.floor(months);', 'Math.flor(months);'];
await save('script.js', right, wrong, () => shows(/script\.js:\d+/));
await save('script.js', wrong, right, () =>
  both(/(changed script\.js[^]*){2}/, () => !!document.querySelector('#phase').textContent, ''),
);
moments.at(-1).seconds = 4;

const drawing = draw(moments, {
  title: 'liveserve: a file is saved, and the open page follows',
  description:
    'Left: a terminal in which liveserve reports three saves and an error of the page with its place in the code; below it the editor. Right: the page, which shows each save.',
  address: 'localhost:9000',
});
assert.ok(drawing.length < MOST_BYTES, `the picture has ${drawing.length} bytes`);
fs.writeFileSync(OUT, drawing);
terminal.child.stdin.write('\x03');
await once(terminal.child, 'close');
await browser.close();
console.log(`wrote doc/readme.svg, ${drawing.length} bytes`);
