/**
 * --vhost: several sites in one process, each with a name, a root, a watch and settings of its own. What a page of
 * one knows of another is nothing.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { ask, connect, get, request } from '../support/http.js';
import { ask2, connectHttp2 } from '../support/http2.js';
import { findFreePort, makeSite, run, startServer, until } from '../support/server.js';
import { handshake, openBornPage, openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const makeSites = () => ({
  main: makeSite({ 'index.html': '<p>main', 'main.txt': 'main' }),
  shop: makeSite({ 'index.html': '<p>shop', 'shop.txt': 'shop' }),
  blog: makeSite({ 'index.html': '<p>blog', 'blog.txt': 'blog' }),
});

const argsFor = ({ shop, blog }) => [
  `--vhost=shop.localhost=${shop.root}`,
  `--vhost=Blog.Test.=${blog.root}`,
];
/** The field with the name of a site, with the port of server. */
const host = (server, name) => ({ Host: `${name}:${server.port}` });
const textOf = async (server, name, target) => {
  const { status, body } = await get(server, target, host(server, name));
  return status === 200 ? body.toString() : status;
};

/** The status of an answer to a handshake. */
async function upgrade(server, options) {
  const connection = await connect(server);
  await connection.send(handshake(server, options));
  const { status } = await connection.answer();
  connection.destroy();
  return status;
}

describe('a request', () => {
  const sites = makeSites();
  /** @type {Promise<import('../support/server.js').Server>} */
  const started = startServer({ root: sites.main.root, args: argsFor(sites) });
  after(async () => (await started).stop());

  test('is for the site that its Host names', async () => {
    const server = await started;
    for (const [name, site] of [
      ['localhost', 'main'],
      ['127.0.0.1', 'main'],
      ['[::1]', 'main'],
      ['shop.localhost', 'shop'],
      ['SHOP.localhost.', 'shop'],
      ['blog.test', 'blog'],
    ]) {
      assert.match(String(await textOf(server, name, '/')), new RegExp(`<p>${site}`), name);
      for (const other of ['main', 'shop', 'blog'])
        assert.equal(
          await textOf(server, name, `/${other}.txt`),
          other === site ? other : 404,
          `${name} ${other}`,
        );
    }
    const absolute = `GET http://shop.localhost/shop.txt HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    assert.equal((await ask(server, absolute)).body.toString(), 'shop');
    assert.match((await ask(server, 'GET / HTTP/1.0\r\n\r\n')).body.toString(), /<p>main/);
  });

  test('for no name of a site gets a list of them, unless an attacker may have chosen the name', async () => {
    const server = await started;
    const { status, body, fields } = await get(server, '/', host(server, 'none.localhost'));
    assert.equal(status, 404);
    for (const name of ['shop.localhost', 'blog.test', 'localhost'])
      assert.ok(body.includes(`<a href="http://${name}:${server.port}/">${name}</a>`), name);
    assert.ok(!body.includes('<script'));
    assert.ok(!body.includes(sites.shop.root));
    assert.equal(fields['cross-origin-resource-policy'], 'same-origin');
    for (const name of ['shop.localhost.evil.example', 'shop.test', 'xshop.localhost.x']) {
      const refused = await get(server, '/', host(server, name));
      assert.equal(refused.status, 403, name);
      assert.ok(!refused.body.includes('blog.test'));
    }
  });

  test('of a page of another site opens no socket and changes nothing', async () => {
    const server = await started;
    const names = ['localhost', 'shop.localhost', 'blog.test', 'none.localhost'];
    for (const to of names.slice(0, 3)) {
      for (const from of names) {
        const fields = { ...host(server, to), Origin: `http://${from}:${server.port}` };
        assert.equal(
          await upgrade(server, { fields }),
          from === to ? 101 : 403,
          `${from} to ${to}`,
        );
        const post = await ask(server, request(server, '/', fields, 'POST'), 'POST');
        assert.equal(post.status, from === to ? 405 : 403);
        const own = await get(server, '/__liveserve/client.js', fields);
        assert.equal(own.status, from === to ? 200 : 403);
        const file = await get(server, '/', fields);
        assert.equal(file.fields['access-control-allow-origin'], undefined);
        assert.equal(file.fields['cross-origin-resource-policy'], 'same-origin');
      }
    }
  });
});

/** A page of a site that has loaded it; its first message is taken. */
async function pageOf(server, name) {
  const { body } = await get(server, '/', {
    ...host(server, name),
    'Sec-Fetch-Dest': 'document',
  });
  const [, epoch, version] = /data-version="(\w+)\.(\d+)"/.exec(body.toString());
  const page = await openPage(server, {
    epoch,
    version: Number(version),
    fields: { ...host(server, name), Origin: `http://${name}:${server.port}` },
  });
  await page.message();
  return page;
}

