/**
 * `liveserve wire FILE --report=OUT`: every figure of the report is what tshark 4.0.17 says of the same
 * packets, and `--explain` says of each packet what is true of it. The capture is a visit of Chromium: a page
 * with a picture, its WebSocket, a save, and the server's close of idle connections. fields.js makes the
 * texts of tshark.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeSite, run } from '../support/server.js';
import { readFields } from './fields.js';

const fixtures = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fixtures');
const fixture = (/** @type {string} */ name) => path.join(fixtures, name);
const read = (/** @type {string} */ name) => fs.readFileSync(fixture(name), 'utf8');
/** A line may end with a blank. */
const linesOf = (/** @type {string} */ text) => text.replace(/\n$/, '').split('\n');
const packets = readFields(read('chromium.fields.tsv'));
const site = makeSite({ 'page.html': '<p>page' });

/**
 * @param {string} out the file's name
 * @param {...string} options
 */
function report(out, ...options) {
  const capture = fixture('chromium.pcapng');
  const result = run(['wire', capture, `--report=${site.path(out)}`, ...options]);
  const path = site.path(out);
  const says = out.endsWith('.md')
    ? `Wrote ${path}, and ${path.replace(/md$/, 'svg')}, the picture in it.\n`
    : '';
  assert.deepEqual(result, { code: 0, stdout: says, stderr: '' });
  return site.read(out);
}

const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };
const plain = (/** @type {string} */ html) =>
  html.replace(/<[^>]*>/g, '').replace(/&(#?\w+);/g, (_, name) => {
    assert.ok(name in ENTITIES, name);
    return ENTITIES[name];
  });

/**
 * The tables of a report in HTML: the headings above each, its columns and rows.
 *
 * @param {string} html
 */
function tablesOfHtml(html) {
  const found = [];
  const above = { 2: '', 3: '' };
  for (const [, level, heading, table] of html.matchAll(
    /<h([23])>(.*?)<\/h[23]>|<table>(.*?)<\/table>/gs,
  )) {
    if (level === '2') Object.assign(above, { 2: plain(heading), 3: '' });
    else if (level === '3') above[3] = plain(heading);
    if (!table) continue;
    const [columns, ...rows] = [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
      [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => plain(cell)),
    );
    found.push({ section: above[2], heading: above[3], columns, rows });
  }
  return found;
}

const html = report('english.html');
const tables = tablesOfHtml(html);
const of = (/** @type {string} */ section) => tables.filter((one) => one.section === section);
const packet = (/** @type {string} */ number) => packets[Number(number) - 1];
const streams = [...new Set(packets.map((one) => one['tcp.stream']))];
const inStream = (/** @type {string} */ stream) =>
  packets.filter((one) => one['tcp.stream'] === stream);
const seconds = (/** @type {Record<string, string>} */ one) => Number(one['frame.time_relative']);

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK'];
/** "SYN, ACK (0x012)" of "0x0012". */
function flags(/** @type {string} */ text) {
  const bits = Number(text);
  const names = FLAGS.filter((_, i) => bits & (1 << i)).join(', ');
  return `${names} (0x${bits.toString(16).padStart(3, '0')})`;
}

/** What a row of a table of headers says, from the fields of tshark. */
const HEADER_ROWS = {
  'Time (s)': (one) => one['frame.time_relative'],
  Packet: (one) => one['frame.number'],
  From: (one) => one['ip.src'],
  To: (one) => one['ip.dst'],
  'Source port': (one) => one['tcp.srcport'],
  'Destination port': (one) => one['tcp.dstport'],
  Flags: (one) => flags(one['tcp.flags']),
  'Sequence number (relative)': (one) => one['tcp.seq'],
  'Sequence number (raw)': (one) => one['tcp.seq_raw'],
  'Acknowledgement number (relative)': (one) => one['tcp.ack'],
  'Acknowledgement number (raw)': (one) => one['tcp.ack_raw'],
  'Header length (bytes)': (one) => one['tcp.hdr_len'],
  'Window (field)': (one) => one['tcp.window_size_value'],
  'Window (bytes)': (one) => one['tcp.window_size'],
  'Option: MSS': (one) => one['tcp.options.mss_val'] || '–',
  'Option: window scale': (one) =>
    one['tcp.options.wscale.shift']
      ? `${one['tcp.options.wscale.shift']} (× ${2 ** Number(one['tcp.options.wscale.shift'])})`
      : '–',
  'Option: SACK permitted': (one) => (one['tcp.options.sack_perm'] ? '✓' : '–'),
  'Option: timestamps': (one) =>
    `TSval ${one['tcp.options.timestamp.tsval']}, TSecr ${one['tcp.options.timestamp.tsecr']}`,
  'Data (bytes)': (one) => one['tcp.len'],
  'Length of the packet (bytes)': (one) => one['frame.len'],
};

