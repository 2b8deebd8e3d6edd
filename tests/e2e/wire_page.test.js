/**
 * The page of `--wire`: who may see it, and what it shows of the packets of this server.
 */

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import { describe, test } from 'node:test';
import { makeCertificate } from '../support/certificate.js';
import { ask, connect, get, request } from '../support/http.js';
import {
  atEnd,
  findFreePort,
  inTime,
  makeSite,
  portOf,
  run,
  runtimeFolder,
  until,
} from '../support/server.js';
import { blocksOf, PACKET } from '../support/pcapng.js';
import { connectTls } from '../support/tls.js';
import { handshake, openPage } from '../support/websocket.js';
import { captureSkip, tsharkSkip, wirePage } from '../support/wire.js';
import { withServer } from '../support/with_server.js';

const skip = await captureSkip();
const picture = Buffer.alloc(110119, 'JFIF picture ');
picture.set([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0]);
const site = makeSite({ 'index.html': '<p>index', 'logo.jpg': picture });

/** Ends with a FIN of either side that was acknowledged. */
const isOver = (viewer) => viewer.rows.some((row) => row.step === 'teardown 4');

/**
 * Starts a server with --wire.
 *
 * @param {(server: import('../support/server.js').Server, page: import('../support/wire.js').WirePage) => unknown} use
 * @param {Partial<import('../support/with_server.js').Options>} [options]
 */
function withWire(use, { args = [], root = site.root, ...options } = {}) {
  return withServer({ root, args: ['--wire', ...args], ...options }, async (server) =>
    use(server, await wirePage(server)),
  );
}

/** Starts `liveserve wire`, which goes on until the server ends. */
function follow(...args) {
  const command = spawn(process.env.LIVESERVE, ['wire', ...args], {
    env: { ...process.env, XDG_RUNTIME_DIR: runtimeFolder() },
  });
  const exited = once(command, 'close');
  const child = {
    lines: /** @type {string[]} */ ([]),
    errors: '',
    exit: async () => (await inTime(exited, () => 'liveserve wire to end'))[0],
  };
  atEnd(() => command.kill('SIGKILL'));
  readline.createInterface({ input: command.stdout }).on('line', (line) => child.lines.push(line));
  command.stderr.on('data', (bytes) => (child.errors += bytes));
  return child;
}

/** The numbers of the processes that a process has started. */
const childrenOf = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();

/** All sockets that listen for TCP: their address and port in hexadecimal digits, and their inode. */
const listeningSockets = () =>
  ['tcp', 'tcp6']
    .flatMap((name) => fs.readFileSync(`/proc/net/${name}`, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words[3] === '0A')
    .map((words) => ({
      address: words[1].split(':')[0],
      port: parseInt(words[1].split(':')[1], 16),
      inode: words[9],
    }));

/** The port of the status page of the server that was started last. */
const statusPort = () =>
  Number(new URL(JSON.parse(run(['status', '--json', site.root]).stdout).status).port);

/** The ports that a process listens at. */
function listeningPorts(pid) {
  const open = new Set(
    fs.readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return fs.readlinkSync(`/proc/${pid}/fd/${fd}`);
      } catch {
        return ''; // closed meanwhile
      }
    }),
  );
  const ports = listeningSockets()
    .filter(({ inode }) => open.has(`socket:[${inode}]`))
    .map(({ port }) => port);
  return [...new Set(ports)].sort();
}

/** One request on a connection of its own; the client closes it. */
async function visit(server, target = '/') {
  const answer = await get(server, target);
  assert.equal(answer.status, 200);
}

