// Makes doc/readme.png from the running program: its own words in a terminal, and a real browser beside it.
//
//     LIVESERVE=build/release/liveserve node tests/browser/readme-picture.mjs

import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const here = fileURLToPath(new URL('.', import.meta.url));
const program = resolve(process.env.LIVESERVE ?? 'build/release/liveserve');

/** Waits until look() gives something true; five seconds at most. */
async function until(look) {
  for (const end = Date.now() + 5000; Date.now() < end;) {
    const found = await look();
    if (found) return found;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`this never came true: ${look}`);
}

/** Runs the program on a terminal of its own, so that it shows its colours. */
function runOnTerminal(site) {
  const line = `${program} --port=9000 ${site}`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const terminal = { child, output: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (terminal.output += text));
  return terminal;
}

const escape = (text) =>
  text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

/** What stands on the terminal in the end: the status line is written, and erased, again and again. */
const withoutErased = (output) => output.replaceAll('\r', '').replace(/^.*\x1b\[K/gm, '');

/** The few escape codes the program uses, as HTML. */
function toHtml(output) {
  const styles = { 1: 'font-weight:700', 2: 'opacity:.55', 36: 'color:#5fd7d7' };
  let open = 0;
  const html = escape(withoutErased(output)).replace(/\x1b\[(\d+)m/g, (_, code) => {
    if (styles[code]) {
      open++;
      return `<span style="${styles[code]}">`;
    }
    const end = '</span>'.repeat(open);
    open = 0;
    return end;
  });
  return html + '</span>'.repeat(open);
}

const frame = (title, content, dark) => `
  <figure style="background:${dark ? '#16181d' : '#fff'};color:${dark ? '#e6e6e6' : '#222'}">
    <figcaption style="background:${dark ? '#22252c' : '#ececef'}">
      <i style="background:#ff5f57"></i><i style="background:#febc2e"></i><i style="background:#28c840"></i>
      <span>${title}</span>
    </figcaption>${content}
  </figure>`;

const sheet = (terminal, page) => `<!DOCTYPE html><meta charset="utf-8"><style>
  body{margin:0;padding:28px;display:flex;gap:24px;align-items:flex-start;background:#dfe3ea;
    font:14px system-ui,sans-serif;width:1240px;box-sizing:border-box}
  figure{margin:0;border-radius:10px;overflow:hidden;box-shadow:0 6px 24px #0003}
  figure:first-of-type{width:520px;flex:none}
  figcaption{padding:9px 12px;display:flex;gap:7px;align-items:center;font-size:12px}
  figcaption span{opacity:.7;margin-left:8px}
  i{width:11px;height:11px;border-radius:50%}
  pre{margin:0;padding:16px 18px 40px;font:13.5px/1.65 ui-monospace,'DejaVu Sans Mono',monospace;white-space:pre-wrap}
  img{display:block;width:100%}
</style>${terminal}${page}`;

const folder = await mkdtemp(join(tmpdir(), 'liveserve-picture-'));
const site = join(folder, 'my-site');
await cp(join(here, '../../example-site'), site, { recursive: true });
const terminal = runOnTerminal(site);
const browser = await puppeteer.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--headless=new',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
  ],
  defaultViewport: { width: 800, height: 620, deviceScaleFactor: 2 },
});
try {
  await until(() => terminal.output.includes('Stop'));
  const page = await browser.newPage();
  await page.goto('http://localhost:9000/', { waitUntil: 'networkidle0' });
  const told = async (count) => until(() => terminal.output.split('told 1 page').length > count);

  const css = join(site, 'style.css');
  await writeFile(css, (await readFile(css, 'utf8')) + '\nh1 { color: #c2410c; }\n');
  await told(1);
  await page.evaluate(() => (window.marker = 'survives'));
  const html = join(site, 'index.html');
  await writeFile(
    html,
    (await readFile(html, 'utf8')).replace(/(<h1[^>]*>)[^<]*/, '$1Hello, this page follows'),
  );
  await told(2);
  await until(() =>
    page.evaluate(() => !window.marker && document.readyState === 'complete').catch(() => false),
  );
  const shot = await page.screenshot({ encoding: 'base64' });

  const picture = await browser.newPage();
  await picture.setViewport({ width: 1240, height: 700, deviceScaleFactor: 1.5 });
  const words = toHtml(terminal.output).replaceAll(folder, '~');
  await picture.setContent(
    sheet(
      frame(
        'terminal',
        `<pre><span style="color:#87d787">$</span> liveserve ~/my-site\n${words}</pre>`,
        true,
      ),
      frame('localhost:9000', `<img src="data:image/png;base64,${shot}">`, false),
    ),
    { waitUntil: 'load' },
  );
  const body = await picture.$('body');
  await body.screenshot({ path: join(here, '../../doc/readme.png') });
} finally {
  await browser.close();
  terminal.child.kill('SIGTERM');
  await rm(folder, { recursive: true });
}
