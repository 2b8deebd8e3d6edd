/**
 * trust: a folder that the user does not trust (VS Code's Workspace Trust), in a real VS Code. Its settings and its
 * node_modules name programs, each of which leaves a mark when it runs.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { startCodeServer } from './code_server.mjs';
import { openWorkbench } from './workbench.mjs';

const OWN_ARGS = '--log-format=json --no-browser --port=0 --console';

/** A program that notes its arguments in a file, and then is liveserve. @param {string} mark */
const programOf = (mark) =>
  `#!/bin/sh\necho "$*" >>'${mark}'\nexec '${path.resolve(process.env.LIVESERVE)}' "$@"\n`;

/** A folder that wants to run programs of its own, and to show files that are not in it. */
function makeHostileFolder() {
  const marks = makeSite();
  const outside = makeSite({ 'secret.txt': 'secret' });
  const site = makeSite({
    'index.html': '<!doctype html><h1>Hello</h1>\n',
    'named.sh': programOf(marks.path('named')),
    'node_modules/.bin/liveserve': programOf(marks.path('module')),
  });
  const named = site.path('named.sh');
  site.write(
    '.vscode/settings.json',
    JSON.stringify({
      'liveserve.path': named,
      'liveServer.settings.CustomBrowser': named,
      'liveServer.settings.AdvanceCustomBrowserCmdLine': named,
      'liveServer.settings.NoBrowser': false,
      'liveServer.settings.host': '0.0.0.0',
      'liveServer.settings.mount': [['/outside', outside.root]],
      'liveserve.openIn': 'nowhere',
    }),
  );
  for (const name of ['named.sh', 'node_modules/.bin/liveserve'])
    fs.chmodSync(site.path(name), 0o755);
  /** What has run, and with which arguments. */
  const ran = () =>
    Object.fromEntries(
      fs.readdirSync(marks.root).map((name) => [name, marks.read(name).trim().split('\n')[0]]),
    );
  return { root: site.root, marks, ran };
}

/** The PATH without a liveserve on it. */
const emptyPath = () =>
  process.env.PATH.split(':')
    .filter((folder) => !fs.existsSync(path.join(folder, 'liveserve')))
    .join(':');

/** Runs in the page. */
const restricted = () => document.querySelector('.part.statusbar')?.textContent;

/** Runs in the page. */
const toasts = () => document.querySelector('.notifications-toasts')?.textContent;

/** Runs in the page: presses the button that trusts the folder. */
const pressTrust = () => {
  const buttons = /** @type {HTMLElement[]} */ ([
    ...document.querySelectorAll('.workspace-trust-editor .monaco-button'),
  ]);
  const trust = buttons.find(({ textContent }) => textContent.trim() === 'Trust');
  trust?.click();
  return !!trust;
};

/**
 * @param {() => {browser: Awaited<ReturnType<typeof import('../browser/browser.js').launch>>, vsix: string, installed: {node: string, entry: string}}}
 *   given there when the tests run
 */
export function testTrust(given) {
  /** @type {Awaited<ReturnType<typeof startCodeServer>>} */
  let server;

  before(async () => {
    const own = makeSite();
    const { vsix, installed } = given();
    server = await startCodeServer(installed, {
      vsix,
      folder: own.root,
      settings: {
        'liveServer.settings.port': 0,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.enabled': true,
      },
      env: { XDG_RUNTIME_DIR: own.root, PATH: emptyPath() },
    });
  });
  after(() => server?.stop());

  const open = async (/** @type {string} */ folder) => {
    const workbench = await openWorkbench(given().browser, `${server.url}?folder=${folder}`);
    await workbench.untilButton(/Go Live/);
    await workbench.says('the status bar', /Restricted Mode/, restricted);
    return workbench;
  };

  test('a program of a folder runs when the folder is trusted, and not before', async () => {
    const { root, ran } = makeHostileFolder();
    const workbench = await open(root);
    await workbench.clickButton();
    await workbench.says('a notification', /liveserve was not found/, toasts);
    await workbench.picture('7-restricted');
    await workbench.untilButton(/Go Live/);
    assert.deepEqual(ran(), {});

    await workbench.command('Workspaces: Manage Workspace Trust');
    await workbench.shows(true, pressTrust);
    await workbench.says('the status bar', /^(?!.*Restricted Mode)/s, restricted);
    // It lies over the whole window.
    await workbench.page.keyboard.press('Escape');
    await workbench.shows(true, () => !document.querySelector('.workspace-trust-editor'));
    await workbench.clickButton();
    await workbench.untilButton(/Port: \d+/);
    // What its settings name is not run even then.
    assert.deepEqual(ran(), { module: OWN_ARGS });
    await workbench.clickButton();
    await workbench.untilButton(/Go Live/);
    await workbench.page.close();
  });

  test('in a folder that is not trusted, the own program runs, and with own arguments', async () => {
    const { root, marks, ran } = makeHostileFolder();
    const tools = makeSite({ liveserve: programOf(marks.path('own')) });
    fs.chmodSync(tools.path('liveserve'), 0o755);
    server.setMachine({ 'liveserve.path': tools.path('liveserve') });
    const workbench = await open(root);
    await workbench.clickButton();
    await workbench.untilButton(/Port: \d+/);
    assert.deepEqual(ran(), { own: OWN_ARGS });
    const { status, body } = await get(await workbench.served(), '/outside/secret.txt');
    assert.equal(status, 404, String(body));
    await workbench.picture('8-restricted-live');
    await workbench.clickButton();
    await workbench.untilButton(/Go Live/);
    assert.deepEqual(ran(), { own: OWN_ARGS });
    await workbench.page.close();
  });
}