describe('who may see the page', { skip }, () => {
  test('the secret path shows the page; all else is 404 without a word', () =>
    withWire(async (_, page) => {
      const { status, fields, body } = await page.get('');
      assert.equal(status, 200);
      assert.match(fields['content-type'], /^text\/html/);
      assert.match(fields['content-security-policy'], /default-src 'none'; script-src 'self'/);
      assert.match(fields['content-security-policy'], /frame-ancestors 'none'/);
      assert.equal(fields['referrer-policy'], 'no-referrer');
      assert.match(body.toString(), /view\.js/);
      assert.equal((await page.get('view.js')).status, 200);
      assert.equal((await page.get('view.css')).status, 200);
      const wrong = page.path.replace(/.\/$/, (end) => (end[0] === '0' ? '1/' : '0/'));
      for (const target of [
        '/',
        '/live',
        '/packet/1',
        '/capture.pcapng',
        wrong,
        page.path.slice(0, -1),
        `${page.path}x`,
        `${page.path}packet/0`,
        `${page.path}packet/x`,
      ]) {
        const refused = await get(page, target);
        assert.equal(refused.status, 404, target);
        assert.equal(refused.body.length, 0, target);
      }
    }));

  test('other hosts and origins are refused, and nothing is for other origins', () =>
    withWire(async (server, page) => {
      const others = [
        { Host: `attacker.example:${page.port}` },
        { Origin: `http://localhost:${server.port}` },
        { Origin: 'https://attacker.example' },
        { Origin: 'null' },
        { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'no-cors' },
        {
          'Sec-Fetch-Site': 'cross-site',
          'Sec-Fetch-Mode': 'navigate',
          'Sec-Fetch-Dest': 'iframe',
        },
      ];
      for (const fields of others) {
        for (const name of ['', 'view.js', 'packet/1', 'capture.pcapng']) {
          const refused = await page.get(name, fields);
          assert.equal(refused.status, 404, JSON.stringify(fields));
          assert.equal(refused.body.length, 0);
          assert.equal(refused.fields['access-control-allow-origin'], undefined);
        }
        const socket = await ask(
          page,
          handshake(page, { path: `${page.path}live`, protocol: 'liveserve.wire.v1', fields }),
          'GET',
        );
        assert.equal(socket.status, 404);
        const cleared = await ask(page, request(page, `${page.path}clear`, fields, 'POST'));
        assert.equal(cleared.status, 404);
      }
      const own = await page.get('', {
        'Sec-Fetch-Site': 'cross-site',
        'Sec-Fetch-Mode': 'navigate',
        'Sec-Fetch-Dest': 'document',
      });
      assert.equal(own.status, 200, 'a link in an editor opens it');
      assert.equal(own.fields['access-control-allow-origin'], undefined);
    }));

  test('the page is on loopback alone, and the site does not tell its secret', () =>
    withWire(
      async (server, page) => {
        const addresses = listeningSockets()
          .filter(({ port }) => port === page.port)
          .map(({ address }) => address);
        assert.ok(addresses.length > 0);
        for (const address of addresses)
          assert.match(address, /^(0100007F|00000000000000000000000001000000)$/);
        const secret = page.path.slice(1, -1);
        for (const target of ['/', '/__liveserve/client.js', '/__liveserve/wire', '/missing']) {
          const { body, fields } = await get(server, target);
          assert.ok(!body.includes(secret) && !JSON.stringify(fields).includes(secret), target);
        }
      },
      { args: ['--host=0.0.0.0'] },
    ));

  test('without --wire the only other port is that of the status page, and no child captures', () =>
    withServer({ root: site.root, args: ['--no-sandbox'] }, async (server) => {
      assert.deepEqual(listeningPorts(server.pid), [server.port, statusPort()].sort());
      assert.equal(childrenOf(server.pid), '');
      await withWire(
        async (wired, page) => {
          const ports = [wired.port, page.port, statusPort()].sort();
          assert.deepEqual(listeningPorts(wired.pid), ports);
          assert.notEqual(childrenOf(wired.pid), '');
        },
        { args: ['--no-sandbox'] },
      );
    }));
});

