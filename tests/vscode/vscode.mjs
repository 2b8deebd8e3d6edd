/**
 * The extension in a real VS Code, with the real program and a real browser: `./dev vscode`. It is a command of its own,
 * because VS Code has 1 GB. With PICTURES=FOLDER it leaves pictures of what it has seen.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { launch, openTab } from '../browser/browser.js';
import { centre, isReady, pointAt, rectangle, release, spy } from '../browser/pointing.js';
import { get } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { installCodeServer, startCodeServer } from './code_server.mjs';
import { testTrust } from './trust.mjs';
import { openWorkbench, SLOW_MS } from './workbench.mjs';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const site = makeSite({
  'index.html':
    '<!doctype html>\n<html>\n<head><link rel="stylesheet" href="style.css"></head>\n<body>\n<h1>Hello</h1>\n</body>\n</html>\n',
  'style.css': 'h1 {\n  color: rgb(0, 0, 200);\n}\n',
  'broken.html': '<!doctype html><body><script src="js/app.js"></script>\n',
  'js/app.js': 'const answer = 42;\nmissing();\n',
  'points.html':
    '<!doctype html>\n<html lang="zh">\n<body>\n<p id=one>中文 <b id=bold>bold</b></p>\n<p id=end style="margin-top:3000px">end</p>\n',
  'said.html':
    '<!doctype html>\n<script>\nconsole.log("hello 世界");\nconsole.error("bad");\n</script>\n',
});

let browser, server, workbench, vsix, installed;

/** The address of the server that the extension runs. */
const served = () => workbench.served();

before(async () => {
  vsix = execFileSync(path.join(PROJECT, 'packaging/vsix/make'), { encoding: 'utf8' }).trim();
  installed = installCodeServer(process.env.CODE_SERVER ?? path.join(PROJECT, 'build/vscode'));
  const own = makeSite();
  server = await startCodeServer(installed, {
    vsix,
    folder: own.root,
    settings: {
      'liveserve.openIn': 'nowhere',
      'liveServer.settings.port': 0,
      'liveserve.clickToSource': true,
      'liveserve.followCursor': true,
      'security.workspace.trust.enabled': false,
    },
    machine: { 'liveserve.path': path.resolve(process.env.LIVESERVE) },
    env: { XDG_RUNTIME_DIR: own.root },
  });
  browser = await launch('chromium', { args: ['--window-size=1400,900'] });
  workbench = await openWorkbench(browser, `${server.url}?folder=${site.root}`);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('Go Live serves the folder, and the button says where', async () => {
  await workbench.untilButton(/Go Live/);
  await workbench.picture('1-button');
  await workbench.clickButton();
  await workbench.untilButton(/Port: \d+/);
  await workbench.picture('2-live');
  const { body } = await get(await served(), '/index.html', { 'Sec-Fetch-Dest': 'document' });
  assert.match(body.toString(), /<h1>Hello/);
});

test('what is typed is in the page before it is saved', async () => {
  const tab = await openTab(browser, `${(await served()).url}index.html`);
  await workbench.untilButton(/Port: \d+ \(1\)/);
  await workbench.page.bringToFront();
  await workbench.openFile('style.css');
  await workbench.page.keyboard.press('End');
  await workbench.page.keyboard.press('Enter');
  await workbench.page.keyboard.type('background: rgb(200, 0, 0);');
  const colour = () => getComputedStyle(document.querySelector('h1')).backgroundColor;
  await tab.shows('rgb(200, 0, 0)', colour);
  assert.doesNotMatch(fs.readFileSync(site.path('style.css'), 'utf8'), /background/);
  await workbench.picture('3-unsaved');
  if (process.env.PICTURES)
    await tab.page.screenshot({ path: path.join(process.env.PICTURES, '3-page.png') });
  await workbench.page.bringToFront();
  await workbench.command('Revert File');
  await tab.shows('rgba(0, 0, 0, 0)', colour);
  await tab.close();
});

test('an error of a page is a squiggle, and a problem', async () => {
  const tab = await openTab(browser, `${(await served()).url}broken.html`);
  await workbench.page.bringToFront();
  await workbench.openFile('app.js');
  await workbench.page.waitForSelector('.squiggly-error', { timeout: SLOW_MS });
  await workbench.command('Problems: Focus on Problems View');
  await workbench.shows(true, () =>
    /missing is not defined/.test(document.querySelector('.markers-panel')?.textContent ?? ''),
  );
  await workbench.picture('4-problem');
  site.write('js/app.js', 'const answer = 42;\n');
  await workbench.shows(0, () => document.querySelectorAll('.squiggly-error').length);
  await tab.close();
});

test('a click in the page opens the line, and the page shows the cursor', async () => {
  const tab = await openTab(browser, `${(await served()).url}points.html`, { before: spy });
  await isReady(tab);
  const at = await centre(tab, '#bold');
  await pointAt(tab, at, 'points.html:4:14 <b>');
  await tab.page.mouse.click(at.x, at.y);
  await release(tab);
  await workbench.page.bringToFront();
  const place = () =>
    `${document.querySelector('.tab.active')?.textContent} ${document.querySelector('#status\\.editor\\.selection')?.textContent}`;
  await workbench.says('the editor', /^points\.html Ln 4, Col 14$/, place);
  await workbench.picture('5-clicked');

  await workbench.page.keyboard.press('ArrowDown');
  await workbench.says('the editor', /Ln 5,/, place);
  await tab.page.bringToFront();
  await tab.shows(true, () => {
    const { top, bottom } = document.querySelector('#end').getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  const end = await tab.page.evaluate(rectangle, '#end');
  await tab.shows(end, () => document.outlined);
  assert.equal(await tab.loads(), 1);
  await tab.close();
  await workbench.page.bringToFront();
});

test('the output has what pages write to their consoles', async () => {
  const tab = await openTab(browser, `${(await served()).url}said.html`);
  await workbench.page.bringToFront();
  await workbench.command('liveserve: Show What Pages Say');
  const output = () =>
    document
      .querySelector('.part.panel .output-view-container, .part.panel .monaco-editor')
      ?.textContent.replaceAll('\u00a0', ' ');
  await workbench.says('the output', /log on \/said\.html \(Chrom[^)]*\): hello 世界/, output);
  await workbench.says('the output', /error on \/said\.html \(Chrom[^)]*\): bad/, output);
  await workbench.picture('6-output');
  await workbench.command('View: Toggle Panel Visibility');
  await tab.close();
});

test('the page is shown beside the editor', async () => {
  await workbench.openFile('index.html');
  await workbench.command('liveserve: Open with Live Server Beside the Editor');
  await workbench.untilButton(/Port: \d+ \(1\)/);
  await workbench.picture('9-beside');
});

test('a click on the button stops the server', async () => {
  const { url } = await served();
  await workbench.clickButton();
  await workbench.untilButton(/Go Live/);
  await assert.rejects(fetch(url));
});

testTrust(() => ({ browser, vsix, installed }));
