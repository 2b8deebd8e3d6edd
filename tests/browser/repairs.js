/**
 * repairs: a page that could not become what a load would show knows it, and makes it good.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { startServer, until } from '../support/server.js';
import { startProxy } from './proxy.js';
import { css, GREEN, link, page, RED } from './site.js';

/** @typedef {import('./site.js').TestSite} TestSite */

const icon = '<link rel="icon" href="data:,">';
const scripted = page('<p>one</p><script>window.ran = true</script>', icon);

/** @param {import('./site.js').Given} given */
async function restart(given) {
  const { port } = given.server;
  await given.server.kill();
  given.server = await startServer({ root: given.site.root, args: [`--port=${port}`] });
}

/**
 * A proxy that holds the next request for a document until it is released.
 *
 * @param {string} target
 */
async function startHolder(target) {
  const holder = { isHolding: false, held: 0, release: () => {} };
  const proxy = await startProxy(target, {}, ({ method, headers }) => {
    if (!holder.isHolding || method !== 'GET' || headers['sec-fetch-dest'] !== 'document') return;
    holder.isHolding = false;
    holder.held++;
    return new Promise((resolve) => (holder.release = () => resolve(undefined)));
  });
  return Object.assign(holder, proxy);
}

/** What the stop button does; in Chromium window.stop() does less. @param {import('./site.js').Tab} tab */
async function stopLoading(tab) {
  const session = await tab.page.createCDPSession().catch(() => null);
  await (session ? session.send('Page.stopLoading') : tab.ask(() => window.stop()));
}

/**
 * Runs in the page. Whether the text of the page and that of its frame are so.
 *
 * @param {string} text
 * @param {string} colour
 */
const isBoth = (text, colour) =>
  [document, frames[0]?.document].every((shown) => {
    const one = shown?.querySelector('p');
    return one?.textContent === text && getComputedStyle(one).color === colour;
  });

/** @param {TestSite} testSite */
function testReloads(testSite) {
  testSite(
    'a reload that a click has overtaken is made good when the user comes back',
    { 'index.html': scripted, 'next.html': page('<p>next</p>', icon) },
    async ({ open, site, server }) => {
      const proxy = await startHolder(server.url);
      const tab = await open(proxy.url);
      await tab.hears('state');
      proxy.isHolding = true;
      site.edit('index.html', 'one', 'two');
      await until('the reload', () => proxy.held === 1);
      await tab.page.goto(new URL('next.html', proxy.url).href);
      await tab.showsText('p', 'next');
      await tab.page.goBack().catch(() => {});
      await tab.showsText('p', 'two');
      proxy.release();
      proxy.stop();
    },
  );

  testSite(
    'Back does not bring an old file together with a newer document',
    {
      'index.html': page(
        '<p>one</p><iframe src="frame.html"></iframe>',
        `${icon}${link('style.css')}`,
      ),
      'style.css': css('p', RED),
      'frame.html': page('<p>one</p>', link('frame.css')),
      'frame.css': css('p', RED),
      'next.html': page('<p>next</p>', icon),
    },
    async ({ open, site, server }) => {
      // So that the page itself is not kept, only its files.
      const tab = await open('', { before: () => addEventListener('unload', () => {}) });
      await tab.hears('state');
      for (const name of ['style.css', 'frame.css']) site.write(name, css('p', GREEN));
      await tab.shows(true, isBoth, 'one', 'rgb(0, 150, 0)');
      for (const name of ['index.html', 'frame.html']) site.edit(name, 'one', 'two');
      await tab.shows(true, isBoth, 'two', 'rgb(0, 150, 0)');
      await tab.page.goto(new URL('next.html', server.url).href);
      await tab.showsText('p', 'next');
      await tab.page.goBack();
      await tab.shows(true, isBoth, 'two', 'rgb(0, 150, 0)');
    },
  );

  testSite(
    'a drawing in an object keeps its own size when it is loaded again',
    {
      'index.html': page('<p>one</p><object data="a.svg"></object>', icon),
      'a.svg':
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>a</title></svg>',
    },
    async ({ open, site }) => {
      const tab = await open();
      const sees = () => {
        const object = document.querySelector('object');
        const { width, height } = object.getBoundingClientRect();
        return `${object.contentDocument?.querySelector('title')?.textContent} ${width} ${height}`;
      };
      await tab.shows('a 9 9', sees);
      await tab.hears('state');
      site.edit('a.svg', '>a<', '>b<');
      await tab.shows('b 9 9', sees);
      site.edit('a.svg', '>b<', '>c<');
      await tab.shows('c 9 9', sees);
      assert.ok(await tab.isSameDocument());
    },
  );

  for (const [name, text] of Object.entries({
    'a.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="9"><title>a</title></svg>',
    'a.html': page('<p>a</p>', icon),
  })) {
    testSite(
      `without ${name} an object shows what is in it, until the file is back`,
      {
        'index.html': page(`<p>one</p><object data="${name}"><b>none</b></object>`, icon),
        [name]: text,
      },
      async ({ open, site }) => {
        const tab = await open();
        const sees = () => {
          const { contentDocument, firstElementChild } = document.querySelector('object');
          return `${!!contentDocument} ${firstElementChild.getBoundingClientRect().width > 0}`;
        };
        await tab.shows('true false', sees);
        await tab.hears('state');
        site.remove(name);
        await tab.shows('false true', sees);
        site.write(name, text);
        await tab.shows('true false', sees);
      },
    );
  }

  testSite(
    'a reload that was stopped is tried again',
    { 'index.html': scripted },
    async ({ open, site, server }) => {
      const proxy = await startHolder(server.url);
      const tab = await open(proxy.url);
      await tab.hears('state');
      proxy.isHolding = true;
      site.edit('index.html', 'one', 'two');
      await until('the reload', () => proxy.held === 1);
      await stopLoading(tab);
      await tab.showsText('p', 'two');
      proxy.release();
      proxy.stop();
    },
  );
}