describe('rows', { skip }, () => {
  test('a visit is ten or so rows, in the words of tshark, and nothing of the page itself', () =>
    withWire(async (server, page) => {
      const viewer = await page.watch();
      await page.get('');
      await visit(server);
      await viewer.until(isOver);
      assert.equal(viewer.state.port, server.port);
      assert.equal(viewer.state.site, path.basename(site.root));
      assert.ok(viewer.state.by && viewer.state.ended === false && viewer.state.lost === 0);
      const [syn, answer, ack] = viewer.rows;
      assert.deepEqual(
        [syn.step, answer.step, ack.step],
        ['handshake 1', 'handshake 2', 'handshake 3'],
      );
      assert.deepEqual(
        [syn.n, syn.t, syn.proto, syn.side, answer.side],
        [1, '0.000000000', 'TCP', 0, 1],
      );
      const asked = viewer.rows.find((row) => row.http && row.method);
      assert.deepEqual(
        [asked.method, asked.uri, asked.side, asked.dport],
        ['GET', '/', 0, server.port],
      );
      assert.equal(asked.info, 'GET / HTTP/1.1 ');
      const answered = viewer.rows.find((row) => row.code);
      assert.deepEqual([answered.code, answered.side, answered.proto], [200, 1, 'HTTP']);
      assert.deepEqual(
        viewer.rows.map((row) => row.n),
        viewer.rows.map((_, i) => i + 1),
      );
      for (const row of viewer.rows)
        assert.ok(row.sport === server.port || row.dport === server.port, 'only of the site');
      viewer.close();
    }));

  test('the rows of before come, too, and a viewer can begin in the middle', () =>
    withWire(async (server, page) => {
      await visit(server);
      const first = await page.watch();
      await first.until(isOver);
      const second = await page.watch(4);
      await second.until(isOver);
      assert.deepEqual(second.rows, first.rows.slice(3));
      first.close();
      second.close();
    }));

  test('a picture: its pieces have one number, and each says which it is', () =>
    withWire(async (server, page) => {
      const viewer = await page.watch();
      await visit(server, '/logo.jpg');
      await viewer.until(isOver);
      const last = viewer.rows.find((row) => row.code === 200);
      assert.match(last.info, /JPEG JFIF image/);
      const pieces = viewer.rows.filter((row) => row.msg === last.msg);
      assert.deepEqual(
        pieces.map((row) => row.piece),
        pieces.map((_, i) => i + 1),
      );
      assert.equal(last.piece, pieces.length);
      assert.equal(last.of, pieces.length);
      viewer.close();
    }));

  test('IPv6, a WebSocket, and the save that a frame tells of', async () => {
    const own = makeSite({ 'index.html': '<p>index', 'local.html': '<p>one' });
    await withWire(
      async (server, page) => {
        const viewer = await page.watch();
        const six = await connect(server, '::1');
        six.send(request(server, '/local.html'));
        assert.equal((await six.answer()).status, 200);
        const socket = await openPage(server, { page: '/local.html' });
        await socket.message();
        own.write('local.html', '<p>two');
        assert.match(await socket.text(), /local\.html/);
        const isFrame = (row) => row.ws && row.side === 1 && row.n > viewer.marks[0]?.after;
        await viewer.until(({ rows }) => rows.some(isFrame));
        assert.ok(viewer.rows.some((row) => row.v === 6 && row.src === '::1'));
        assert.ok(viewer.rows.some((row) => row.code === 101));
        const mark = viewer.marks.find(({ text }) => text === 'saved local.html');
        assert.ok(mark, JSON.stringify(viewer.marks));
        const frame = viewer.rows.find(isFrame);
        assert.ok(Number(mark.t) <= Number(frame.t));
        const packet = JSON.parse((await page.get(`packet/${frame.n}`)).body.toString());
        assert.match(packet.sentence, /local\.html/);
        const line = packet.tree.find(({ text }) => text === 'WebSocket');
        assert.match(
          Buffer.from(packet.bytes, 'base64').toString('latin1', line.from, line.to),
          /local\.html/,
        );
        socket.destroy();
        six.destroy();
        viewer.close();
      },
      { root: own.root },
    );
  });

  test('why the server closes: 5 idle seconds, and a malformed request', () =>
    withWire(async (server, page) => {
      const viewer = await page.watch();
      const wrong = await connect(server);
      wrong.send('GET / HTTP/1.1\r\n\r\n');
      assert.equal((await wrong.answer()).status, 400);
      await wrong.rest();
      wrong.destroy();
      const idle = await connect(server);
      idle.send(request(server, '/'));
      await idle.answer();
      await idle.rest();
      await viewer.until(({ marks }) =>
        marks.some(({ text }) => /nothing was asked for 5 s/.test(text)),
      );
      const mark = viewer.marks.find(({ text }) => /5 s/.test(text));
      const port = /of port (\d+):/.exec(mark.text)?.[1];
      await viewer.until(({ rows }) =>
        rows.some((row) => row.n > mark.after && row.sport === server.port && row.flags & 1),
      );
      const fin = viewer.rows.find((row) => row.n > mark.after && row.side === 1 && row.flags & 1);
      assert.equal(String(fin.dport), port);
      assert.ok(viewer.marks.some(({ text }) => /malformed \(400 Bad Request\)/.test(text)));
      idle.destroy();
      viewer.close();
    }));

  test('under load, each packet of the file is in the list or counted as lost', async () => {
    const folder = makeSite();
    const file = folder.path('load.pcapng');
    const requests = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20);
    /** While it is written, its last block may be cut off. */
    const captured = () => {
      try {
        return blocksOf(fs.readFileSync(file)).filter(({ type }) => type === PACKET).length;
      } catch {
        return Infinity;
      }
    };
    await withWire(
      async (server, page) => {
        const viewer = await page.watch();
        const load = async () => {
          const socket = net.connect(server.port, '127.0.0.1');
          socket.resume();
          for (let i = 0; i < 100; i++) {
            const sent = once(socket, 'data');
            socket.write(requests);
            await sent;
          }
          socket.destroy();
        };
        await Promise.all(Array.from({ length: 16 }, load));
        await viewer.until(({ state }) => state.last > 0 && state.last + state.lost >= captured());
        const { last, lost } = viewer.state;
        await server.stop();
        assert.ok(last <= captured() && captured() <= last + lost, `${last} + ${lost}`);
      },
      { args: [`--wire=${file}`], complaints: /packets, as there were too many|were not listed/ },
    );
  });

  test('thousands of packets come in order, each once', () =>
    withWire(async (server, page) => {
      const connection = await connect(server);
      for (let i = 0; i < 1500; i++) {
        connection.send(request(server, '/', {}, 'HEAD'));
        await connection.answer('HEAD');
      }
      connection.destroy();
      const viewer = await page.watch();
      await viewer.until(isOver);
      assert.ok(
        viewer.rows.length >= 3000,
        `${viewer.rows.length} rows, ${JSON.stringify(viewer.state)}`,
      );
      assert.deepEqual(
        viewer.rows.map((row) => row.n),
        viewer.rows.map((_, i) => i + 1),
      );
      assert.ok(viewer.messages > 4, 'at most 500 rows a message');
      viewer.close();
    }));
});