test('a save is told to pages of its site alone', async () => {
  const sites = makeSites();
  await withServer({ root: sites.main.root, args: argsFor(sites) }, async (server) => {
    const pages = {};
    for (const [site, name] of [
      ['main', 'localhost'],
      ['shop', 'shop.localhost'],
      ['blog', 'blog.test'],
    ])
      pages[site] = await pageOf(server, name);
    for (const site of ['shop', 'main', 'blog', 'shop']) {
      sites[site].write('index.html', `<p>new ${site} ${Math.random()}`);
      const message = await pages[site].message();
      assert.deepEqual(
        message.changes?.map(({ urls }) => urls.includes('/')),
        [true],
        site,
      );
    }
    // What a page of another site got would have come before the answer to this.
    process.kill(server.pid, 'SIGHUP');
    for (const page of Object.values(pages)) assert.equal((await page.message()).type, 'reload');
    await until('the lines', () =>
      server.lines.some((line) => /shop\.localhost: changed index\.html, told 1 page/.test(line)),
    );
    assert.ok(server.lines.some((line) => /^\S+ {2}changed index\.html/.test(line)));
  });
});

test('each has its own settings, which are followed', async () => {
  const sites = makeSites();
  sites.main.write('.liveserve.json', '{"header": {"X-Site": "main"}}');
  sites.shop.write('.liveserve.json', '{"header": {"X-Site": "shop"}, "spa": true, "port": 1}');
  const options = { root: sites.main.root, args: [...argsFor(sites), '--mime=x=text/x-all'] };
  sites.blog.write('a.x', 'x');
  await withServer({ ...options, complaints: /port is for the whole server/ }, async (server) => {
    const fieldOf = async (name) => (await get(server, '/', host(server, name))).fields['x-site'];
    assert.equal(await fieldOf('localhost'), 'main');
    assert.equal(await fieldOf('shop.localhost'), 'shop');
    assert.equal(await fieldOf('blog.test'), undefined);
    assert.equal(await textOf(server, 'localhost', '/none'), 404);
    const page = { ...host(server, 'shop.localhost'), Accept: 'text/html' };
    assert.equal((await get(server, '/none', page)).status, 200);
    const file = await get(server, '/a.x', host(server, 'blog.test'));
    assert.match(file.fields['content-type'], /^text\/x-all/);
    assert.match(
      server.errors.join('\n'),
      /shop[^\n]*|\.liveserve\.json:1: port is for the whole server/,
    );
    sites.shop.write('.liveserve.json', '{"header": {"X-Site": "new"}}');
    await until('the new field', async () => (await fieldOf('shop.localhost')) === 'new');
    assert.equal(await fieldOf('localhost'), 'main');
    // A file that was not there at the start, read from inside the sandbox.
    sites.blog.write('.liveserve.json', '{"header": {"X-Site": "blog"}}');
    await until('the first field', async () => (await fieldOf('blog.test')) === 'blog');
    assert.ok(server.lines.some((line) => /blog\.test: settings changed/.test(line)));
  });
});

test('a root that is deleted and made again is followed in the sandbox', async () => {
  const around = makeSite({ 'shop/index.html': '<p>old', 'main/index.html': '<p>main' });
  const args = [`--vhost=shop.localhost=${around.path('shop')}`];
  await withServer({ root: around.path('main'), args }, async (server) => {
    assert.match(String(await textOf(server, 'shop.localhost', '/')), /<p>old/);
    around.remove('shop');
    around.write('shop/index.html', '<p>again');
    await until('the new folder', async () =>
      /<p>again/.test(String(await textOf(server, 'shop.localhost', '/'))),
    );
  });
});

test('a password of one site is no key to another', async () => {
  const sites = makeSites();
  const folder = makeSite({
    users: 'ada:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n',
  });
  sites.shop.write('.liveserve.json', JSON.stringify({ htpasswd: folder.path('users') }));
  const options = { root: sites.main.root, args: [...argsFor(sites), '--allow-settings'] };
  await withServer(options, async (server) => {
    assert.equal(await textOf(server, 'localhost', '/main.txt'), 'main');
    assert.equal(await textOf(server, 'shop.localhost', '/shop.txt'), 401);
    const right = { Authorization: `Basic ${Buffer.from('ada:open sesame').toString('base64')}` };
    const fields = { ...host(server, 'shop.localhost'), ...right };
    assert.equal((await get(server, '/shop.txt', fields)).status, 200);
    // The list would name what only some may see.
    const { body } = await get(server, '/', host(server, 'none.localhost'));
    assert.ok(!body.includes('shop'));
  });
});

