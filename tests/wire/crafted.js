/**
 * crafted: captures that are made packet by packet. Each name is that of a fixture.
 */

import { Conversation } from './craft.js';

/** The smallest pictures. */
export const PNG = Buffer.from(
  '\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\b\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82',
  'latin1',
);
export const GIF = Buffer.from(
  'GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x01D\x00;',
  'latin1',
);

const GET = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n';
const answer = (/** @type {string} */ body, type = 'text/css') =>
  `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const chunked = (/** @type {string} */ body) =>
  `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
const sack = (left, right) => {
  const bytes = Buffer.from('0101050a0000000000000000', 'hex');
  bytes.writeUInt32BE(left, 4);
  bytes.writeUInt32BE(right, 8);
  return bytes;
};

/** One request, and what the server then sends: each piece in a packet of its own. @param {string[]} pieces */
function answered(conversation, ...pieces) {
  conversation.client(GET);
  for (const piece of pieces) conversation.server(piece);
}

/** @type {Record<string, () => Conversation>} */
export const CRAFTED = {
  broken_heads: () => {
    const conversation = new Conversation().open();
    const lines = [
      'no colon',
      'X: one\r\n two',
      'X: one\r\n\ttwo: three',
      ': no name',
      'GET / HTTP/1.1',
      'A : blank',
    ];
    for (const line of lines) {
      conversation.client(`GET / HTTP/1.1\r\nHost: x\r\n${line}\r\nA: b\r\n\r\n`);
      conversation.server(
        `HTTP/1.1 200 OK\r\n${line}\r\nContent-Type: text/css\r\nContent-Length: 3\r\n\r\nabc`,
      );
    }
    answered(conversation, 'HTTP/1.1 200 OK\rContent-Length: 2\r\rab');
    return conversation.client('GET / HTTP/1.1\rHost: x\r\r');
  },
  lengths: () => {
    const conversation = new Conversation().open();
    for (const length of ['+3', '03', '3 ', '\t3'])
      answered(conversation, `HTTP/1.1 200 OK\r\nContent-Length:${length}\r\n\r\nabc`);
    answered(conversation, 'HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\nabc');
    return conversation.server({ flags: 'FA' });
  },
  length_too_large: () => {
    const conversation = new Conversation().open();
    answered(conversation, 'HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\nabc', 'def');
    return conversation.server({ flags: 'FA' });
  },
  odd_chunks: () => {
    const conversation = new Conversation().open();
    answered(conversation, chunked('3\nabc\n0\n\n'));
    answered(conversation, chunked('zz\r\nabc\r\n0\r\n\r\n'));
    answered(conversation, chunked('1\r\na\r\n\r\nrest'));
    answered(conversation, chunked('3\r\nabcXX0\r\n\r\n'));
    answered(conversation, chunked('ffffffff\r\nab'));
    answered(conversation, chunked('1\r\na\r\n0\r\nX: 1\r\n'), '\r\n');
    answered(conversation, chunked('1\r\na\r\n0\r\n'), 'X: 1\r\nY:', ' 2\r\n\r\n');
    answered(conversation, chunked('1\r\na\r\n 0\r\n\r\n'));
    return conversation;
  },
  codings: () => {
    const conversation = new Conversation().open();
    for (const coding of ['chunked;x', 'chunked, gzip', 'CHUNKED', 'gzip']) {
      const head = `HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nTransfer-Encoding: ${coding}\r\n\r\n`;
      answered(conversation, `${head}3\r\nabc\r\n0\r\n\r\n`);
    }
    return conversation.server({ flags: 'FA' });
  },
  bodies_that_are_none: () => {
    const conversation = new Conversation().open();
    const head = (status) =>
      `HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nContent-Length: 3\r\n\r\n`;
    for (const status of ['204 No Content', '304 Not Modified', '103 Early Hints']) {
      answered(conversation, `${head(status)}abc`);
      answered(conversation, head(status) + answer('one'));
    }
    return conversation;
  },
  heads_in_a_row: () => {
    const HEAD = GET.replace('GET', 'HEAD');
    const empty = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n';
    return new Conversation()
      .open()
      .client(HEAD + GET)
      .server(empty)
      .server(answer('12345'))
      .client(GET + HEAD)
      .server(answer('12345') + empty)
      .client(HEAD + HEAD)
      .server(empty + empty)
      .client(GET)
      .server(answer('one'));
  },
  multipart: () => {
    const conversation = new Conversation().open();
    const part = (/** @type {string} */ type, body) =>
      `--x\r\nContent-Type: ${type}\r\n\r\n${body}\r\n`;
    const end = '--x--\r\n';
    const type = 'multipart/byteranges; boundary=x';
    const two = part('text/plain', 'ab') + part('text/css;q=1', 'cd') + end;
    answered(conversation, answer(two, type));
    answered(conversation, answer(two, type).slice(0, 120), answer(two, type).slice(120));
    answered(conversation, answer(part('image/png', PNG.toString('latin1')) + end, type));
    answered(
      conversation,
      answer(part('application/json', '{}') + end, 'multipart/mixed; boundary="x"'),
    );
    answered(conversation, answer(part('text/xml', '<a/>') + end, type));
    const form = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n';
    const body = form + part('image/jpeg', 'no picture') + end;
    return conversation.client(
      `POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  },
  tunnel: () =>
    new Conversation()
      .open()
      .client(GET)
      .server(answer('one'))
      .client('CONNECT /x HTTP/1.1\r\nHost: x\r\n\r\n')
      .server('HTTP/1.1 405 No\r\nContent-Length: 0\r\n\r\n')
      .client(GET),
  foreign_upgrade: () =>
    new Conversation()
      .open()
      .client(GET)
      .server('HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n')
      .server('abc')
      .client('def'),
  long_head: () => {
    const field = (/** @type {number} */ i) => `X-${i}: ${'x'.repeat(4000)}\r\n`;
    const head = `GET / HTTP/1.1\r\nHost: x\r\n${[...Array(12).keys()].map(field).join('')}\r\n`;
    return new Conversation()
      .open()
      .client(head.slice(0, 30000))
      .client(head.slice(30000, 40000))
      .client(head.slice(40000))
      .server(answer('one'));
  },
  empty_lines: () =>
    new Conversation()
      .open()
      .client(GET)
      .server(answer('one'))
      .client('\r\nGE')
      .client('T /a HTTP/1.1\r\n\r\n')
      .server('\r\n')
      .server('\r\nHT')
      .server('TP/1.1 204 No Content\r\n\r\n')
      .client(GET + '\r\nGE')
      .client('T /b HTTP/1.1\r\n\r\n'),
  no_letters: () =>
    new Conversation()
      .open()
      .client(GET)
      .server(answer('one'))
      .server('\x81\x02hi')
      .server(answer('two'))
      .client('\t')
      .client('\xc3\xa9')
      .client('GET /\xc2\x80\xe2\x80\xae HTTP/1.1\r\n\r\n'),
  frames_waited_for: () => {
    const conversation = new Conversation()
      .open()
      .client('GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      .server(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      );
    for (const size of [1, 2, 3, 4])
      conversation
        .server('\x81\x03abc\x81\x05hello'.slice(0, 5 + size))
        .server('hello'.slice(Math.max(size - 2, 0)) + '\x8a\x00');
    return conversation
      .server('\x81\x7f\x00\x00\x01\x00\x00\x00\x00\x02ab')
      .server('\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xffab');
  },
  late_bytes: () => {
    const text = answer('0123456789'.repeat(50));
    const far = { us: 30000 };
    return new Conversation()
      .open()
      .client(GET + GET)
      .server(text.slice(0, 100))
      .server({ data: text.slice(100, 200), isLost: true })
      .server(text.slice(200, 300))
      .server({ data: text.slice(200, 300), seq: 201, us: 20 })
      .server(text.slice(300) + answer('next'))
      .client({ ack: 101 })
      .client({ ack: 101 })
      .client({ ack: 101 })
      .server({ data: text.slice(100, 200), seq: 101 })
      .server({ data: text.slice(200, 300), seq: 201, us: 20 })
      .client({ flags: 'R', win: 0 })
      .server({ data: text.slice(300, 350), seq: 301, ...far });
  },
  late_chunks: () => {
    const body = chunked('5\r\nabcde\r\n');
    return new Conversation()
      .open()
      .client(GET)
      .server(body)
      .server({ data: '5\r\nfghij\r\n', isLost: true })
      .server('5\r\nklmno\r\n')
      .server({ data: '5\r\nfghij\r\n', seq: body.length + 1, us: 20 })
      .server('0\r\n\r\n');
  },
  two_answers: () =>
    new Conversation()
      .open()
      .client(GET + GET + GET + GET)
      .server(answer('one') + answer('two', 'text/html'))
      .server(answer('three') + 'HTTP/1.1 200')
      .server(' OK\r\nContent-Length: 10\r\n\r\n01234')
      .server('56789' + answer('four') + answer('0123456789').slice(0, -3))
      .server('789' + chunked('3\r\nabc\r\n'))
      .server('0\r\n\r\n' + chunked('0\r\n\r\n')),
  answer_and_part: () =>
    new Conversation()
      .open()
      .client(GET + GET)
      .server(answer('one') + answer('0123456789').slice(0, -3))
      .server('789'),
  answer_and_first_line: () =>
    new Conversation()
      .open()
      .client(GET + GET.slice(0, 20))
      .client(GET.slice(20))
      .server(answer('one') + 'HTTP/1.1 200 OK\r\nContent-Le')
      .server('ngth: 3\r\n\r\nabc'),
  repeated: () =>
    new Conversation()
      .open()
      .client(GET)
      .client({ data: GET, seq: 1, us: 250000 })
      .server({})
      .client({ data: GET, seq: 1, us: 250000 })
      .server(answer('one'))
      .server({ data: answer('one'), seq: 1, us: 50 })
      .client({})
      .server({ data: answer('one'), seq: 1, us: 50 })
      .client({})
      .client({ flags: 'FA' })
      .client({ flags: 'FA', seq: GET.length + 1, us: 300000 })
      .server({ flags: 'FA' })
      .client({}),
  out_of_order: () => {
    const text = answer('0123456789'.repeat(10));
    return new Conversation()
      .open()
      .client(GET)
      .server(text.slice(0, 90))
      .server({ data: text.slice(120), seq: 121 })
      .client({ ack: 91, options: sack(5121, 5163) })
      .server({ data: text.slice(90, 120), seq: 91 })
      .client({});
  },
  fast_retransmission: () => {
    const text = answer('0123456789'.repeat(50));
    const late = { ack: 101, options: sack(5201, 5301) };
    return new Conversation()
      .open()
      .client(GET)
      .server(text.slice(0, 100))
      .client({})
      .server({ data: text.slice(100, 200), isLost: true })
      .server(text.slice(200, 300))
      .client(late)
      .server(text.slice(300, 400))
      .client(late)
      .server(text.slice(400, 500))
      .client(late)
      .server({ data: text.slice(100, 200), seq: 101, us: 5000 })
      .client({})
      .server(text.slice(500));
  },
  filled_by_the_last: () => {
    const text = answer('0123456789'.repeat(50));
    const late = { ack: 101, options: sack(5201, 5301) };
    return new Conversation()
      .open()
      .client(GET)
      .server(text.slice(0, 100))
      .client({})
      .server({ data: text.slice(100, 200), isLost: true })
      .server(text.slice(200, 300))
      .client(late)
      .server(text.slice(300, 400))
      .client(late)
      .server(text.slice(400))
      .client(late)
      .server({ data: text.slice(100, 200), seq: 101, us: 5000 })
      .client({})
      .client(GET)
      .server(answer('next'));
  },
  out_of_order_soon: () => {
    const text = answer('0123456789'.repeat(50));
    return new Conversation()
      .open()
      .client(GET)
      .server(text.slice(0, 100))
      .server({ data: text.slice(200, 300), seq: 201 })
      .server({ data: text.slice(100, 200), seq: 101, us: 20 })
      .server({ data: text.slice(300), seq: 301 })
      .client({});
  },
  out_of_order_at_end: () => {
    const text = answer('0123456789'.repeat(50));
    return new Conversation()
      .open()
      .client(GET)
      .server(text.slice(0, 100))
      .server({ data: text.slice(200), seq: 201 })
      .server({ data: text.slice(100, 200), seq: 101, us: 20 })
      .client({})
      .client(GET)
      .server(answer('next'));
  },
  retransmission_in_body: () => {
    const text = answer('0123456789'.repeat(50));
    return new Conversation()
      .open()
      .client(GET)
      .server(text.slice(0, 100))
      .server({ data: text.slice(200, 300), seq: 201 })
      .server({ data: text.slice(100, 200), seq: 101, us: 300000 })
      .server({ data: text.slice(300), seq: 301 })
      .client({})
      .client(GET)
      .server(answer('next'));
  },
  acked_unseen: () => {
    const text = answer('0123456789'.repeat(500));
    const conversation = new Conversation().open().client(GET);
    const lost = (from) =>
      conversation.server({ data: text.slice(from, from + 100), isLost: true });
    const seen = (from) => conversation.server(text.slice(from, from + 100)).client({});
    seen(0);
    seen(100);
    lost(200).client({});
    seen(300);
    seen(400);
    lost(500).client({});
    seen(600);
    lost(700).client({});
    seen(800);
    seen(900);
    seen(1000);
    conversation.server(text.slice(1100, 1200)).server(text.slice(1200, 1300)).client({});
    lost(1300).client({});
    seen(1400);
    lost(1500);
    lost(1600).client({});
    lost(1700).client({});
    seen(1800);
    return conversation;
  },
  swapped_answers: () =>
    new Conversation()
      .open()
      .client(GET + GET)
      .server({ data: answer('two!'), seq: 66 })
      .server({ data: answer('one'), seq: 1, us: 20 })
      .client({})
      .client(GET)
      .server(answer('three')),
  hole_in_body: () => {
    const text = answer('0123456789'.repeat(50));
    return new Conversation()
      .open()
      .client(GET)
      .server(text.slice(0, 100))
      .server({ data: text.slice(100, 200), isLost: true })
      .server(text.slice(200, 300))
      .client({})
      .server(text.slice(300))
      .client({})
      .client(GET)
      .server(answer('next'));
  },
  hole_at_head: () => {
    const text = answer('0123456789'.repeat(50));
    return new Conversation()
      .open()
      .client(GET)
      .server({ data: text.slice(0, 100), isLost: true })
      .server(text.slice(100, 200))
      .client({})
      .server(text.slice(200))
      .client({})
      .client(GET)
      .server(answer('next'));
  },
  hole_in_chunks: () =>
    new Conversation()
      .open()
      .client(GET)
      .server(chunked('5\r\nabcde\r\n'))
      .server({ data: '5\r\nfghij\r\n', isLost: true })
      .server('5\r\nklmno\r\n')
      .server('0\r\n\r\n')
      .client(GET)
      .server(answer('next')),
  begins_in_the_middle: () =>
    new Conversation()
      .restart(70000)
      .server({ data: '9876543210', seq: 500, ack: 100 })
      .client({ seq: 100 })
      .client({ data: GET, seq: 100 })
      .server(answer('one'))
      .client({})
      .client({ flags: 'FA' })
      .server({ flags: 'FA' })
      .client({}),
  begins_with_a_request: () =>
    new Conversation()
      .restart(70000)
      .client({ data: GET, seq: 100, ack: 500 })
      .server({ data: answer('one'), seq: 500 }),
  no_scale: () =>
    new Conversation()
      .open(-1)
      .client(GET)
      .server({ win: 0 })
      .server({ win: 600 })
      .server(answer('one'))
      .client({ win: 400 }),
  big_scale: () => new Conversation().open(14).client(GET).server(answer('one')),
  ports_reused: () =>
    new Conversation()
      .open()
      .client(GET)
      .server(answer('one'))
      .client({ flags: 'FA' })
      .server({ flags: 'FA' })
      .client({})
      .restart(900000)
      .open()
      .client(GET)
      .server(answer('one')),
  handshake_repeated: () =>
    new Conversation()
      .client({ flags: 'S', win: 65495 })
      .client({ flags: 'S', win: 65495, seq: 0, us: 1000000 })
      .server({ flags: 'SA' })
      .server({ flags: 'SA', seq: 0, us: 1000 })
      .client({ flags: 'A' })
      .client({ flags: 'A' }),
  refused: () => new Conversation().client({ flags: 'S' }).server({ flags: 'RA', win: 0 }),
  reset: () =>
    new Conversation()
      .open()
      .client(GET)
      .server({ flags: 'R', win: 0 })
      .client({ flags: 'FA' })
      .server({ flags: 'R', seq: 1, win: 0 }),
  flags: () =>
    new Conversation()
      .open()
      .client({ flags: 'UPA', data: 'urgent' })
      .client({ flags: 'FPA', data: 'end' })
      .server({ flags: 'ECA' })
      .server({ flags: 'NA' })
      .server({ flags: '' })
      .server({ flags: 'FSRPAUECN' })
      .server({ flags: 'FSA' }),
  keep_alive: () =>
    new Conversation()
      .open()
      .client(GET)
      .server(answer('one'))
      .client({})
      .client({ seq: 27, us: 9000000 })
      .server({})
      .client({ seq: 27, data: 'x', us: 9000000 })
      .server({})
      .client({ seq: 27, us: 9000000 })
      .server({ win: 500 }),
  windows: () =>
    new Conversation()
      .open()
      .client({ data: GET, win: 2 })
      .server({ data: 'x'.repeat(256) })
      .client({ win: 0 })
      .server({ data: 'y' })
      .client({ win: 0, ack: 257 })
      .server({ data: 'y', seq: 257 })
      .client({ win: 0, ack: 257 })
      .client({ win: 10, ack: 257 })
      .client({ win: 10, ack: 257 })
      .client({ win: 12, ack: 257 })
      .server({ data: 'z'.repeat(100), seq: 257 })
      .client({ win: 0 }),
  fin_with_data: () =>
    new Conversation()
      .open()
      .client({ data: GET, flags: 'FPA' })
      .server({ data: answer('one'), flags: 'FPA' })
      .client({}),
  until_fin: () =>
    new Conversation()
      .open()
      .client(GET)
      .server('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nabc')
      .client({})
      .server({ data: 'def', flags: 'FPA' })
      .client({ flags: 'FA' })
      .server({}),
  until_reset: () =>
    new Conversation()
      .open()
      .client(GET)
      .server('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nabc')
      .client({})
      .server({ flags: 'RA' }),
  garbage_after_http: () =>
    new Conversation()
      .open()
      .client(GET)
      .server(answer('one'))
      .client('garbage\r\n\r\n')
      .client('no line')
      .client(' end\r\n')
      .client('\r\n\r\n')
      .client(GET)
      .client('\r\n' + GET)
      .client('BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n')
      .server('\x00\x01\x02\x03\x04\r\n\r\nabc')
      .server(answer('two')),
  words: () =>
    new Conversation()
      .open()
      .client('GET /\xc3\xa9 HTTP/1.1\r\n\r\n')
      .client('GET /\xff\x01\x7f\t\x1b HTTP/1.1\r\n\r\n')
      .client(`GET /${'long'.repeat(300)} HTTP/1.1\r\n\r\n`)
      .client(`GET /${'long'.repeat(1300)} HTTP/1.1\r\n\r\n`)
      .client('GET /"quoted\\" HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 \xe4\xbd\xa0\r\nContent-Length: 0\r\n\r\n')
      .server('HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n')
      .server('HTTP/1.1 abc\r\nContent-Length: 0\r\n\r\n')
      .server('HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/<b>\r\n\r\nabc'),
  methods: () => {
    const conversation = new Conversation().open();
    const words = [
      'GET',
      'PUT',
      'DELETE',
      'PATCH',
      'TRACE',
      'CONNECT',
      'PROPFIND',
      'get',
      'LINK',
      'QUERY',
      'NOTIFY',
      'GETX',
      'PRI',
    ];
    for (const word of words) conversation.client(`${word} /a HTTP/1.1\r\nHost: x\r\n\r\n`);
    return conversation.client('GET /a\r\n\r\n').client('GET\r\n\r\n');
  },
  frames: () => {
    const conversation = new Conversation()
      .open()
      .client('GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      .server(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x02hi',
      );
    for (const bytes of [
      '\x81\x00',
      '\x82\x01a',
      '\x01\x01a',
      '\x00\x01a',
      '\x80\x01a',
      '\x83\x01a',
      '\x8b\x01a',
      '\xc1\x03abc',
      '\x88\x00',
      '\x88\x02\x03\xe8',
      '\x89\x00\x8a\x00',
      '\x81\x7e\x00\x80' + 'a'.repeat(128),
      '\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x02ab',
    ])
      conversation.server(bytes);
    return conversation.client('\x81\x82abcdef').client('\x81').client('\x82abcd').client('ef');
  },
  types: () => {
    const conversation = new Conversation().open();
    const types = [
      'image/jpeg',
      'image/png',
      'image/gif',
      'image/webp',
      'image/svg+xml',
      'image/x-icon',
      'application/octet-stream',
      'application/xml',
      'text/xml',
      'application/xhtml+xml',
      'application/rss+xml',
      'text/javascript; charset=utf-8',
      'TEXT/HTML',
      'application/wasm',
      'font/woff2',
      'video/mp4',
      'application/pdf',
      'multipart/byteranges; boundary=x',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
      'application/manifest+json',
      'application/ld+json',
      'text/event-stream',
      'text/plain;charset=utf-8',
      'application/zip',
      'audio/mpeg',
      'text/markdown',
      'nonsense',
      '',
    ];
    for (const type of types) conversation.client(GET).server(answer('some bytes', type));
    return conversation;
  },
  bodies: () => {
    const conversation = new Conversation().open();
    const jpeg = '\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9';
    const rows = [
      ['image/png', PNG.toString('latin1')],
      ['image/gif', GIF.toString('latin1')],
      ['image/jpeg', jpeg],
      ['image/jpeg', '\xff\xd8\xff\xd9'],
      ['image/jpeg', jpeg.slice(2)],
      ['application/json', '{"a":1}'],
      ['application/json', 'no'],
      ['image/svg+xml', '<svg/>'],
      ['text/html', ''],
      ['image/jpeg', ''],
    ];
    for (const [type, body] of rows) conversation.client(GET).server(answer(body, type));
    return conversation;
  },
};