describe('one packet', { skip }, () => {
  test('its sentence, its tree and its bytes', () =>
    withWire(async (server, page) => {
      const viewer = await page.watch();
      await visit(server, '/logo.jpg');
      await viewer.until(isOver);
      const asked = viewer.rows.find((row) => row.method === 'GET');
      const { status, fields, body } = await page.get(`packet/${asked.n}`);
      assert.equal(status, 200);
      assert.match(fields['content-type'], /json/);
      const packet = JSON.parse(body.toString());
      assert.equal(packet.n, asked.n);
      assert.match(packet.sentence, /logo\.jpg/);
      const bytes = Buffer.from(packet.bytes, 'base64');
      assert.equal(bytes.length, asked.len);
      assert.ok(bytes.includes('GET /logo.jpg HTTP/1.1\r\n'));
      const line = packet.tree.find(({ text }) => /^Hypertext Transfer Protocol/.test(text));
      assert.equal(
        bytes.toString('latin1', line.from, line.to),
        bytes.toString('latin1', bytes.indexOf('GET ')),
      );
      assert.ok(line.children.some(({ text }) => /^Host: localhost/.test(text)));
      const answer = viewer.rows.find((row) => row.code === 200);
      const last = JSON.parse((await page.get(`packet/${answer.n}`)).body.toString());
      const head = last.tree.find(({ text }) => /^Hypertext Transfer Protocol/.test(text));
      assert.ok(
        head.children.some(({ text }) => /^Content-Type: image\/jpeg/.test(text)),
        'the head of an earlier packet',
      );
      viewer.close();
    }));
});

