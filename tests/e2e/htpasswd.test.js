/**
 * `--htpasswd FILE`: nobody sees anything without a password.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import { describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { ask, connect, get, request } from '../support/http.js';
import { makeSite, portOf, run, until } from '../support/server.js';
import { connectTls } from '../support/tls.js';
import { handshake, openSocket } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

// Of "open sesame", as htpasswd -B writes it.
const line = 'ada:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n';
const site = makeSite({ 'index.html': '<p>index' });
// The same user and bob, "open barley", with a hash that takes about a quarter of a second.
const slow = `ada:$2y$12$abcdefghijklmnopqrstuuq2uHH4t8IjTa8PV9VUUF1vssBH6WaR2
bob:$2y$12$bcdefghijklmnopqrstuvu0XLNsWzC02IgoyHOt/6UqVmmttB29U.
`;
const folder = makeSite({
  slow,
  right: line,
  old: 'ada:$apr1$x$y\n',
  sha: 'ada:{SHA}x\n',
  plain: 'ada:secret\n',
  empty: '',
});
const args = [`--htpasswd=${folder.path('right')}`];
const say = (text) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const ada = say('ada:open sesame');
const bob = say('bob:open barley');
const { cert, key } = makeCertificate();
const slowArgs = [`--htpasswd=${folder.path('slow')}`];

/**
 * The seconds of processor time that a server has used so far, also in processes that it has started and that
 * have ended: fields 14 to 17 of proc(5). A busy machine does not change what a hash costs.
 */
