/**
 * A saved file: one line at the terminal and one message to the page, in whatever way it was saved.
 */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite, startServer } from '../support/server.js';
import { OPCODE, birthOf, openBornPage, openPage, openSocket } from '../support/websocket.js';
import { serverForFile, withServer } from '../support/with_server.js';

const PROBES = 25;

// A change of many files, which is read in several pieces, is one change.
const WAIT = '--wait=60';

const outside = makeSite();

let count = 0;
const content = () => `<p>content ${count++}`;

const escapeRegExp = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

const files = {
  'index.html': '<p>first',
  'style.css': 'p{}',
  'folder/page.html': '<p>page',
  'node_modules/lib/index.js': 'lib',
};
for (let i = 0; i < PROBES; i++) files[`probe-${i}.txt`] = 'probe';

/** A site, its server, and a page that listens. */
async function follow() {
  const site = makeSite(files);
  const server = await serverForFile({ root: site.root, args: [WAIT, '--ignore=*.log'] });
  const socket = await openSocket(server);
  assert.equal(await socket.text(), 'connected');
  // What was served is in use and is compared by its bytes.
  for (const target of ['/', '/style.css', '/folder/page.html'])
    assert.equal((await get(server, target)).status, 200);
  let probes = 0;

  /** All messages so far. The answer to a ping comes after them. */
  async function hear() {
    const messages = [];
    socket.send('', { opcode: OPCODE.ping });
    for (;;) {
      const { opcode, payload } = await socket.frame();
      if (opcode === OPCODE.pong) return messages;
      messages.push(payload.toString());
    }
  }

  /** Waits until all changes were told. Returns the lines since from, without their times. */
  async function told(from) {
    // A deletion is told later than any other change. So after the deletion of a probe nothing else comes.
    const probe = `probe-${probes++}.txt`;
    site.remove(probe);
    await server.waitForLine(new RegExp(`deleted ${probe}, told 1 page`), from);
    const said = server.lines.slice(from);
    for (const line of said)
      assert.match(line, /^\d\d:\d\d:\d\d {2}\w.*, (told 1 page|nothing to tell)( \(.*\))?$/);
    const lines = said
      .filter((line) => !line.includes(', nothing to tell'))
      .map((line) => line.slice(10, line.indexOf(', told')));
    assert.equal(lines.pop(), `deleted ${probe}`);
    return lines;
  }

  return {
    site,

    /**
     * Does the steps, each of which changes something at once. Exactly these lines must come, each with one
     * message.
     *
     * @param {(() => void) | (() => void)[]} steps
     * @param {string[]} expected
     */
    async assertTold(steps, expected, messages = expected.map(() => 'reload')) {
      const from = server.lines.length;
      for (const step of [steps].flat()) {
        await hear();
        server.whileStopped(step);
      }
      for (const text of expected)
        await server.waitForLine(new RegExp(` {2}${escapeRegExp(text)}, `), from);
      assert.deepEqual(await told(from), expected);
      assert.deepEqual(await hear(), [...messages, 'reload']);
    },

    /** The same, but the lines are not known: one matches pattern, and there are at most so many. */
    async assertToldShortly(act, pattern, most) {
      await hear();
      const from = server.lines.length;
      server.whileStopped(act);
      await server.waitForLine(pattern, from);
      const lines = await told(from);
      assert.ok(lines.length <= most, lines.join('\n'));
      assert.deepEqual(
        await hear(),
        [...lines, 'the probe'].map(() => 'reload'),
      );
    },
  };
}

const [saving, idling, filing, foldering] = await Promise.all([
  follow(),
  follow(),
  follow(),
  follow(),
]);

/**
 * How programs save index.html that write to it.
 *
 * @param {import('../support/server.js').Site} site
 */
function waysToWrite(site) {
  const file = site.path('index.html');
  return {
    'write in place (VS Code, nano, shell)': () => site.write('index.html', content()),
    'write in many pieces': () => {
      const fd = fs.openSync(file, 'w');
      for (let i = 0; i < 5; i++) {
        fs.writeSync(fd, content());
        fs.fsyncSync(fd);
      }
      fs.closeSync(fd);
    },
    append: () => fs.appendFileSync(file, content()),
    'make a copy first (vim, backupcopy=yes)': () => {
      fs.copyFileSync(file, `${file}~`);
      site.write('index.html', content());
      site.remove('index.html~');
    },
    'delete and write anew (git checkout)': () => {
      site.remove('index.html');
      site.write('index.html', content());
    },
    'delete, and write anew after that was seen': [
      () => site.remove('index.html'),
      () => site.write('index.html', content()),
    ],
  };
}