describe('the file and the report', { skip }, () => {
  test(
    'tshark opens the file without a complaint, with the sentences as comments',
    { skip: tsharkSkip() },
    () =>
      withWire(async (server, page) => {
        const viewer = await page.watch();
        await visit(server);
        await viewer.until(isOver);
        const file = path.join(makeSite().root, 'capture.pcapng');
        const { body, fields } = await page.get('capture.pcapng?keys=1&comments=1');
        assert.match(fields['content-disposition'], /attachment; filename="liveserve\.pcapng"/);
        fs.writeFileSync(file, body);
        const tshark = spawnSync(
          'tshark',
          ['-n', '-r', file, '-T', 'fields', '-e', '_ws.col.Info', '-e', 'frame.comment'],
          { encoding: 'utf8' },
        );
        assert.equal(tshark.status, 0);
        assert.doesNotMatch(tshark.stderr, /cut short|error|warn/i);
        const lines = tshark.stdout
          .trimEnd()
          .split('\n')
          .map((line) => line.split('\t'));
        assert.deepEqual(
          lines.map(([info]) => info.trim()),
          viewer.infos().map((info) => info.trim()),
        );
        for (const [, comment] of lines) assert.ok(comment.length > 10);
        fs.writeFileSync(file, (await page.get('capture.pcapng')).body);
        const plain = spawnSync('tshark', ['-r', file, '-T', 'fields', '-e', 'frame.comment'], {
          encoding: 'utf8',
        });
        assert.equal(plain.stdout.trim(), '');
        viewer.close();
      }),
  );

  test('the report as HTML and as Markdown', () =>
    withWire(async (server, page) => {
      const viewer = await page.watch();
      await visit(server);
      await viewer.until(isOver);
      const html = await page.get('report.html?language=en');
      assert.equal(html.status, 200);
      assert.match(html.fields['content-type'], /^text\/html/);
      assert.match(html.body.toString(), /GET \/ HTTP\/1\.1/);
      const chinese = await page.get('report.md?language=zh');
      assert.match(chinese.fields['content-type'], /^text\/markdown/);
      assert.match(chinese.body.toString(), /[\u4e00-\u9fff]/);
      viewer.close();
    }));
});

describe('clear', { skip }, () => {
  test('all rows and bytes are gone, and new ones go on counting', () =>
    withWire(async (server, page) => {
      const viewer = await page.watch();
      await visit(server);
      await viewer.until(isOver);
      const before = viewer.rows.at(-1).n;
      assert.equal(
        (await ask(page, request(page, `${page.path}clear`, { 'Content-Length': 0 }, 'POST')))
          .status,
        204,
      );
      await viewer.until(({ clearings }) => clearings === 1);
      assert.equal((await page.get(`packet/${before}`)).status, 404);
      assert.equal((await page.get('clear')).status, 404, 'only POST clears');
      await visit(server);
      await viewer.until(isOver);
      assert.ok(viewer.rows[0].n > before);
      assert.equal(viewer.state.first, viewer.rows[0].n);
      viewer.close();
    }));
});