/** Compares a table of headers with tshark; returns the packets of its columns. */
function checkHeaders({ columns, rows }, count) {
  const numbers = rows.find(([name]) => name === 'Packet').slice(1);
  assert.equal(columns.length, numbers.length + 1);
  assert.equal(rows.length, count);
  for (const [name, ...cells] of rows)
    assert.deepEqual(
      cells,
      numbers.map((number) => HEADER_ROWS[name](packet(number))),
      name,
    );
  return numbers.map(packet);
}

describe('every figure is what tshark says:', () => {
  test('the connections', () => {
    const [{ rows }] = of('Connections');
    const wanted = streams.map((stream, i) => {
      const all = inStream(stream);
      const sum = (/** @type {(one: Record<string, string>) => boolean} */ which) =>
        all.filter(which).reduce((total, one) => total + Number(one['tcp.len']), 0);
      const isOut = (one) => one['tcp.dstport'] === '9317';
      const times = [all[0], all[all.length - 1]].map((one) => seconds(one).toFixed(6));
      return [
        String(i + 1),
        `127.0.0.1 : ${all[0]['tcp.srcport']}`,
        '127.0.0.1 : 9317',
        String(all.length),
        String(sum(isOut)),
        String(sum((one) => !isOut(one))),
        times.join(' – '),
        'liveserve (FIN)',
      ];
    });
    assert.deepEqual(rows, wanted);
  });

  test('the three steps of each handshake', () => {
    const found = of('The handshake');
    assert.equal(found.length, streams.length);
    for (const [i, table] of found.entries()) {
      const steps = checkHeaders(table, 20);
      assert.deepEqual(steps, inStream(streams[i]).slice(0, 3));
      assert.deepEqual(table.columns, ['Field', 'Step 1', 'Step 2', 'Step 3']);
    }
  });

  test('the steps of each teardown, and how long it was idle before', () => {
    const found = of('The end of the connections');
    const steps = found.map((table) => checkHeaders(table, 17));
    for (const i of [0, 1]) {
      const all = inStream(streams[i]);
      const fins = all.filter((one) => Number(one['tcp.flags']) & 1);
      assert.deepEqual(steps[i], all.slice(all.indexOf(fins[0])));
      const data = all.filter((one) => one['tcp.len'] !== '0').at(-1);
      // The report cuts, it does not round.
      const idle = Math.floor((seconds(fins[0]) - seconds(data)) * 1000 + 1e-6) / 1000;
      assert.ok(
        html.includes(
          `<p>liveserve closes it first, ${idle.toFixed(3)} s after the last data.</p>`,
        ),
      );
    }
    // The browser ends the third one by a reset, which acknowledges the FIN.
    const last = inStream(streams[2]).slice(-2);
    assert.deepEqual(steps.slice(2), [last]);
    assert.match(html, /<p>The browser ends it at once by a reset \(RST\) in packet 61\.<\/p>/);
  });

  const requests = packets.filter((one) => one['http.request.method']);
  const answers = requests.map((one) =>
    inStream(one['tcp.stream']).find(
      (other) =>
        Number(other['frame.number']) > Number(one['frame.number']) && other['http.response.code'],
    ),
  );

  test('the requests and their answers', () => {
    const [{ rows }] = of('Requests and answers');
    const length = (one) => one['tcp.reassembled.length'] || one['tcp.len'];
    const wanted = requests.map((one, i) => [
      one['frame.number'],
      String(Number(one['tcp.stream']) + 1),
      `GET ${one['http.request.uri']} HTTP/1.1`,
      answers[i]['frame.number'],
      `${answers[i]['http.response.code']} ${answers[i]['http.response.phrase']}`,
      answers[i]['http.content_type'].split(';')[0],
      length(answers[i]),
    ]);
    assert.deepEqual(rows, wanted);
  });

  /** The fields of a head as rows, from what tshark says of all its lines. */
  const lines = (/** @type {string} */ text) =>
    text
      .replace(/\\r\\n$/, '')
      .split('\\r\\n|')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]);

  test('all fields of the heads', () => {
    const heads = [
      ...of('Requests and answers').slice(1),
      ...of('WebSocket: upgrade and frames').slice(0, 2),
    ];
    const isUpgrade = (one) => one['http.request.uri'] === '/ws';
    const order = [...requests.filter((one) => !isUpgrade(one)), ...requests.filter(isUpgrade)];
    const wanted = order.flatMap((one) => {
      const answer = answers[requests.indexOf(one)];
      const status = `${answer['http.response.code']} ${answer['http.response.phrase']}`;
      return [
        [
          ['Request', `GET ${one['http.request.uri']} HTTP/1.1`],
          ...lines(one['http.request.line']),
        ],
        [['Answer', `HTTP/1.1 ${status}`], ...lines(answer['http.response.line'])],
      ];
    });
    assert.deepEqual(
      heads.map(({ rows }) => rows),
      wanted,
    );
  });

  test('the picture and its segments', () => {
    const [{ heading, rows }] = of('The picture and its segments');
    const end = packets.find((one) => one['http.content_type'] === 'image/jpeg');
    const segments = end['tcp.segment'].split('|').map(packet);
    let sum = 0;
    const wanted = segments.map((one, i) => {
      const begin = Number(one['tcp.seq']);
      sum += Number(one['tcp.len']);
      return [
        String(i + 1),
        one['frame.number'],
        one['frame.time_relative'],
        `${begin}–${begin + Number(one['tcp.len']) - 1}`,
        one['tcp.seq_raw'],
        one['tcp.len'],
        String(sum),
      ];
    });
    assert.deepEqual(rows, wanted);
    assert.equal(String(sum), end['tcp.reassembled.length']);
    assert.equal(heading, 'GET /logo.jpg: packets 16 to 20');
    const body = Number(/Content-Length: (\d+)/.exec(end['http.response.line'])[1]);
    assert.ok(
      html.includes(
        `has ${sum} bytes: a head of ${sum - body} and the picture of ${body}. TCP carries it in ` +
          `${segments.length} segments on connection 2.`,
      ),
    );
    assert.ok(html.includes('The page (GET /) came on another one, connection 1.'));
  });

  test('the frames of the WebSocket', () => {
    const { rows } = of('WebSocket: upgrade and frames')[2];
    const kinds = { 1: 'Text', 8: 'Close' };
    const wanted = packets
      .filter((one) => one['websocket.opcode'])
      .map((one) => [
        one['frame.number'],
        one['frame.time_relative'],
        one['tcp.dstport'] === '9317' ? 'The browser' : 'liveserve',
        kinds[one['websocket.opcode']],
        one['websocket.fin'],
        one['websocket.mask'] === '1' ? 'yes' : '–',
        one['websocket.payload_length'],
        one['websocket.payload.text'] || '1001',
      ]);
    assert.ok(wanted.length > 8);
    assert.deepEqual(rows, wanted);
  });

  test('the ladder', () => {
    const texts = [...html.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) => plain(text));
    const stamps = texts.filter((text) => / s · \d+$/.test(text));
    assert.deepEqual(
      stamps,
      packets.map((one) => {
        const ports = [one['tcp.srcport'], one['tcp.dstport']];
        return `${seconds(one).toFixed(6)} s · ${ports.find((port) => port !== '9317')}`;
      }),
    );
    const numbers = texts.filter((text) => /^\d+( {2}.*)?$/.test(text));
    assert.deepEqual(
      numbers.map((text) => text.split(' ')[0]),
      packets.map((one) => one['frame.number']),
    );
    for (const step of ['handshake 1/3', 'handshake 3/3', 'teardown 1/4', 'teardown 4/4'])
      assert.ok(numbers.some((text) => text.endsWith(step)));
    // A silence is drawn wherever half a second passes.
    const silences = packets.filter((one, i) => i && seconds(one) - seconds(packets[i - 1]) >= 0.5);
    assert.equal(texts.filter((text) => /^… .* …$/.test(text)).length, silences.length);
    const colours = new Set([...html.matchAll(/fill="(#[0-9a-f]{6})"\/><\/g>/g)].map((m) => m[1]));
    assert.equal(colours.size, streams.length);
  });
});