/**
 * Passes everything on until wants returns true for a request; holds that one for ever, or its second half.
 *
 * @param {string} target
 * @param {(url: string, headers: import('node:http').IncomingHttpHeaders) => boolean} wants
 * @param {boolean} [isHalf]
 */
async function startStaller(target, wants, isHalf = false) {
  const staller = { held: 0 };
  const proxy = await startProxy(target, {}, async ({ method, url, headers }, response) => {
    if (staller.held || method !== 'GET' || !wants(url, headers)) return;
    staller.held++;
    if (!isHalf) return new Promise(() => {});
    const accept = { accept: headers.accept, 'sec-fetch-dest': headers['sec-fetch-dest'] };
    const answer = await fetch(new URL(url, target), { headers: accept });
    const text = await answer.text();
    response.writeHead(200, { 'content-type': answer.headers.get('content-type') });
    response.write(text.slice(0, text.indexOf('<p>')));
  });
  return Object.assign(staller, proxy);
}

/** Runs in the page. liveserve's own script answers. */
const isNotFollowed = () =>
  window.document.dispatchEvent(new Event('liveserve', { cancelable: true }));

/** @param {TestSite} testSite */
function testStops(testSite) {
  /** @type {[string, RegExp, boolean?][]} */
  const cases = [
    ['the second half of the document', /^\/$/, true],
    ['a style sheet', /style\.css/],
    ['a script', /app\.js/],
    ['a deferred script', /late\.js/],
    ['a picture', /picture\.svg/],
    ['the rest of liveserve', /update\.js/],
  ];
  for (const [what, held, isHalf = false] of cases) {
    testSite(
      `a reload that was stopped while ${what} was on its way is made good`,
      {
        'index.html': page(
          '<p>one</p><img src="picture.svg" alt=""><script src="app.js"></script>',
          `${icon}<script src="late.js" defer></script>${link('style.css')}`,
        ),
        'app.js': "document.body.dataset.app = '1';\n",
        'late.js': "document.body.dataset.late = '1';\n",
        'picture.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
        'style.css': css('p', GREEN),
      },
      async ({ open, site, server }) => {
        const isNew = () => site.read('index.html').includes('two');
        let isReloading = false;
        const wants = (url) => {
          isReloading ||= isNew() && url === '/';
          return isReloading && held.test(url);
        };
        const proxy = await startStaller(server.url, wants, isHalf);
        const tab = await open(proxy.url);
        await tab.hears('state');
        site.edit('index.html', 'one', 'two');
        await until('the request', () => proxy.held === 1);
        await tab.shows('undefined', () => typeof window.marker);
        await tab.shows(false, isNotFollowed);
        await stopLoading(tab);
        await tab.shows(true, () => {
          const { app, late } = document.body?.dataset ?? {};
          const text = document.querySelector('p');
          return (
            text?.textContent === 'two' &&
            app === '1' &&
            late === '1' &&
            document.images[0].naturalWidth === 7 &&
            getComputedStyle(text).color === 'rgb(0, 150, 0)'
          );
        });
        proxy.stop();
      },
    );
  }
}