describe('a viewer that does wrong', { skip }, () => {
  test('is closed, and the others go on', () =>
    withWire(async (server, page) => {
      const viewer = await page.watch();
      for (const text of ['x', '{}', '{"from":-1}', '{"from":"1"}', '[]']) {
        const other = await page.watch();
        other.socket.destroy();
        const wrong = (await page.watch()).socket;
        wrong.send(text); // a second message is one too many, whatever it says
        await until('the close', async () => {
          const frame = await wrong.frame();
          return frame.opcode === 8 && frame.payload.readUInt16BE() === 1008;
        });
        wrong.destroy();
      }
      await visit(server);
      await viewer.until(isOver);
      viewer.close();
    }));
});

describe('liveserve wire FOLDER', { skip }, () => {
  test('prints the rows as they come, and ends with the server', () =>
    withServer({ root: site.root, args: ['--wire'] }, async (server) => {
      const page = await wirePage(server);
      const child = follow('--explain', site.root);
      await visit(server);
      await until('ten rows and their sentences', () => child.lines.length >= 20);
      const viewer = await page.watch();
      await viewer.until(isOver);
      const rows = child.lines.filter((_, i) => i % 2 === 0);
      const asked = viewer.rows.find((row) => row.method);
      assert.match(
        rows[asked.n - 1],
        new RegExp(
          `^ +${asked.n} ${asked.t} +127.0.0.1 → 127.0.0.1 +HTTP ${asked.len} GET / HTTP/1.1 $`,
        ),
      );
      assert.match(child.lines[1], /^ {6}\S.*\.$/);
      viewer.close();
      const before = child.lines.length;
      await visit(server);
      await until('the rows of the second visit', () => child.lines.length > before);
      await server.stop();
      assert.equal(await child.exit(), 0);
      assert.equal(child.errors, '');
    }));

  test('only the owner learns where the page is', () =>
    withWire(async (server, page) => {
      assert.ok(run(['status', site.root]).stdout.includes(page.url));
      assert.equal(JSON.parse(run(['status', '--json', site.root]).stdout).wire, page.url);
    }));

  test('a server without --wire, and no server at all', async () => {
    await withServer({ root: site.root }, async () => {
      const { code, stderr } = run(['wire', site.root]);
      assert.equal(code, 1);
      assert.match(stderr, /does not capture packets\. Start it with: liveserve --wire/);
      assert.doesNotMatch(run(['status', site.root]).stdout, /Wire/);
    });
    const { code, stderr } = run(['wire', makeSite().root]);
    assert.equal(code, 1);
    assert.match(stderr, /no liveserve of yours serves/);
  });
});

/** A free port, and a server at the next one. Another program may have that, so it may take several tries. */
async function blockPortBehindFree() {
  for (;;) {
    const port = await findFreePort();
    const blocker = net.createServer();
    const isBlocked = new Promise((resolve) =>
      blocker.once('listening', () => resolve(true)).once('error', () => resolve(false)),
    );
    blocker.listen(port + 1, '127.0.0.1');
    if (await isBlocked) return { port, blocker };
  }
}

