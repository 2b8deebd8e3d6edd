/**
 * attacker: a page of another origin gets nothing of a site that is being served. In a real browser it tries
 * everything that has been used against development servers. A page of the site itself may do all of that, so it
 * proves that each attempt would work.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';

import { atEnd, makeSite, portOf, startServer } from '../support/server.js';
import { launch } from './browser.js';

/** It is resolved to loopback, as attackers do with names of theirs. */
const REBOUND = 'rebound.example';
const PIXEL = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const files = {
  'index.html': '<!doctype html><title>SECRET</title><p id="secret">SECRET</p>',
  'secret.txt': 'SECRET',
  'secret.json': '["SECRET"]',
  'data.js': 'window.leaked = "SECRET";',
  'module.js': 'export default "SECRET";',
  'worker.js': 'postMessage("SECRET");',
  'style.css': ':root { --leaked: SECRET }',
  'pixel.gif': Buffer.from(PIXEL, 'base64'),
  'listed/secret.txt': 'SECRET',
};

/*
 * What follows runs in the page, up to attack(). Only source can be sent there, so ATTACK puts these functions
 * together.
 */

/** @typedef {(what: string, run: () => Promise<string>) => Promise<void>} Attempt notes what run() could read or see */

/**
 * Adds an element to the page and waits until it is loaded.
 *
 * @param {string} name
 * @param {object} attributes
 * @returns {Promise<any>}
 */
function addElement(name, attributes) {
  return new Promise((resolve, reject) => {
    const made = Object.assign(document.createElement(name), attributes);
    made.onload = () => resolve(made);
    made.onerror = () => reject(new Error('blocked'));
    document.body.append(made);
  });
}

/**
 * @param {string} target
 * @param {Attempt} attempt
 */
async function attackByRequests(target, attempt) {
  const read = async (path, options) => {
    const response = await fetch(target + path, options);
    return response.type === 'opaque'
      ? 'an opaque answer'
      : (await response.text()) || 'an empty answer';
  };
  await attempt('fetch', () => read('/secret.txt'));
  await attempt('fetch of a page', () => read('/'));
  await attempt('fetch of a listing', () => read('/listed/'));
  await attempt('fetch with credentials', () => read('/secret.txt', { credentials: 'include' }));
  await attempt('fetch with a field of its own', () =>
    read('/secret.txt', { headers: { 'X-Own': '1' } }),
  );
  await attempt('fetch without CORS', () => read('/secret.txt', { mode: 'no-cors' }));
  await attempt('fetch of the script', () => read('/__liveserve/client.js'));
  await attempt(
    'XMLHttpRequest',
    () =>
      new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.onload = () => resolve(request.responseText);
        request.onerror = reject;
        request.open('GET', `${target}/secret.txt`);
        request.send();
      }),
  );
}

/**
 * @param {string} target
 * @param {Attempt} attempt
 */
async function attackByElements(target, attempt) {
  const runScript = (path) => addElement('script', { src: target + path }).then(() => 'it ran');
  await attempt('script', async () => {
    const ran = await runScript('/data.js');
    return window.leaked ?? ran;
  });
  await attempt('script of JSON', () => runScript('/secret.json'));
  await attempt('the script of liveserve', () => runScript('/__liveserve/client.js'));
  await attempt('module', async () => (await import(`${target}/module.js`)).default);
  await attempt('image', async () => {
    const image = await addElement('img', { src: `${target}/pixel.gif` });
    return `${image.naturalWidth} pixel`;
  });
  await attempt('style sheet', async () => {
    await addElement('link', { rel: 'stylesheet', href: `${target}/style.css` });
    const style = getComputedStyle(document.documentElement);
    return style.getPropertyValue('--leaked').trim() || 'it was taken';
  });
}

/**
 * @param {string} target
 * @param {Attempt} attempt
 */
async function attackByConnections(target, attempt) {
  const open = (path, protocols) =>
    new Promise((resolve, reject) => {
      const made = new WebSocket(target.replace('http', 'ws') + path, protocols);
      made.onopen = () => {
        made.close();
        resolve('an open socket');
      };
      made.onerror = () => reject(new Error('closed'));
    });
  await attempt('WebSocket', () => open('/ws'));
  await attempt('WebSocket of liveserve.v1', () => open('/ws', 'liveserve.v1'));
  await attempt(
    'worker',
    () =>
      new Promise((resolve, reject) => {
        const made = new Worker(`${target}/worker.js`);
        made.onmessage = ({ data }) => resolve(data);
        made.onerror = reject;
      }),
  );
  await attempt(
    'EventSource',
    () =>
      new Promise((resolve, reject) => {
        const source = new EventSource(`${target}/`);
        source.onopen = () => resolve('an open stream');
        source.onerror = () => {
          source.close();
          reject(new Error('closed'));
        };
      }),
  );
}

/**
 * @param {string} target
 * @param {Attempt} attempt
 */
async function attackByFrames(target, attempt) {
  const show = async (path) => {
    const frame = await addElement('iframe', { src: target + path });
    return frame.contentDocument.body.textContent;
  };
  const post = async (attributes) => {
    const name = `frame${document.forms.length}`;
    const opened = Object.assign(document.createElement('iframe'), { name });
    const form = Object.assign(document.createElement('form'), {
      action: `${target}/secret.txt`,
      method: 'post',
      target: name,
      ...attributes,
    });
    document.body.append(opened, form);
    await /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        opened.onload = () => opened.contentWindow && resolve();
        form.submit();
      })
    );
    await new Promise((resolve) => setTimeout(resolve, 300)); // The first load may be that of about:blank.
    return opened.contentDocument.body.textContent || 'nothing';
  };
  await attempt('iframe', () => show('/'));
  await attempt('iframe of a listing', () => show('/listed/'));
  await attempt('iframe of a file', () => show('/secret.txt'));
  await attempt('form', () => post({}));
  await attempt('form of plain text', () => post({ enctype: 'text/plain' }));
}