/**
 * How programs save index.html that rename a file to it, or rename it before.
 *
 * @param {import('../support/server.js').Site} site
 */
function waysToRename(site) {
  return {
    'rename over (sed -i)': () => {
      site.write('sedAbCdEf', content());
      site.rename('sedAbCdEf', 'index.html');
    },
    'rename over (GLib)': () => {
      site.write('.goutputstream-X1Y2Z3', content());
      site.rename('.goutputstream-X1Y2Z3', 'index.html');
    },
    'rename over, with a name of its own (npm, prettier)': () => {
      site.write('index.html.3141592653', content());
      site.rename('index.html.3141592653', 'index.html');
    },
    'rename over from another folder': () => {
      outside.write('new.html', content());
      fs.renameSync(outside.path('new.html'), site.path('index.html'));
    },
    'keep the old one as a backup (vim)': () => {
      fs.closeSync(fs.openSync(site.path('4913'), 'wx'));
      site.remove('4913');
      site.rename('index.html', 'index.html~');
      site.write('index.html', content());
      site.remove('index.html~');
    },
    'keep a backup and a lock (emacs)': () => {
      fs.symlinkSync('user@host.1234', site.path('.#index.html'));
      site.rename('index.html', 'index.html~');
      site.write('index.html', content());
      site.remove('.#index.html');
    },
    'safe write (JetBrains)': () => {
      site.write('index.html___jb_tmp___', content());
      site.rename('index.html', 'index.html___jb_old___');
      site.rename('index.html___jb_tmp___', 'index.html');
      site.remove('index.html___jb_old___');
    },
  };
}

