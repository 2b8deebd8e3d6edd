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
import { get } from '../support/http.js';
import { makeSite, until } from '../support/server.js';
import { installCodeServer, startCodeServer } from './code_server.mjs';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const SLOW_MS = 20000;

const site = makeSite({
  'index.html':
    '<!doctype html>\n<html>\n<head><link rel="stylesheet" href="style.css"></head>\n<body>\n<h1>Hello</h1>\n</body>\n</html>\n',
  'style.css': 'h1 {\n  color: rgb(0, 0, 200);\n}\n',
  'broken.html': '<!doctype html><body><script src="js/app.js"></script>\n',
  'js/app.js': 'const answer = 42;\nmissing();\n',
});

let browser, server, workbench;

/** @param {string} name */
async function picture(name) {
  if (process.env.PICTURES)
    await workbench.page.screenshot({ path: path.join(process.env.PICTURES, `${name}.png`) });
}

/** What openTab() does to a page to watch it is too much for VS Code. @param {string} url */
async function openWorkbench(url) {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 900 });
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  const ask = (question, ...values) => page.evaluate(question, ...values).catch(() => undefined);
  return {
    page,
    ask,
    shows: (expected, question, ...values) =>
      until(
        `VS Code to show ${JSON.stringify([expected, values])}`,
        async () => (await ask(question, ...values)) === expected,
        SLOW_MS,
      ),
  };
}

/** The text of the button in the status bar. */
const button = () =>
  workbench.ask(
    () => document.querySelector('#liveserve\\.liveserve\\.liveserve\\.button')?.textContent,
  );

/** @param {RegExp} expected */
async function untilButton(expected) {
  let text;
  const see = async () => expected.test((text = String(await button())));
  await until(`the button to say ${expected}`, see, SLOW_MS).catch((error) => {
    throw new Error(`${error.message}; it says ${JSON.stringify(text)}`);
  });
}

const clickButton = () =>
  workbench.page.click(
    '#liveserve\\.liveserve\\.liveserve\\.button a, #liveserve\\.liveserve\\.liveserve\\.button',
  );

/** Runs a command by its title. @param {string} title */
async function command(title) {
  const { page } = workbench;
  await page.keyboard.press('F1');
  await page.waitForSelector('.quick-input-widget input', { visible: true });
  await page.keyboard.type(title);
  await workbench.shows(
    true,
    (wanted) =>
      !!document.querySelector('.quick-input-list .monaco-list-row')?.textContent.includes(wanted),
    title,
  );
  await page.keyboard.press('Enter');
}

/** Opens a file in the editor, and puts the cursor into it. @param {string} name */
async function openFile(name) {
  const { page } = workbench;
  await page.keyboard.down('Control');
  await page.keyboard.press('p');
  await page.keyboard.up('Control');
  await page.waitForSelector('.quick-input-widget input', { visible: true });
  await page.keyboard.type(name);
  await workbench.shows(
    true,
    (wanted) =>
      !!document.querySelector('.quick-input-list .monaco-list-row')?.textContent.includes(wanted),
    name,
  );
  await page.keyboard.press('Enter');
  await workbench.shows(
    true,
    (wanted) => !!document.querySelector('.tab.active')?.textContent.includes(wanted),
    name,
  );
  await page.waitForSelector('.editor-group-container.active .monaco-editor');
}

/** The address of the server that the extension runs. */
const served = async () => {
  const [, port] = /Port: (\d+)/.exec(await button());
  return { port: Number(port), url: `http://localhost:${port}/` };
};

before(async () => {
  const vsix = execFileSync(path.join(PROJECT, 'packaging/vsix/make'), { encoding: 'utf8' }).trim();
  const installed = installCodeServer(
    process.env.CODE_SERVER ?? path.join(PROJECT, 'build/vscode'),
  );
  const own = makeSite();
  server = await startCodeServer(installed, {
    vsix,
    folder: own.root,
    settings: {
      'liveserve.openIn': 'nowhere',
      'liveServer.settings.port': 0,
      'security.workspace.trust.enabled': false,
    },
    machine: { 'liveserve.path': path.resolve(process.env.LIVESERVE) },
    env: { XDG_RUNTIME_DIR: own.root },
  });
  browser = await launch('chromium', { args: ['--window-size=1400,900'] });
  workbench = await openWorkbench(`${server.url}?folder=${site.root}`);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('Go Live serves the folder, and the button says where', async () => {
  await untilButton(/Go Live/);
  await picture('1-button');
  await clickButton();
  await untilButton(/Port: \d+/);
  await picture('2-live');
  const { body } = await get(await served(), '/index.html', { 'Sec-Fetch-Dest': 'document' });
  assert.match(body.toString(), /<h1>Hello/);
});

test('what is typed is in the page before it is saved', async () => {
  const tab = await openTab(browser, `${(await served()).url}index.html`);
  await untilButton(/Port: \d+ \(1\)/);
  await workbench.page.bringToFront();
  await openFile('style.css');
  await workbench.page.keyboard.press('End');
  await workbench.page.keyboard.press('Enter');
  await workbench.page.keyboard.type('background: rgb(200, 0, 0);');
  const colour = () => getComputedStyle(document.querySelector('h1')).backgroundColor;
  await tab.shows('rgb(200, 0, 0)', colour);
  assert.doesNotMatch(fs.readFileSync(site.path('style.css'), 'utf8'), /background/);
  await picture('3-unsaved');
  if (process.env.PICTURES)
    await tab.page.screenshot({ path: path.join(process.env.PICTURES, '3-page.png') });
  await workbench.page.bringToFront();
  await command('Revert File');
  await tab.shows('rgba(0, 0, 0, 0)', colour);
  await tab.close();
});

test('an error of a page is a squiggle, and a problem', async () => {
  const tab = await openTab(browser, `${(await served()).url}broken.html`);
  await workbench.page.bringToFront();
  await openFile('app.js');
  await workbench.page.waitForSelector('.squiggly-error', { timeout: SLOW_MS });
  await command('Problems: Focus on Problems View');
  await workbench.shows(true, () =>
    /missing is not defined/.test(document.querySelector('.markers-panel')?.textContent ?? ''),
  );
  await picture('4-problem');
  site.write('js/app.js', 'const answer = 42;\n');
  await workbench.shows(0, () => document.querySelectorAll('.squiggly-error').length);
  await tab.close();
});

test('the page is shown beside the editor', async () => {
  await openFile('index.html');
  await command('liveserve: Open with Live Server Beside the Editor');
  await untilButton(/Port: \d+ \(1\)/);
  await picture('6-beside');
});

test('a click on the button stops the server', async () => {
  const { url } = await served();
  await clickButton();
  await untilButton(/Go Live/);
  await assert.rejects(fetch(url));
});