function processorTime(server) {
  const stat = fs.readFileSync(`/proc/${server.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

/**
 * @param {{pid: number}} server
 * @param {() => unknown} work
 */
async function costOf(server, work) {
  const before = processorTime(server);
  await work();
  return processorTime(server) - before;
}

/** The number of threads of a server. */
const threadsOf = (server) => fs.readdirSync(`/proc/${server.pid}/task`).length;

/**
 * Clients that try one wrong password after the other, each over its own connection, while work is done.
 *
 * @template T
 * @param {{port: number}} server
 * @param {number} count
 * @param {(countGuesses: () => number) => Promise<T>} work is given a function that counts the guesses so far
 */
async function whileGuessing(server, count, work) {
  let isOver = false;
  let guesses = 0;
  const connections = await Promise.all(Array.from({ length: count }, () => connect(server)));
  const guess = async (connection) => {
    while (!isOver && !connection.hasEnded) {
      connection.send(request(server, '/', say(`ada:guess ${guesses++}`)));
      await connection.answer().catch((error) => {
        if (!isOver) throw error;
      });
    }
  };
  const guessers = connections.map(guess);
  try {
    return await work(() => guesses);
  } finally {
    isOver = true;
    for (const connection of connections) connection.destroy();
    await Promise.all(guessers);
  }
}

describe('--htpasswd', () => {
  test('pages, scripts, errors and other methods: 401 without the password', () =>
    withServer({ root: site.root, args }, async (server) => {
      for (const fields of [
        {},
        say('ada:wrong'),
        say('eve:open sesame'),
        { Authorization: 'Bearer x' },
      ]) {
        for (const [target, method] of [
          ['/', 'GET'],
          ['/', 'HEAD'],
          ['/missing', 'GET'],
          ['/__liveserve/client.js', 'GET'],
          ['/', 'POST'],
          ['/', 'OPTIONS'],
        ]) {
          const { status, fields: said } = await ask(
            server,
            request(server, target, fields, method),
          );
          assert.equal(status, 401, `${method} ${target}`);
          assert.equal(said['www-authenticate'], 'Basic realm="liveserve", charset="UTF-8"');
        }
      }
      assert.equal((await get(server, '/', ada)).status, 200);
      assert.equal((await get(server, '/__liveserve/client.js', ada)).status, 200);
      assert.equal((await get(server, '/missing', ada)).status, 404);
      assert.equal((await get(server, '/')).status, 401, 'nobody comes in behind somebody else');
    }));

  test('WebSockets, too', () =>
    withServer({ root: site.root, args }, async (server) => {
      const stranger = await connect(server);
      stranger.send(handshake(server));
      assert.equal((await stranger.answer()).status, 401);
      stranger.destroy();
      const socket = await openSocket(server, { fields: ada });
      assert.equal(await socket.text(), 'connected');
      socket.destroy();
    }));

  execFileSync('mkfifo', [folder.path('fifo')]);
  fs.symlinkSync('/dev/zero', folder.path('zero'));
  /** @type {[string, RegExp][]} */
  const rows = [
    ['fifo', /cannot read the passwords in ".*fifo": it is not a plain file$/m],
    ['zero', /cannot read the passwords in ".*zero": it is not a plain file$/m],
    [
      'no-such',
      /cannot read the passwords in ".*no-such": No such file; .*htpasswd -B -c FILE USER$/m,
    ],
    ['old', /old:1: the line has a hash of the apr1 kind/],
    ['sha', /sha:1: the line has a hash of the \{SHA\} kind/],
    ['plain', /plain:1: the line has no hash that liveserve can check/],
    ['empty', /empty" has no users/],
  ];
  for (const [name, sentence] of rows) {
    test(`a file that is ${name} is one sentence and exit code 2`, () => {
      const { code, stdout, stderr } = run([
        '--port=0',
        `--htpasswd=${folder.path(name)}`,
        site.root,
      ]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
      assert.match(stderr, /^liveserve: [^\n]+\n$/);
      assert.match(stderr, sentence);
    });
  }

  test('no file at all', () => {
    const { code, stderr } = run(['--port=0', '--htpasswd=', site.root]);
    assert.equal(code, 2);
    assert.match(stderr, /^liveserve: --htpasswd needs a file[^\n]+\n$/);
  });
});

describe('passwords that are slow to check', () => {
  test('whoever is remembered does not wait for those who guess', () =>
    withServer({ root: site.root, args: slowArgs }, async (server) => {
      assert.equal((await get(server, '/', ada)).status, 200);
      await whileGuessing(server, 12, async (countGuesses) => {
        const before = countGuesses();
        for (let i = 0; i < 100; i++) assert.equal((await get(server, '/', ada)).status, 200);
        // Whoever waits behind a guess is answered after it, so there would be 100.
        const meanwhile = countGuesses() - before;
        assert.ok(meanwhile < 100, `${meanwhile} guesses were answered during 100 requests`);
        assert.equal((await get(server, '/')).status, 401, 'a request without a password, too');
      });
    }));

  test('two users by turns are each checked once', () =>
    withServer({ root: site.root, args: slowArgs }, async (server) => {
      const hash = await costOf(server, () => get(server, '/', ada));
      assert.equal((await get(server, '/', bob)).status, 200);
      const cost = await costOf(server, async () => {
        for (let i = 0; i < 50; i++)
          assert.equal((await get(server, '/', i % 2 ? ada : bob)).status, 200);
      });
      assert.ok(cost < 10 * hash, `50 requests: ${cost} s; one hash: ${hash} s`);
    }));

  test('a name that does not exist takes as long as a wrong password', () =>
    withServer({ root: site.root, args: slowArgs }, async (server) => {
      const wrong = await costOf(server, () => get(server, '/', say('ada:wrong')));
      const unknown = await costOf(server, () => get(server, '/', say('eve:wrong')));
      assert.ok(unknown > wrong / 5 && wrong > unknown / 5, `${unknown} and ${wrong} s`);
    }));

  test('pipelined requests are answered in their order; the others do not wait', () =>
    withServer({ root: site.root, args: slowArgs }, async (server) => {
      const connection = await connect(server);
      connection.send(
        request(server, '/first', ada) + request(server, '/') + request(server, '/', ada, 'HEAD'),
      );
      assert.equal((await get(server, '/')).status, 401);
      assert.equal((await connection.answer()).status, 404);
      assert.equal((await connection.answer()).status, 401);
      assert.equal((await connection.answer('HEAD')).status, 200);
      connection.destroy();
    }));

  test('it ends at once while passwords are checked', async () => {
    await withServer({ root: site.root, args: slowArgs }, async (server) => {
      const connections = await Promise.all(Array.from({ length: 12 }, () => connect(server)));
      for (const [i, connection] of connections.entries())
        connection.send(request(server, '/', say(`ada:${i}`)));
      connections[0].reset();
      await connections[1].answer();
    });
  });
});

describe('guessing', () => {
  test('many wrong passwords are 429 with Retry-After; right ones get through', () =>
    withServer({ root: site.root, args }, async (server) => {
      assert.equal((await get(server, '/', ada)).status, 200);
      const answers = [];
      for (let i = 0; i < 10; i++) answers.push(await get(server, '/', say(`ada:${i}`)));
      assert.deepEqual(answers.map(({ status }) => status).slice(0, 5), [401, 401, 401, 401, 401]);
      const last = answers.at(-1);
      assert.equal(last.status, 429);
      assert.match(last.fields['retry-after'], /^[1-9]$/);
      assert.equal((await get(server, '/', ada)).status, 200, 'remembered');
      assert.equal((await get(server, '/')).status, 401, 'no password is no try');
    }));

  test('many at once are 429, too', () =>
    withServer({ root: site.root, args: slowArgs }, async (server) => {
      const connections = await Promise.all(Array.from({ length: 120 }, () => connect(server)));
      for (const [i, connection] of connections.entries())
        connection.send(request(server, '/', say(`ada:${i}`)));
      // The first may be one that was checked before the last had arrived.
      await Promise.any(
        connections.map(async (connection) => {
          assert.equal((await connection.answer()).status, 429);
        }),
      );
      for (const connection of connections) connection.destroy();
    }));

  test('a first right password gets through while others guess from the same address', () =>
    withServer({ root: site.root, args }, (server) =>
      whileGuessing(server, 6, async () => {
        await until('a guess that is slowed down', async () => {
          const { status } = await get(server, '/', say(`eve:${Math.random()}`));
          return status === 429;
        });
        assert.equal((await get(server, '/', ada)).status, 200);
      }),
    ));

  test('there is no thread before the first password', () =>
    withServer({ root: site.root, args }, async (server) => {
      await get(server, '/');
      assert.equal(threadsOf(server), 1);
      await get(server, '/', ada);
      assert.equal(threadsOf(server), 2);
    }));
});

describe('--htpasswd with other options', () => {
  test('--https', () =>
    withServer(
      {
        root: site.root,
        args: [...slowArgs, '--https', `--cert=${cert}`, `--key=${key}`],
      },
      async (server) => {
        const connection = await connectTls(server, cert);
        connection.send(request(server, '/', ada) + request(server, '/missing', ada));
        assert.equal((await connection.answer()).status, 200);
        assert.equal((await connection.answer()).status, 404);
        connection.destroy();
      },
    ));

  test('--proxy: the upstream gets requests after the check, and without the password', async () => {
    const seen = [];
    const upstream = http.createServer((asked, answer) => {
      seen.push(asked.headers);
      answer.end('from upstream');
    });
    await once(upstream.listen(0, '127.0.0.1'), 'listening');
    try {
      const url = `http://127.0.0.1:${portOf(upstream)}`;
      await withServer(
        { root: site.root, args: [...slowArgs, `--proxy=/api=${url}`] },
        async (server) => {
          const asked = (fields) => request(server, '/api/x', { 'X-Kept': 'yes', ...fields });
          const connection = await connect(server);
          connection.send(asked(say('ada:wrong')));
          assert.equal((await connection.answer()).status, 401);
          assert.deepEqual(seen, []);
          connection.send(asked(ada));
          assert.match((await connection.rest()).toString(), /from upstream/);
          assert.equal(seen.length, 1);
          assert.equal(seen[0].authorization, undefined);
          assert.equal(seen[0]['x-kept'], 'yes');
        },
      );
      await withServer({ root: site.root, args: [`--proxy=/api=${url}`] }, async (server) => {
        const connection = await connect(server);
        connection.send(request(server, '/api/x', ada));
        await connection.rest();
        assert.equal(seen[1].authorization, ada.Authorization, 'that is for the upstream');
      });
    } finally {
      upstream.close();
      upstream.closeAllConnections();
    }
  });
});