// These tests wait most of the time, to see that nothing more comes. So the groups run at the same time.
describe('a change on disk', { concurrency: 4 }, () => {
  describe('one save is one change', { concurrency: 1 }, () => {
    const { site, assertTold } = saving;

    const saves = { ...waysToWrite(site), ...waysToRename(site) };
    for (const [name, save] of Object.entries(saves)) {
      test(name, () => assertTold(save, ['changed index.html']));
    }

    test('a style sheet', () =>
      assertTold(
        () => site.write('style.css', `p{}/*${count++}*/`),
        ['changed style.css'],
        ['refreshcss'],
      ));
  });

  describe('what is no change', { concurrency: 1 }, () => {
    const { site, assertTold } = idling;
    const file = site.path('index.html');

    test('the same bytes again', () =>
      assertTold(() => site.write('index.html', site.read('index.html')), []));
    test('a new time', () => assertTold(() => fs.utimesSync(file, 1e9, 1e9), []));
    test('other permissions', () => assertTold(() => fs.chmodSync(file, 0o600), []));
    test('a file opened for writing, but not written', () =>
      assertTold(() => fs.closeSync(fs.openSync(file, 'r+')), []));
    test('a temporary file that came and went', () =>
      assertTold(() => {
        site.write('temporary', 'x');
        site.remove('temporary');
      }, []));
    test('a file that is moved away and back', () =>
      assertTold(() => {
        site.rename('index.html', 'elsewhere');
        site.rename('elsewhere', 'index.html');
      }, []));
    test('a folder that is ignored by default', () =>
      assertTold(() => site.write('node_modules/lib/index.js', content()), []));
    test('a file that --ignore names', () =>
      assertTold(() => site.write('debug.log', content()), []));
  });

  describe('files come and go', { concurrency: 1 }, () => {
    const { site, assertTold } = filing;

    test('a new file', () =>
      assertTold(() => site.write('new.html', content()), ['created new.html']));
    test('an empty new file', () =>
      assertTold(() => site.write('empty.html', ''), ['created empty.html']));
    test('a file that is moved in', () =>
      assertTold(() => {
        outside.write('moved.html', content());
        fs.renameSync(outside.path('moved.html'), site.path('moved.html'));
      }, ['created moved.html']));
    test('a file that is moved out', () =>
      assertTold(
        () => fs.renameSync(site.path('moved.html'), outside.path('moved.html')),
        ['deleted moved.html'],
      ));
    test('a file that is deleted', () =>
      assertTold(() => site.remove('new.html'), ['deleted new.html']));
    test('a file in use that is deleted, and comes back later', async () => {
      await assertTold(() => site.remove('index.html'), ['deleted index.html']);
      await assertTold(() => site.write('index.html', content()), ['created index.html']);
    });
    test('a file in a folder', () =>
      assertTold(() => site.write('folder/page.html', content()), ['changed folder/page.html']));
    test('a file with control characters in its name', () =>
      assertTold(
        () => site.write('a\x1b[31m\nb.txt', content()),
        ['created a\\x1b[31m\\x0ab.txt'],
      ));
    test('a file of a Chinese name', () =>
      assertTold(() => site.write('中文.txt', content()), ['created 中文.txt']));
    test('a link', () =>
      assertTold(
        () => fs.symlinkSync('index.html', site.path('link.html')),
        ['created link.html'],
      ));
  });

  describe('folders come and go', { concurrency: 1 }, () => {
    const { site, assertTold, assertToldShortly } = foldering;

    test('a new folder with files at every depth is one line, and followed', async () => {
      await assertToldShortly(
        () => site.write('fresh/a/b/deep.html', content()),
        /created fresh\//,
        1,
      );
      await assertTold(
        () => site.write('fresh/a/b/deep.html', content()),
        ['changed fresh/a/b/deep.html'],
      );
      await assertTold(
        () => site.write('fresh/a/other.html', content()),
        ['created fresh/a/other.html'],
      );
    });

    test('a folder that is moved in is followed', async () => {
      outside.write('tree/x/y.html', content());
      await assertToldShortly(
        () => fs.renameSync(outside.path('tree'), site.path('tree')),
        /created tree\//,
        1,
      );
      await assertTold(() => site.write('tree/x/y.html', content()), ['changed tree/x/y.html']);
    });

    test('a folder that is renamed is followed under its new name only', async () => {
      // The deletion comes last: that of the probe would stand in the same line.
      await assertToldShortly(() => site.rename('tree', 'forest'), /deleted tree\//, 2);
      await assertTold(() => site.write('forest/x/y.html', content()), ['changed forest/x/y.html']);
    });

    test('a folder that is deleted and made again is followed', async () => {
      for (let i = 0; i < 3; i++) {
        const act = () => {
          site.remove('forest');
          site.write('forest/x/y.html', content());
        };
        await assertToldShortly(act, /forest\//, 2);
        await assertTold(
          () => site.write('forest/x/y.html', content()),
          ['changed forest/x/y.html'],
        );
      }
    });

    test('a folder that is deleted', () =>
      assertToldShortly(() => site.remove('forest'), /deleted forest\//, 2));
  });
});

describe('many at once', () => {
  test('500 files are a few lines, and no file is missing', () =>
    withOwn(
      async (own, ownSite) => {
        const page = await openBornPage(own);
        const names = Array.from({ length: 500 }, (_, i) => `many/${i}.txt`);
        for (const name of names) ownSite.write(name, content());
        const seen = new Set();
        while (names.some((name) => !seen.has(`/${name}`))) {
          const message = await page.message();
          assert.equal(message.type, 'change');
          for (const { urls } of message.changes) for (const url of urls) seen.add(url);
        }
        assert.ok(own.lines.length - 5 <= 10, own.lines.join('\n'));
        page.destroy();
      },
      ['--wait=200'],
    ));

  test('two saves within --wait are one', () =>
    withOwn(
      async (own, ownSite) => {
        const listener = await openSocket(own);
        assert.equal(await listener.text(), 'connected');
        for (const style of ['p{}', 'a{}']) ownSite.write('style.css', style);
        assert.equal(await listener.text(), 'refreshcss');
        ownSite.write('index.html', content());
        assert.equal(await listener.text(), 'reload');
        listener.destroy();
      },
      ['--wait=200'],
    ));
});

describe('what is wrong with a saved file', () => {
  test('is a line and part of the message, until the file is saved without it', async () => {
    const site = makeSite({
      'style.css': 'p {}',
      'data/a"ä.json': '{}',
      'unused.css': '',
      'page.html': '',
    });
    await withServer({ root: site.root }, async (server) => {
      const page = await openPage(server, await birthOf(server));
      page.send('{"type":"uses","urls":["/","/style.css","/data/a%22%C3%A4.json"]}');
      const types = [await page.message(), await page.message()].map(({ type }) => type);
      assert.deepEqual(types, ['hello', 'state']);

      /** Saves text as name. Returns the line of the problem, without its code, and what pages are told. */
      async function save(name, text) {
        const from = server.lines.length;
        site.write(name, text);
        const { changes } = await page.message();
        site.write('page.html', content());
        await page.message();
        await server.waitForLine(/changed page\.html/, from);
        assert.equal(changes.length, 1);
        const lines = server.lines.slice(from).map((line) => line.slice(10));
        return [
          ...lines.slice(0, -1).filter((line) => !/^changed |^[> ] *\d+ \|/.test(line)),
          changes[0].problem,
        ];
      }

      assert.deepEqual(await save('style.css', 'p {\n'), [
        'style.css:1  a { is never closed',
        'style.css:1: a { is never closed',
      ]);
      assert.deepEqual(await save('style.css', 'p {}\n\n}'), [
        'style.css:3  a } closes nothing',
        'style.css:3: a } closes nothing',
      ]);
      assert.deepEqual(await save('unused.css', 'p {'), [undefined]);
      assert.deepEqual(await save('data/a"ä.json', '{\n,}'), [
        'data/a"ä.json:2  no JSON from here on',
        'data/a"ä.json:2: no JSON from here on',
      ]);
      const mended = server.lines.length;
      assert.deepEqual(await save('style.css', 'p { }'), [
        'style.css  has no error any more',
        undefined,
      ]);
      // VS Code needs this order: the line of the change ends what the line before it has begun.
      assert.match(server.lines[mended], /style\.css {2}has no error any more$/);
      assert.match(server.lines[mended + 1], /changed style\.css/);
      page.destroy();
    });
  });

  test('is found in a file of a page that is still being loaded, and that page is told when it comes', async () => {
    const site = makeSite({ 'style.css': 'p {}' });
    await withServer({ root: site.root }, async (server) => {
      const birth = await birthOf(server);
      await get(server, '/style.css');
      site.write('style.css', 'p {\n');
      await server.waitForLine(/style\.css:1 {2}a \{ is never closed/);
      const page = await openPage(server, birth);
      const heard = [];
      while (!heard.some(({ type }) => type === 'change')) heard.push(await page.message());
      assert.equal(heard.at(-1).changes[0].problem, 'style.css:1: a { is never closed');
      page.destroy();
    });
  });
});

describe('who is told', () => {
  test('no page, one page, two pages', () =>
    withOwn(async (own, ownSite) => {
      const lineOf = async () => {
        const from = own.lines.length;
        ownSite.write('index.html', content());
        return (await own.waitForLine(/changed index\.html, (.*)$/, from))[1];
      };
      assert.equal(await lineOf(), 'no page is open');
      const one = await openSocket(own);
      assert.equal(await one.text(), 'connected');
      assert.equal(await lineOf(), 'told 1 page');
      const two = await openBornPage(own);
      assert.equal(await lineOf(), 'told 2 pages');
      const silent = await openSocket(own, { protocol: 'liveserve.v1' });
      assert.equal(await lineOf(), 'told 2 pages', 'one that has not said hello is no page');
      for (const page of [one, two, silent]) page.destroy();
    }));

  test('--quiet says nothing, and tells the pages', () =>
    withOwn(
      async (own, ownSite) => {
        const listener = await openSocket(own);
        assert.equal(await listener.text(), 'connected');
        ownSite.write('index.html', content());
        assert.equal(await listener.text(), 'reload');
        assert.equal(own.lines.length, 2);
        listener.destroy();
      },
      ['--quiet'],
    ));

  test('a page that comes back after a crash and a restart reloads', async () => {
    const own = makeSite({ 'index.html': '<p>x' });
    const first = await startServer({ root: own.root });
    const birth = await birthOf(first);
    await first.kill();
    await withServer(
      { root: own.root, args: [`--port=${first.port}`, '--strict-port'] },
      async (second) => {
        const page = await openPage(second, birth);
        assert.equal((await page.message()).type, 'reload');
        page.destroy();
      },
    );
  });

  test('a file that is followed by a link', () =>
    withOwn(async (own, ownSite) => {
      ownSite.write('real/page.html', content());
      fs.symlinkSync('real/page.html', ownSite.path('alias.html'));
      assert.equal((await get(own, '/alias.html')).status, 200);
      const page = await openBornPage(own);
      ownSite.write('real/page.html', content());
      const seen = new Set();
      while (!seen.has('/alias.html')) {
        for (const { urls } of (await page.message()).changes)
          for (const url of urls) seen.add(url);
      }
      page.destroy();
    }));
});

async function withOwn(use, args = []) {
  const own = makeSite({ 'index.html': '<p>x', 'style.css': 'p{}' });
  await withServer({ root: own.root, args }, (ownServer) => use(ownServer, own));
}
