/**
 * attacker: what a page of another origin gets of a site that is being served: nothing. It runs in a real browser
 * everything that has been used against development servers; a page of the site itself, which may do all of that,
 * proves that each attempt would work.
 */

import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';

import { atEnd, makeSite, startServer } from '../support/server.js';
import { launch } from './browser.js';

/** Resolved to loopback, as an attacker does with a name of his. */
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

/**
 * Runs in the page. Tries everything on target and tells of each attempt what came of it: what could be read or
 * seen, or "nothing".
 */
async function attack(target) {
  const NOTHING = 'nothing';
  const outcomes = {};
  const attempt = async (what, run) => {
    const late = new Promise((resolve) => setTimeout(() => resolve(NOTHING), 5000));
    outcomes[what] = await Promise.race([run().catch(() => NOTHING), late]);
  };
  const read = async (path, options) => {
    const response = await fetch(target + path, options);
    return response.type === 'opaque'
      ? 'an opaque answer'
      : (await response.text()) || 'an empty answer';
  };
  const element = (name, attributes) =>
    new Promise((resolve, reject) => {
      const made = Object.assign(document.createElement(name), attributes);
      made.onload = () => resolve(made);
      made.onerror = () => reject(new Error('blocked'));
      document.body.append(made);
    });
  const socket = (path, protocols) =>
    new Promise((resolve, reject) => {
      const made = new WebSocket(target.replace('http', 'ws') + path, protocols);
      made.onopen = () => {
        made.close();
        resolve('an open socket');
      };
      made.onerror = () => reject(new Error('closed'));
    });
  const frame = async (path) =>
    (await element('iframe', { src: target + path })).contentDocument.body.textContent;
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
    await new Promise((resolve) => {
      opened.onload = () => opened.contentWindow && resolve();
      form.submit();
    });
    await new Promise((resolve) => setTimeout(resolve, 300)); // the first load may be about:blank's
    return opened.contentDocument.body.textContent || NOTHING;
  };
  const worker = (Kind) =>
    new Promise((resolve, reject) => {
      const made = new Kind(`${target}/worker.js`);
      made.onmessage = ({ data }) => resolve(data);
      made.onerror = reject;
    });

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
  await attempt('script', async () => {
    await element('script', { src: `${target}/data.js` });
    return window.leaked ?? 'it ran';
  });
  await attempt('script of JSON', () =>
    element('script', { src: `${target}/secret.json` }).then(() => 'it ran'),
  );
  await attempt('the script of liveserve', () =>
    element('script', { src: `${target}/__liveserve/client.js` }).then(() => 'it ran'),
  );
  await attempt('module', async () => (await import(`${target}/module.js`)).default);
  await attempt(
    'image',
    async () => `${(await element('img', { src: `${target}/pixel.gif` })).naturalWidth} pixel`,
  );
  await attempt('style sheet', async () => {
    await element('link', { rel: 'stylesheet', href: `${target}/style.css` });
    return (
      getComputedStyle(document.documentElement).getPropertyValue('--leaked').trim() ||
      'it was taken'
    );
  });
  await attempt('WebSocket', () => socket('/ws'));
  await attempt('WebSocket of liveserve.v1', () => socket('/ws', 'liveserve.v1'));
  await attempt('worker', () => worker(Worker));
  await attempt('iframe', () => frame('/'));
  await attempt('iframe of a listing', () => frame('/listed/'));
  await attempt('iframe of a file', () => frame('/secret.txt'));
  await attempt('form', () => post({}));
  await attempt('form of plain text', () => post({ enctype: 'text/plain' }));
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
  return outcomes;
}

/** What a page of the site itself cannot do either: there is no stream of events. */
const NOBODY = ['EventSource'];
const OWN_ANSWER = /secret|an open socket|it ran|1 pixel|liveserve|an opaque answer/i;

/** A web server of the attacker's, all of whose pages are empty. */
async function startAttacker() {
  const server = http.createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>attacker</title><body></body>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  atEnd(stop);
  return { port: server.address().port, stop };
}

/** @param {'chromium' | 'firefox'} name */
export function testAttackerIn(name) {
  describe('a page of another origin', () => {
    const site = makeSite(files);
    let browser, server, attacker;
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

    /** Opens a page and attacks target from it. */
    async function attackFrom(page, target) {
      const tab = await browser.newPage();
      try {
        await tab.goto(page, { waitUntil: 'load' });
        return await tab.evaluate(attack, target);
      } finally {
        await tab.close();
      }
    }

    test('a page of the site itself can do it all: each attempt would work', async () => {
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

    test('of a name that was made to lead here (DNS rebinding) gets nothing of its "own" server', async () => {
      const own = `http://${REBOUND}:${server.port}`;
      const outcomes = await attackFrom(`${own}/`, own);
      for (const [what, outcome] of Object.entries(outcomes))
        assert.ok(!/SECRET|an open|1 pixel/.test(outcome), `${what}: ${outcome}`);
      assert.match(outcomes.fetch, /does not go by that name/);
    });

    test('in a sandboxed frame, whose origin is null, gets nothing', async () => {
      const tab = await browser.newPage();
      await tab.goto(`http://localhost:${attacker.port}/`, { waitUntil: 'load' });
      const outcomes = await tab.evaluate(
        (script, target) =>
          new Promise((resolve) => {
            addEventListener('message', ({ data }) => resolve(data));
            const frame = document.createElement('iframe');
            frame.sandbox = 'allow-scripts allow-forms';
            frame.srcdoc = `<body><script>(${script})(${JSON.stringify(target)}).then((all) => parent.postMessage(all, '*'))</script>`;
            document.body.append(frame);
          }),
        `${attack}`,
        `http://localhost:${server.port}`,
      );
      await tab.close();
      for (const [what, outcome] of Object.entries(outcomes))
        assert.equal(outcome, 'nothing', what);
    });
  });
}