/** @param {TestSite} testSite */
function testStoppedSheet(testSite) {
  testSite(
    'a style sheet that an edit brings, and whose load was stopped, is made good',
    {
      'index.html': page('<p>one</p>', icon + link('old.css')),
      'old.css': css('p', RED),
      'new.css': css('p', GREEN),
    },
    async ({ open, site, server }) => {
      const proxy = await startStaller(server.url, (url) => url === '/new.css');
      const tab = await open(proxy.url);
      await tab.hears('state');
      site.write('index.html', page('<p>two</p>', icon + link('new.css')));
      await until('the request', () => proxy.held === 1);
      await stopLoading(tab);
      await tab.showsText('p', 'two');
      await tab.showsColour('p', GREEN);
      proxy.stop();
    },
  );
}

/** @param {TestSite} testSite */
function testStoppedPicture(testSite) {
  const svg = (width) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="9"></svg>`;
  testSite(
    'a picture that only a rule names, and whose exchange was stopped, is made good',
    {
      'index.html': page('<b>b</b>', `${icon}<style>b { content: url(picture.svg) }</style>`),
      'picture.svg': svg(10),
    },
    async ({ open, site, server }) => {
      const proxy = await startStaller(server.url, (url) => /picture\.svg\?liveserve/.test(url));
      const tab = await open(proxy.url);
      const width = () => document.querySelector('b').getBoundingClientRect().width;
      await tab.shows(10, width);
      await tab.hears('state');
      site.write('picture.svg', svg(20));
      await until('the request', () => proxy.held === 1);
      await stopLoading(tab);
      await tab.shows(20, width);
      proxy.stop();
    },
  );
}

/** Runs in the page. */
const isFrameGreen = () => {
  const one = frames[0]?.document.querySelector('p');
  return !!one && frames[0].getComputedStyle(one).color === 'rgb(0, 150, 0)';
};

/** Firefox ends the connection when the user stops the page. @param {TestSite} testSite */
export function testStoppedParts(testSite) {
  testSite(
    "a frame that was stopped before liveserve's script had come is loaded again by the page around it",
    {
      'index.html': page('<p>one</p><iframe src="frame.html"></iframe>', icon),
      'frame.html': page(
        '<p>one</p><script>window.ran = true</script>',
        `<style>${css('p', RED)}</style>`,
      ),
    },
    async ({ open, site, server }) => {
      const isEdited = () => site.read('frame.html').includes('150');
      const proxy = await startStaller(
        server.url,
        (url, { referer }) => /client\.js/.test(url) && /frame/.test(referer ?? '') && isEdited(),
      );
      const tab = await open(proxy.url);
      await tab.hears('state');
      site.edit('frame.html', css('p', RED), css('p', GREEN));
      await until('the script of the frame', () => proxy.held === 1);
      await stopLoading(tab);
      await tab.shows(true, isFrameGreen);
      proxy.stop();
    },
  );

  testSite(
    'a frame that was stopped when it was empty is loaded when the server is back',
    {
      'index.html': page('<p>one</p><iframe src="frame.html"></iframe>', icon),
      'frame.html': page('<p>framed</p>', `<style>${css('p', GREEN)}</style>`),
    },
    async (given) => {
      const proxy = await startStaller(given.server.url, (url) => url === '/frame.html');
      const tab = await given.open(proxy.url);
      await until('the request', () => proxy.held === 1);
      await tab.ask(() => frames[0].stop());
      await tab.hears('state');
      await restart(given);
      await tab.shows(true, isFrameGreen);
      proxy.stop();
    },
  );

  testSite(
    'a frame that an edit brings again, and whose load was stopped, is made good',
    {
      'index.html': page('<p>one</p><iframe src="frame.html"></iframe>', icon),
      'frame.html': page('<p>framed</p>', `<style>${css('p', GREEN)}</style>`),
    },
    async ({ open, site, server }) => {
      let isAgain = false;
      const proxy = await startStaller(server.url, (url) => isAgain && url === '/frame.html');
      const tab = await open(proxy.url);
      await tab.shows(true, isFrameGreen);
      await tab.hears('state');
      site.edit('index.html', '<iframe src="frame.html"></iframe>', '');
      await tab.shows(0, () => frames.length);
      isAgain = true;
      site.edit('index.html', '</p>', '</p><iframe src="frame.html"></iframe>');
      await until('the request', () => proxy.held === 1);
      await stopLoading(tab);
      await tab.shows(true, isFrameGreen);
      proxy.stop();
    },
  );

  testSite(
    'a picture of a style sheet whose exchange was stopped is shown',
    {
      'index.html': page('<p>one</p><b></b>', `${icon}<style>b { content: url(a.svg) }</style>`),
      'a.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
    },
    async ({ open, site, server }) => {
      const picture = { held: 0, release: () => {} };
      const proxy = await startProxy(server.url, {}, ({ url }) => {
        if (!url.startsWith('/a.svg?') || picture.held++) return;
        return new Promise((resolve) => (picture.release = () => resolve(undefined)));
      });
      const tab = await open(proxy.url);
      await tab.hears('state');
      const width = () => document.querySelector('b').getBoundingClientRect().width;
      await tab.shows(7, width);
      site.edit('a.svg', 'width="7"', 'width="9"');
      await until('the request', () => picture.held === 1);
      // The rule names the new picture now, before it is there.
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      await stopLoading(tab);
      picture.release();
      await tab.shows(9, width);
      proxy.stop();
    },
  );
}

/** Firefox reloads past its cache. @param {TestSite} testSite */
export function testCachedScript(testSite) {
  testSite(
    "a reload does not wait for liveserve's own script, so it cannot be stopped before that is there",
    { 'index.html': scripted },
    async ({ open, site, server }) => {
      let asked = 0;
      const proxy = await startProxy(server.url, {}, ({ url, headers }) => {
        const isTag = /client\.js/.test(url) && headers['sec-fetch-dest'] === 'script';
        return isTag && asked++ ? new Promise(() => {}) : undefined;
      });
      const tab = await open(proxy.url);
      await tab.hears('state');
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      await tab.hears('state');
      site.edit('index.html', 'two', 'three');
      await tab.showsText('p', 'three');
      await tab.hears('state');
      assert.equal(asked, 1);
      proxy.stop();
    },
  );
}

/** @param {TestSite} testSite */
function testUsers(testSite) {
  testSite(
    'a click that has overtaken a reload is not called off, however long its page takes',
    {
      'index.html': page(
        `<p>one</p><a href="next.html">next</a><script>
  // By the page itself: Chromium's tools do not reach a page that is being loaded again.
  async function click() {
    const { ok } = await fetch('isheld').catch(() => ({}));
    if (ok) document.querySelector('a').click();
    else setTimeout(click, 50);
  }
  addEventListener('beforeunload', () => void setTimeout(click), { once: true });
</script>`,
        icon,
      ),
      'next.html': page('<p>next</p>', icon),
    },
    async ({ open, site, server }) => {
      let isHeld = false;
      const proxy = await startProxy(server.url, {}, ({ method, url, headers }, response) => {
        if (url === '/isheld') return response.writeHead(isHeld ? 200 : 404).end();
        if (headers['sec-fetch-dest'] !== 'document' || method !== 'GET') return;
        // Longer than the page waits for a reload.
        if (url === '/next.html') return new Promise((resolve) => setTimeout(resolve, 3000));
        if (!site.read('index.html').includes('two')) return;
        isHeld = true;
        return new Promise(() => {});
      });
      const tab = await open(proxy.url);
      await tab.hears('state');
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'next');
      proxy.stop();
    },
  );
}

/** @param {TestSite} testSite */
export function testStay(testSite) {
  testSite(
    'a user who was asked and has stayed is asked again after the next change, and not before',
    {
      'index.html': page(
        '<p>one</p><button>b</button><script>onbeforeunload = (event) => event.preventDefault()</script>',
        icon,
      ),
    },
    async (given) => {
      const tab = await given.open();
      await tab.hears('state');
      let asked = 0;
      let leaves = false;
      tab.page.on('dialog', async (dialog) => {
        asked++;
        await (leaves ? dialog.accept() : dialog.dismiss());
      });
      // A browser asks for those only who have used the page.
      await tab.page.click('button');
      given.site.edit('index.html', 'one', 'two');
      await until('the question', () => asked === 1);
      // It is known then that the user has stayed.
      await tab.ask(() => new Promise((resolve) => setTimeout(resolve, 2500)));
      await tab.ask(() => void dispatchEvent(new Event('online')));
      await tab.isKnown(2);
      assert.equal(asked, 1);
      leaves = true;
      given.site.edit('index.html', 'two', 'three');
      await tab.showsText('p', 'three');
      assert.equal(asked, 2);
      await tab.ask(() => (window.onbeforeunload = null));
    },
  );
}

/** @param {TestSite} testSite */
function testScriptItself(testSite) {
  const client = /^\/__liveserve\/client\.js/;
  for (const [what, body] of [
    ['with', '<p>one</p><script src="app.js"></script>'],
    ['without', '<p>one</p><img src="picture.svg" alt="">'],
  ]) {
    testSite(
      `the server died before it had sent liveserve's own script: a page ${what} scripts is whole later`,
      {
        'index.html': page(body, link('style.css') + icon),
        'app.js': '',
        'picture.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
        'style.css': css('p', GREEN),
      },
      async ({ open, site, server }) => {
        let isAway = true;
        const proxy = await startProxy(server.url, {}, (request) => {
          if (isAway && request.url !== '/') request.destroy();
        });
        const tab = await open(proxy.url);
        await tab.showsText('p', 'one');
        isAway = false;
        await tab.showsColour('p', GREEN);
        await tab.hears('state');
        site.edit('index.html', 'one', 'two');
        await tab.showsText('p', 'two');
        proxy.stop();
      },
    );
  }

  for (const [when, isSlow] of [
    ['', false],
    [', also when a change comes before the server says that it has the page', true],
  ]) {
    testSite(
      `something that never lets liveserve's own script through at first is no reason for reloads${when}`,
      { 'index.html': scripted },
      async ({ open, site, server }) => {
        let pages = 0;
        /** How often each page has asked whether the server has it. */
        const questions = [0, 0, 0, 0];
        const proxy = await startProxy(server.url, {}, (request) => {
          const { url, method } = request;
          if (client.test(url) && !url.includes('?')) request.destroy();
          if (url !== '/') return;
          if (method === 'GET') pages++;
          else if (++questions[pages] === 1 && pages === 2 && isSlow) return new Promise(() => {});
        });
        const tab = await open(proxy.url);
        await tab.isLoaded(2);
        await tab.isKnown();
        await until('the question of the second page', () => questions[2] > 0);
        site.edit('index.html', 'one', 'two');
        await tab.showsText('p', 'two');
        await tab.isKnown();
        await until('the question of the third page', () => questions[3] > 0);
        // One more than without it: the first page has loaded again, and no other one.
        assert.equal(await tab.loads(), 3);
        proxy.stop();
      },
    );
  }

  testSite(
    'a policy that forbids scripts in attributes is not violated',
    { 'index.html': page('<p>one</p><script src="app.js"></script>', icon), 'app.js': '' },
    async ({ open }) => {
      const before = () =>
        document.addEventListener('securitypolicyviolation', ({ blockedURI }) =>
          sessionStorage.setItem('violation', blockedURI),
        );
      const tab = await open('', { before });
      await tab.hears('state');
      assert.equal(await tab.ask(() => sessionStorage.getItem('violation')), null);
    },
    ["--header=Content-Security-Policy=script-src 'self'"],
  );

  const keepViolation = () =>
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      sessionStorage.setItem('violation', `${violatedDirective} ${blockedURI}`),
    );
  /** @param {import('./site.js').Tab} tab */
  const violation = (tab) => tab.ask(() => sessionStorage.getItem('violation'));
  const allowed = 'p { color: rgb(200, 0, 0) }';
  const hash = createHash('sha256').update(allowed).digest('base64');
  testSite(
    'a policy that allows styles by their hash is not violated',
    { 'index.html': page('<p>one</p>', `${icon}<style>${allowed}</style>`) },
    async ({ open, site }) => {
      const tab = await open('', { before: keepViolation });
      await tab.hears('state');
      await tab.showsColour('p', RED);
      site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.equal(await violation(tab), null);
    },
    [`--header=Content-Security-Policy=style-src 'sha256-${hash}'`],
  );

  testSite('the page for a missing file violates no policy', {}, async ({ open, site }) => {
    const tab = await open('missing.html', { before: keepViolation });
    await tab.hears('state');
    assert.equal(await violation(tab), null);
    site.write('missing.html', page('<p>there</p>'));
    await tab.showsText('p', 'there');
    assert.equal(await violation(tab), null);
  });

  testSite(
    'a server that ends whenever the page is loaded is not asked for ever',
    { 'index.html': scripted },
    async (given) => {
      const { port } = given.server;
      let ends = false;
      const proxy = await startProxy(given.server.url, {}, async ({ method, url }, response) => {
        if (!ends || method !== 'GET' || url !== '/') return;
        response.on('finish', async () => {
          const { server } = given;
          await server.kill();
          given.server = await startServer({ root: given.site.root, args: [`--port=${port}`] });
        });
      });
      const noise = [];
      const tab = await given.open(proxy.url);
      tab.page.on('console', (message) => noise.push(message.text()));
      await tab.hears('state');
      ends = true;
      given.site.edit('index.html', 'one', 'two');
      await until('the page to give up', () =>
        noise.includes('liveserve: the server ends at each load'),
      );
      ends = false;
      assert.ok((await tab.loads()) <= 8);
      // The next change is followed.
      await tab.isKnown(0);
      given.site.edit('index.html', 'two', 'three');
      await tab.showsText('p', 'three');
      proxy.stop();
    },
  );
}