/** The tables of a report in Markdown: cells without their escapes. */
function tablesOfMarkdown(/** @type {string} */ text) {
  const unescape = (/** @type {string} */ cell) =>
    cell
      .trim()
      .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
      .replace(/\\([\\`*_{}[\]#~!$])/g, '$1');
  const found = [];
  let open = false;
  for (const line of text.replace(/```.*?```/s, '').split('\n')) {
    const cells = line.startsWith('|') ? line.split('|').slice(1, -1).map(unescape) : undefined;
    if (cells && !open) found.push({ columns: cells, rows: [] });
    else if (cells && !cells.every((cell) => cell === '---')) found.at(-1).rows.push(cells);
    open = Boolean(cells);
  }
  return found;
}

test('the Markdown has the same tables, and the ladder as a picture beside it', () => {
  const markdown = report('the report (1).md');
  assert.deepEqual(
    tablesOfMarkdown(markdown),
    tables.map(({ columns, rows }) => ({ columns, rows })),
  );
  const pictures = [...markdown.matchAll(/^!\[(.*)\]\((.*)\)$/gm)].map(([, ...found]) => found);
  assert.deepEqual(pictures, [
    [`Packets 1 to ${packets.length}, from top to bottom`, 'the%20report%20%281%29.svg'],
  ]);
  const svg = site.read(decodeURIComponent(pictures[0][1]));
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*<\/svg>\n$/s);
  const texts = (/** @type {string} */ text) =>
    [...text.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, words]) => plain(words));
  const [client, server, ...rows] = texts(html);
  // In HTML, each sheet of paper names both sides.
  const others = rows.filter((row) => row !== client && row !== server);
  assert.deepEqual(texts(svg), [client, server, ...others]);
});

test('the Chinese report has the same figures', () => {
  const chinese = report('chinese.html', '--report-language=zh');
  const figures = (/** @type {string} */ text) =>
    tablesOfHtml(text)
      .flatMap(({ rows }) => rows.flat())
      .filter((cell) => /^[\d.]+$/.test(cell));
  assert.deepEqual(figures(chinese), figures(html));
  assert.match(chinese, /<html lang="zh-CN">/);
  assert.match(chinese, /三次握手第 1 步：浏览器请求与 liveserve 的端口 9317 建立连接/);
});

describe('--explain', () => {
  const explain = (/** @type {string} */ name, ...options) => {
    const result = run(['wire', fixture(`${name}.pcapng`), '--explain', ...options]);
    assert.deepEqual({ code: result.code, stderr: result.stderr }, { code: 0, stderr: '' });
    return linesOf(result.stdout);
  };

  // Where a sentence is to change, it is changed in these texts: they are read by a person, not made anew.
  /** @type {[string, string, string[]][]} */
  const kept = [
    ['chromium', 'explained.txt', []],
    ['curl_files', 'explained.txt', []],
    ['curl_files', 'explained.zh.txt', ['--report-language=zh']],
    ['tls_curl_opened', 'explained.txt', []],
  ];
  for (const [name, end, options] of kept) {
    test(`says what each packet of a visit does: ${name}.${end}`, () => {
      const wanted = linesOf(read(`${name}.${end}`));
      const rows = linesOf(read(`${name}.txt`));
      assert.equal(wanted.length, rows.length);
      assert.deepEqual(
        explain(name, ...options),
        rows.flatMap((row, i) => [row, `      ${wanted[i]}`]),
      );
    });
  }

  const names = fs.readdirSync(fixtures).filter((name) => name.endsWith('.pcapng'));
  for (const language of ['en', 'zh']) {
    test(`has a sentence for every packet of every capture: ${language}`, () => {
      for (const name of names.map((one) => one.replace('.pcapng', ''))) {
        const found = explain(name, `--report-language=${language}`);
        const rows = linesOf(read(`${name}.txt`));
        assert.equal(found.length, 2 * rows.length, name);
        for (const [i, row] of rows.entries()) {
          assert.equal(found[2 * i], row);
          assert.match(found[2 * i + 1], /^ {6}\S.*\S$/, name);
        }
      }
    });
  }
});

describe('liveserve wire says in one sentence that', () => {
  const fails = (/** @type {string[]} */ ...args) => {
    const { code, stdout, stderr } = run(['wire', ...args]);
    assert.match(stderr, /^liveserve: [^\n]+\n$/);
    assert.equal(stdout, '');
    return { code, stderr };
  };
  const capture = fixture('two_answers.pcapng');

  test('the report exists already, and keeps it', () => {
    site.write('kept.html', 'mine');
    const { code, stderr } = fails(capture, `--report=${site.path('kept.html')}`);
    assert.equal(code, 1);
    assert.match(stderr, /"[^"]*kept\.html" exists already; delete it first, or give another name/);
    assert.equal(site.read('kept.html'), 'mine');
  });

  test('the picture of the report exists already, and writes nothing', () => {
    site.write('both.svg', 'mine');
    const { code, stderr } = fails(capture, `--report=${site.path('both.md')}`);
    assert.equal(code, 1);
    assert.match(stderr, /"[^"]*both\.svg" exists already; delete it first, or give another name/);
    assert.equal(site.read('both.svg'), 'mine');
    assert.equal(fs.existsSync(site.path('both.md')), false);
  });

  test('the file is no capture, and writes no report', () => {
    const { code, stderr } = fails(site.path('page.html'), `--report=${site.path('none.html')}`);
    assert.equal(code, 1);
    assert.match(stderr, /is no pcapng file; give a capture that/);
    assert.equal(fs.existsSync(site.path('none.html')), false);
  });

  test('the report cannot be created', () => {
    const { code, stderr } = fails(capture, `--report=${site.path('none/report.html')}`);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /cannot create "[^"]*report\.html": its folder does not exist; give another name with --report=/,
    );
  });

  test('the disk of the report is full, and leaves nothing of it', (context) => {
    const folder = site.path('small');
    fs.mkdirSync(folder);
    const made = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'small', folder]);
    if (made.status !== 0) return context.skip('this user may not mount a small file system');
    try {
      for (const name of ['report.html', 'report.md']) {
        const { code, stderr } = fails(capture, `--report=${folder}/${name}`);
        assert.equal(code, 1);
        assert.match(
          stderr,
          /cannot write ".*": No space left on device; give a name on another disk/,
        );
        assert.deepEqual(fs.readdirSync(folder), []);
      }
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  test('the name or the language is not known', () => {
    /** @type {[string, RegExp][]} */
    const rows = [
      ['--report=report.pdf', /--report=report\.pdf must end in \.html or \.md/],
      ['--report=', /must end in/],
      ['--report-language=de', /--report-language=de is not known; give en or zh/],
    ];
    for (const [option, words] of rows) {
      const { code, stderr } = fails(capture, option);
      assert.equal(code, 2);
      assert.match(stderr, words);
    }
  });
});

test('of a capture that is cut off, the report has what is there', () => {
  const whole = fs.readFileSync(fixture('chromium.pcapng'));
  site.write('cut.pcapng', whole.subarray(0, whole.length - 20));
  const { code, stderr } = run([
    ...['wire', site.path('cut.pcapng'), `--report=${site.path('cut.html')}`],
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /is cut off in the middle of a packet/);
  assert.match(site.read('cut.html'), /It has 60 packets and 3 TCP connections\./);
});