/**
 * Tries everything on target. Returns for each attempt what could be read or seen, or "nothing".
 *
 * @param {string} target
 * @returns {Promise<Record<string, string>>}
 */
async function attack(target) {
  /** @type {Record<string, string>} */
  const outcomes = {};
  /** @type {Attempt} */
  const attempt = async (what, run) => {
    const late = new Promise((resolve) => setTimeout(() => resolve('nothing'), 5000));
    outcomes[what] = await Promise.race([run().catch(() => 'nothing'), late]);
  };
  await attackByRequests(target, attempt);
  await attackByElements(target, attempt);
  await attackByConnections(target, attempt);
  await attackByFrames(target, attempt);
  return outcomes;
}

const PARTS = [
  addElement,
  attackByRequests,
  attackByElements,
  attackByConnections,
  attackByFrames,
  attack,
];

/** An expression that attacks target. Its value is a promise of what attack() returns. */
const attackOn = (/** @type {string} */ target) =>
  `(() => { ${PARTS.join('\n')}; return attack(${JSON.stringify(target)}); })()`;

/** What a page of the site itself cannot do either: the server has no stream of events. */
const NOBODY = ['EventSource'];
const OWN_ANSWER = /secret|an open socket|it ran|1 pixel|liveserve|an opaque answer/i;

/** The web server of the attacker. All its pages are empty. */
async function startAttacker() {
  const server = http.createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>attacker</title><body></body>');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  atEnd(stop);
  return { port: portOf(server), stop };
}

/** @param {'chromium' | 'firefox'} name */
export function testAttackerIn(name) {
  describe('a page of another origin', () => {
    const site = makeSite(files);
    /** @type {import('puppeteer-core').Browser} */
    let browser;
    /** @type {import('../support/server.js').Server} */
    let server;
    /** @type {Awaited<ReturnType<typeof startAttacker>>} */
    let attacker;
    before(async () => {
      browser = await launch(name, { loopbackNames: [REBOUND] });
      server = await startServer({ root: site.root });
      attacker = await startAttacker();
    });
    after(async () => {
      await browser?.close();
      await server?.stop();
      attacker?.stop();
    });

    /**
     * Opens a page and attacks target from it.
     *
     * @param {string} page
     * @param {string} target
     * @returns {Promise<Record<string, string>>}
     */
    async function attackFrom(page, target) {
      const tab = await browser.newPage();
      try {
        await tab.goto(page, { waitUntil: 'load' });
        return /** @type {any} */ (await tab.evaluate(attackOn(target)));
      } finally {
        await tab.close();
      }
    }

    test('a page of the site itself can do everything: each attempt works', async () => {
      const own = `http://localhost:${server.port}`;
      const outcomes = await attackFrom(`${own}/`, own);
      for (const [what, outcome] of Object.entries(outcomes)) {
        if (NOBODY.includes(what)) assert.equal(outcome, 'nothing', what);
        else assert.match(outcome, OWN_ANSWER, what);
      }
    });

    const pairs = [
      ['localhost', 'localhost'], // the same site, as cookies see it, by another port
      ['localhost', '127.0.0.1'],
      ['127.0.0.1', 'localhost'],
      ['evil.localhost', 'localhost'],
      [REBOUND, 'localhost'],
      [REBOUND, '127.0.0.1'],
    ];
    for (const [from, to] of pairs) {
      test(`of ${from} gets nothing from ${to}`, async () => {
        const before = site.read('secret.txt');
        const outcomes = await attackFrom(
          `http://${from}:${attacker.port}/`,
          `http://${to}:${server.port}`,
        );
        for (const [what, outcome] of Object.entries(outcomes))
          assert.equal(outcome, 'nothing', what);
        assert.equal(site.read('secret.txt'), before);
      });
    }

    test('of a name that leads to this machine (DNS rebinding) gets nothing of its "own" server', async () => {
      const own = `http://${REBOUND}:${server.port}`;
      const outcomes = await attackFrom(`${own}/`, own);
      for (const [what, outcome] of Object.entries(outcomes))
        assert.ok(!/SECRET|an open|1 pixel/.test(outcome), `${what}: ${outcome}`);
      assert.match(outcomes.fetch, /does not have that name/);
    });

    test('in a sandboxed frame, whose origin is null, gets nothing', async () => {
      const tab = await browser.newPage();
      await tab.goto(`http://localhost:${attacker.port}/`, { waitUntil: 'load' });
      const outcomes = await tab.evaluate(
        (expression) =>
          new Promise((resolve) => {
            addEventListener('message', ({ data }) => resolve(data));
            const frame = document.createElement('iframe');
            frame.sandbox = 'allow-scripts allow-forms';
            frame.srcdoc = `<body><script>${expression}.then((all) => parent.postMessage(all, '*'))</script>`;
            document.body.append(frame);
          }),
        attackOn(`http://localhost:${server.port}`),
      );
      await tab.close();
      for (const [what, outcome] of Object.entries(outcomes))
        assert.equal(outcome, 'nothing', what);
    });
  });
}