test('each has the name in its certificate, and answers over HTTP/2', async () => {
  const sites = makeSites();
  const { cert, key } = makeCertificate();
  const args = ['--https', `--cert=${cert}`, `--key=${key}`, ...argsFor(sites)];
  await withServer({ root: sites.main.root, args }, async (server) => {
    const session = await connectHttp2(server, cert);
    for (const [name, text] of [
      ['localhost', 'main'],
      ['shop.localhost', 'shop'],
    ]) {
      const fields = { ':authority': `${name}:${server.port}` };
      assert.equal((await ask2(session, server, `/${text}.txt`, fields)).body.toString(), text);
    }
    session.close();
  });
});

test('the port for livereload.js is for pages of the same name', async () => {
  const sites = makeSites();
  const port = await findFreePort();
  const args = [...argsFor(sites), `--livereload-port=${port}`];
  await withServer({ root: sites.main.root, args, complaints: /refused/ }, async (server) => {
    for (const [from, status] of [
      ['shop.localhost', 101],
      ['localhost', 403],
      ['blog.test', 403],
    ]) {
      const fields = { Host: `shop.localhost:${port}`, Origin: `http://${from}:${server.port}` };
      assert.equal(await upgrade({ port }, { path: '/livereload', fields }), status, `${from}`);
    }
  });
});

test('what is printed names the sites', async () => {
  const sites = makeSites();
  await withServer({ root: sites.main.root, args: argsFor(sites) }, (server) => {
    const text = server.lines.join('\n');
    assert.ok(
      text.includes(`Sites     http://shop.localhost:${server.port}/  (${sites.shop.root})`),
    );
    assert.ok(text.includes(`http://blog.test:${server.port}/  (${sites.blog.root})`));
  });
  const args = [...argsFor(sites), '--log-format=json', sites.main.root];
  await withServer({ args, open: /"url":"(http:\/\/localhost[^"]+)"/ }, (server) => {
    const { sites: listed } = JSON.parse(server.lines[0]);
    assert.deepEqual(listed[0], {
      url: `http://shop.localhost:${server.port}/`,
      folder: sites.shop.root,
    });
  });
});

test('wrong values', () => {
  const folder = makeSite({ 'a/index.html': 'a' });
  const at = folder.path('a');
  /** @type {[string[], RegExp][]} */
  const rows = [
    [['--vhost=shop.localhost'], /"shop\.localhost" is not NAME=FOLDER, such as/],
    [[`--vhost==${at}`], /is not NAME=FOLDER/],
    [[`--vhost=a.localhost=`], /is not NAME=FOLDER/],
    [[`--vhost=http://a=${at}`], /is not NAME=FOLDER/],
    [[`--vhost=a.localhost:9000=${at}`], /is not NAME=FOLDER/],
    [[`--vhost=127.0.0.1=${at}`], /is not NAME=FOLDER/],
    [[`--vhost=a..b=${at}`], /is not NAME=FOLDER/],
    [[`--vhost=*.localhost=${at}`], /is not NAME=FOLDER/],
    [[`--vhost=localhost=${at}`], /that name has a folder already/],
    [[`--vhost=a.test=${at}`, `--vhost=A.TEST.=${at}`], /that name has a folder already/],
    [[`--vhost=a.localhost=${at}/none`], /none/],
    [[`--vhost=a.localhost=${at}/index.html/x`], /index\.html\/x/],
    [
      Array.from({ length: 33 }, (_, i) => `--vhost=a${i}.localhost=${at}`),
      /one --vhost too many: 32 are the most/,
    ],
  ];
  for (const [args, sentence] of rows) {
    const { code, stderr } = run([folder.root, '--port=0', ...args]);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, sentence);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
  }
  assert.ok(fs.existsSync(at));
});