describe('with other options', { skip }, () => {
  test('--https: what is inside is shown, and the file has the keys', () => {
    const { cert, key } = makeCertificate();
    const file = path.join(makeSite().root, 'sealed.pcapng');
    return withServer(
      { root: site.root, args: [`--wire=${file}`, '--https', `--cert=${cert}`, `--key=${key}`] },
      async (server) => {
        const page = await wirePage(server);
        assert.ok(page.rest.includes(file));
        const viewer = await page.watch();
        for (let i = 0; i < 5; i++) {
          const connection = await connectTls(server, cert);
          connection.send(request(server, '/'));
          assert.equal((await connection.answer()).status, 200);
          connection.destroy();
        }
        await viewer.until(({ rows }) => rows.filter((row) => row.code === 200).length === 5);
        const asked = viewer.rows.filter((row) => row.method === 'GET');
        assert.equal(asked.length, 5);
        assert.ok(asked.every((row) => row.tls && row.http && row.uri === '/'));
        const packet = JSON.parse((await page.get(`packet/${asked[0].n}`)).body.toString());
        assert.match(
          Buffer.from(packet.plain, 'base64').toString('latin1'),
          /GET \/ HTTP\/1\.1\r\n/,
        );
        assert.ok(packet.tree.some(({ text }) => /^Hypertext Transfer Protocol/.test(text)));
        if (!tsharkSkip()) {
          const saved = path.join(makeSite().root, 'saved.pcapng');
          fs.writeFileSync(saved, (await page.get('capture.pcapng?keys=1')).body);
          const gets = (name) =>
            execFileSync('tshark', ['-r', name, '-Y', 'http.request'], { encoding: 'utf8' })
              .split('\n')
              .filter(Boolean).length;
          assert.equal(gets(saved), 5);
          assert.equal(
            gets(file),
            5,
            'the file of --wire=FILE has the keys in front of the packets',
          );
          fs.writeFileSync(saved, (await page.get('capture.pcapng')).body);
          assert.equal(gets(saved), 0, 'without keys=1 nothing is opened');
        }
        viewer.close();
      },
    );
  });

  test('the next port is taken: the page takes another', async () => {
    const { port, blocker } = await blockPortBehindFree();
    try {
      await withWire(
        async (server, page) => {
          assert.notEqual(page.port, port + 1);
          assert.equal((await page.get('')).status, 200);
        },
        { args: [`--port=${port}`, '--strict-port'] },
      );
    } finally {
      blocker.close();
    }
  });

  test('--livereload-port: its packets are shown as well', async () => {
    const port = await findFreePort();
    await withWire(
      async (server, page) => {
        const viewer = await page.watch();
        await visit({ port }, '/livereload.js');
        await viewer.until(isOver);
        const asked = viewer.rows.find((row) => row.uri === '/livereload.js');
        assert.deepEqual([asked.dport, asked.side, viewer.state.port], [port, 0, server.port]);
        viewer.close();
      },
      { args: [`--livereload-port=${port}`] },
    );
  });

  test('--host=0.0.0.0: what comes from this machine is shown, and the page stays on loopback', () =>
    withWire(
      async (server, page) => {
        const viewer = await page.watch();
        await visit(server);
        await viewer.until(isOver);
        assert.equal(
          viewer.rows.filter((row) => row.method === 'GET').length,
          1,
          'each packet once',
        );
        assert.match(page.url, /^http:\/\/localhost:/);
        viewer.close();
      },
      { args: ['--host=0.0.0.0'] },
    ));

  test("--proxy and --mount: the browser's side is shown, and one line says what is not", async () => {
    const upstream = http
      .createServer((_, answer) => answer.end('from behind'))
      .listen(0, '127.0.0.1');
    await new Promise((resolve) => upstream.once('listening', resolve));
    const more = makeSite({ 'a.txt': 'mounted' });
    try {
      await withWire(
        async (server, page) => {
          assert.match(page.rest, /the connections to the servers behind it are not shown/);
          const viewer = await page.watch();
          await visit(server, '/api/x');
          await visit(server, '/more/a.txt');
          await viewer.until(({ rows }) => rows.filter((row) => row.code === 200).length === 2);
          assert.match(viewer.state.how, /servers behind it are not shown\.$/);
          assert.ok(
            viewer.rows.every((row) => row.sport === server.port || row.dport === server.port),
          );
          viewer.close();
        },
        {
          args: [`--proxy=/api:http://127.0.0.1:${portOf(upstream)}`, `--mount=/more=${more.root}`],
        },
      );
    } finally {
      upstream.close();
    }
  });
});