/** @param {TestSite} testSite */
function testLosses(testSite) {
  const body =
    '<p>one</p><img src="picture.svg" alt=""><iframe src="frame.html"></iframe>' +
    '<script src="app.js"></script><script src="missing.js"></script>';
  const files = {
    'index.html': page(body, link('style.css') + icon),
    'app.js': 'window.answer = 1;\n',
    'frame.html': '<!doctype html><p>framed',
    'picture.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="7"/>',
    'style.css': css('p', GREEN),
  };
  const isWhole = () =>
    window.answer === 1 &&
    document.querySelector('iframe').contentDocument?.body.textContent === 'framed' &&
    document.querySelector('img').naturalWidth === 7 &&
    getComputedStyle(document.querySelector('p')).color === 'rgb(0, 150, 0)';

  // What ended shortly before the connection was lost is taken to be lost with it.
  const isLongAgo = () => performance.now() > 3000;

  for (const name of ['app.js', 'frame.html', 'picture.svg', 'style.css']) {
    testSite(
      `${name} failed at the load: it is there when the server is back`,
      files,
      async (given) => {
        let fails = true;
        const proxy = await startProxy(given.server.url, {}, (request) => {
          if (fails && request.url === `/${name}`) request.destroy();
        });
        const tab = await given.open(proxy.url);
        // The first hello comes while it still cannot be had.
        await tab.hears('state');
        if (name === 'frame.html') await tab.shows(true, isLongAgo);
        fails = false;
        await restart(given);
        await tab.shows(true, isWhole);
        await tab.isKnown();
        // It is whole now: another restart is no reason for a reload.
        const loads = await tab.loads();
        await restart(given);
        await tab.isGreeted(2);
        assert.equal(await tab.loads(), loads);
        proxy.stop();
      },
    );
  }

  testSite(
    'a sheet that the browser had before failed at a load, and the server is there: the page asks for it again',
    // Of a sheet without an import Chromium shows what it had.
    { ...files, 'style.css': `@import 'more.css';\n${css('p', GREEN)}`, 'more.css': '' },
    async ({ open, server }) => {
      let fails = false;
      const proxy = await startProxy(server.url, {}, (request) => {
        if (!request.url.startsWith('/style.css')) return;
        if (request.method === 'HEAD') fails = false;
        if (fails) request.destroy();
      });
      const tab = await open(proxy.url);
      await tab.shows(true, isWhole);
      await tab.hears('state');
      fails = true;
      // Firefox does not ask for the sheet at each load.
      await until('a load without the sheet', async () => {
        await tab.page.reload({ waitUntil: 'load' });
        return !fails || !(await tab.ask(isWhole));
      });
      await tab.shows(true, isWhole);
      proxy.stop();
    },
  );

  testSite(
    'the server died in the middle of the document, or of a file: the page is whole when it is back',
    files,
    async (given) => {
      for (const url of ['/', '/app.js', '/picture.svg']) {
        let cuts = true;
        let isDead = false;
        const tab = await given.open('about:blank');
        const proxy = await startProxy(given.server.url, {}, async (request, response) => {
          if (!cuts || request.method !== 'GET' || request.url !== url) return;
          cuts = false;
          const answer = await fetch(new URL(url, given.server.url), {
            headers: {
              accept: request.headers.accept,
              'sec-fetch-dest': url === '/' ? 'document' : 'script',
            },
          });
          const text = await answer.text();
          response.writeHead(200, {
            'content-type': answer.headers.get('content-type'),
            'content-length': text.length,
          });
          const half = url === '/' ? text.indexOf('<img') : text.length - 5;
          response.write(text.slice(0, half));
          // The script of liveserve runs in the half; without it nobody would know.
          await tab.isGreeted(1);
          await given.server.kill();
          response.destroy();
          isDead = true;
        });
        // Firefox may never say that a load has come to nothing.
        tab.page.goto(proxy.url).catch(() => {});
        await until('the server to die', () => isDead);
        const { port } = given.server;
        given.server = await startServer({ root: given.site.root, args: [`--port=${port}`] });
        await tab.shows(true, isWhole);
        proxy.stop();
      }
    },
  );

  testSite(
    'a file that something else keeps from the page, or that does not exist, is no reason for a reload',
    {
      ...files,
      'index.html': page(`${body}<script src="blocked.js"></script>`, link('style.css') + icon),
    },
    async (given) => {
      const proxy = await startProxy(given.server.url, {}, (request) => {
        if (request.url === '/blocked.js') request.destroy();
      });
      const tab = await given.open(proxy.url);
      await tab.hears('state');
      await restart(given);
      await tab.isGreeted(2);
      given.site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.equal(await tab.loads(), 2);
      proxy.stop();
    },
  );

  testSite(
    'a file that was lost, and does not exist when the server is back, is no reason for a reload',
    {
      ...files,
      'index.html': page(
        `${body}<video src="gone.mp4"></video><audio src="never.ogg"></audio>`,
        link('style.css') + icon,
      ),
    },
    async (given) => {
      let fails = true;
      let looks = 0;
      const proxy = await startProxy(given.server.url, {}, (request) => {
        if (!/missing|gone/.test(request.url)) return;
        if (fails) request.destroy();
        else if (request.method === 'HEAD') looks++;
      });
      const tab = await given.open(proxy.url);
      await tab.hears('state');
      fails = false;
      await restart(given);
      await tab.isGreeted(2);
      await until('the page to have looked', () => looks >= 2);
      given.site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.equal(await tab.loads(), 2);
      proxy.stop();
    },
  );

  testSite(
    'a file that the policy of the page forbids is no reason for a reload',
    {
      ...files,
      'index.html': page(`${body}<script src="other/x.js"></script>`, icon),
      'other/x.js': '',
    },
    async (given) => {
      const policy = "script-src http://*:*/__liveserve/ http://*:*/app.js; img-src 'none'";
      const proxy = await startProxy(given.server.url, { 'content-security-policy': policy });
      const tab = await given.open(proxy.url);
      await tab.hears('state');
      await restart(given);
      await tab.isGreeted(2);
      given.site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.equal(await tab.loads(), 2);
      proxy.stop();
    },
  );
}