describe('the commands and the status page', () => {
  test('status lists all sites, and in the folder of one it is about that', async () => {
    const sites = makeSites();
    await withServer({ root: sites.main.root, args: argsFor(sites) }, async (server) => {
      const fields = { Host: `shop.localhost:${server.port}` };
      const page = await openPage(server, { page: '/', fields });
      await page.message();
      const all = run(['status', sites.main.root]).stdout;
      assert.match(all, new RegExp(`Serving +${sites.main.root}\n.*\n(.*\n)?  Pages +0 open`));
      for (const [name, site, pages] of [
        ['shop.localhost', sites.shop, 1],
        ['blog.test', sites.blog, 0],
      ]) {
        const { root } = /** @type {{root: string}} */ (site);
        assert.ok(
          all.includes(
            `\n  Site      http://${name}:${server.port}/\n  Serving   ${root}\n  Pages     ${pages ? '1 open, by WebSocket' : '0 open'}\n  Watching  `,
          ),
          all,
        );
        const own = run(['status', root]).stdout;
        assert.match(own, new RegExp(`Serving +${root}\n +Open +http://${name}:`));
        assert.match(own, new RegExp(`Pages +${pages} open`));
        assert.doesNotMatch(own, /Site /);
        const json = JSON.parse(run(['status', '--json', root]).stdout);
        assert.deepEqual([json.root, json.pages, json.sites], [root, pages, undefined]);
      }
      const json = JSON.parse(run(['status', '--json', sites.main.root]).stdout);
      assert.deepEqual(
        json.sites.map(({ name, url, root, pages }) => [name, url, root, pages]),
        [
          ['shop.localhost', `http://shop.localhost:${server.port}/`, sites.shop.root, 1],
          ['blog.test', `http://blog.test:${server.port}/`, sites.blog.root, 0],
        ],
      );
      page.destroy();
    });
  });

  test('why and reload are about the site in whose folder the file is, also below ROOT', async () => {
    const main = makeSite({ 'index.html': '<p>main', 'shop/index.html': '<p>shop' });
    const args = [`--vhost=shop.localhost=${main.path('shop')}`];
    await withServer({ root: main.root, args }, async (server) => {
      const fields = { Host: `shop.localhost:${server.port}` };
      await get(server, '/', fields);
      const shop = await openBornPage(server, { fields, uses: ['/'] });
      const { stdout } = run(['why', main.path('shop/index.html')]);
      assert.match(stdout, /^index\.html\n/);
      assert.match(stdout, /Used +by 1 open page\n/);
      assert.match(run(['why', 'index.html'], { cwd: main.path('shop') }).stdout, /by 1 open page/);
      assert.match(run(['why', main.path('index.html')]).stdout, /no page has asked for it/);
      assert.equal(run(['reload', main.path('shop/index.html')]).stdout, 'told 1 of 1 page\n');
      assert.equal((await shop.message()).type, 'change');
      assert.equal(run(['reload', main.path('shop')]).stdout, 'told 1 of 1 page\n');
      assert.equal(run(['why', main.path('none/x')]).code, 0);
      assert.equal(run(['why', '/usr/none']).code, 1);
      shop.destroy();
    });
  });

  test('the status page has the name, the folder, the pages and the watches of each site', async () => {
    const sites = makeSites();
    await withServer({ root: sites.main.root, args: argsFor(sites) }, async (server) => {
      const fields = { Host: `shop.localhost:${server.port}` };
      const page = await openBornPage(server, { page: '/a', fields, uses: ['/a', '/shop.txt'] });
      sites.shop.write('shop.txt', 'new');
      assert.equal((await page.message()).type, 'change');
      const url = new URL(JSON.parse(run(['status', '--json', sites.main.root]).stdout).status);
      const own = { ...server, port: Number(url.port) };
      const shown = await get(own, `${url.pathname}state`, { Host: url.host });
      const html = shown.body.toString();
      const [, pages, watches] =
        /id="pages">([^]*)id="changes"[^]*id="watches">([^]*)id="requests"/.exec(html);
      const [atMain, atShop, atBlog] = pages.split('<h3>').slice(1);
      assert.match(atMain, /http:\/\/localhost:[^]*No page is open/);
      assert.ok(atShop.includes(`href="http://shop.localhost:${server.port}/a">/a</a>`), atShop);
      assert.match(atBlog, /http:\/\/blog\.test:[^]*No page is open/);
      const folders = watches.split('<h3>').slice(1);
      for (const [i, { root }] of [sites.main, sites.shop, sites.blog].entries()) {
        assert.ok(folders[i].includes(`<code>${root}</code>`));
        assert.match(folders[i], /The kernel sends events for 1 folder of the site/);
      }
      assert.match(
        html,
        /shop\.localhost[^<]*changed shop\.txt, told 1 page<p class="told">Told: \/a/,
      );
      page.destroy();
    });
  });
});

test('a stranger cannot set it', async () => {
  const site = makeSite({
    'index.html': '<p>x',
    '.liveserve.json': '{"vhost": {"a.localhost": "/etc"}}',
  });
  await withServer(
    { root: site.root, complaints: /"vhost" serves another folder/ },
    async (server) => {
      assert.match(String(await textOf(server, 'a.localhost', '/')), /<p>x/);
      assert.match(
        server.errors.join('\n'),
        /serves another folder under another name and is not used/,
      );
    },
  );
});