/** @param {TestSite} testSite */
function testFrames(testSite) {
  testSite(
    'a frame that is blank because its file is downloaded, or nobody has seen it, is no reason for a reload',
    {
      'index.html': page(
        '<iframe src="a.zip"></iframe><div style="height: 9000px"></div><iframe src="b.html" loading="lazy"></iframe>',
        icon,
      ),
      'a.zip': 'PK',
      'b.html': page('<p>b</p>'),
    },
    async (given) => {
      let questions = 0;
      const proxy = await startProxy(given.server.url, {}, ({ method, url }) => {
        if (method === 'HEAD' && url === '/a.zip') questions++;
      });
      const tab = await given.open(proxy.url);
      await tab.hears('state');
      await restart(given);
      await until('the question', () => questions > 0);
      // The page has the answer before this one.
      await tab.ask(() => fetch('', { method: 'HEAD' }).then(({ ok }) => ok));
      assert.ok(await tab.isSameDocument());
      proxy.stop();
    },
  );

  testSite(
    'a frame that is being loaded when the server is back is no reason to reload the page around it',
    {
      'index.html': page('<p>one</p><iframe src="frame.html"></iframe>', icon),
      'frame.html': '<!doctype html><p>framed',
    },
    async (given) => {
      let holds = false;
      let release = () => {};
      const proxy = await startProxy(given.server.url, {}, async ({ url }, response) => {
        if (!holds || url !== '/frame.html') return;
        // Nothing of it tells yet whether it has the script of liveserve.
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        response.write('<!doctype html><i>');
        await new Promise((resolve) => (release = () => resolve(undefined)));
        response.destroy();
      });
      const tab = await given.open(proxy.url);
      await tab.isKnown();
      holds = true;
      await tab.ask(() => frames[0].location.reload());
      await tab.shows('I', () => frames[0].document.body?.lastChild?.nodeName);
      await restart(given);
      await tab.isGreeted(2);
      // With it the page looks for what is missing.
      await tab.shows(true, () =>
        performance.getEntriesByType('resource').some(({ name }) => /update\.js/.test(name)),
      );
      holds = false;
      release();
      await tab.ask(() => frames[0].location.reload());
      await tab.shows('framed', () => frames[0].document.body?.textContent);
      given.site.edit('index.html', 'one', 'two');
      await tab.showsText('p', 'two');
      assert.equal(await tab.loads(), 1);
      assert.ok(await tab.isSameDocument());
      proxy.stop();
    },
  );
}

/** @param {TestSite} testSite */
export function testRepairs(testSite) {
  testReloads(testSite);
  testStops(testSite);
  testStoppedSheet(testSite);
  testStoppedPicture(testSite);
  testUsers(testSite);
  testScriptItself(testSite);
  testLosses(testSite);
  testFrames(testSite);
}
