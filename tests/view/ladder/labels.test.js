import assert from 'node:assert/strict';
import { test } from 'node:test';

import { arrowLabel, flagNames, silenceLabel, stepLabel } from '../../../view/ladder/labels.js';

const row = (more) => ({
  n: 1,
  t: '0',
  src: '',
  dst: '',
  proto: '',
  len: 66,
  info: '',
  flags: 16,
  ...more,
});

test('what an arrow says', () => {
  const table = [
    [{}, ''],
    [{ flags: 2 }, 'SYN'],
    [{ flags: 18 }, 'SYN, ACK'],
    [{ flags: 17 }, 'FIN, ACK'],
    [{ flags: 20 }, 'RST, ACK'],
    [{ flags: 25, plen: 0 }, 'FIN, ACK'],
    [
      { http: true, method: 'GET', uri: '/logo.jpg', info: 'GET /logo.jpg HTTP/1.1 ' },
      'GET /logo.jpg',
    ],
    [{ http: true, code: 200, info: 'HTTP/1.1 200 OK  (text/html)' }, '200 OK (text/html)'],
    [
      { http: true, code: 101, info: 'HTTP/1.1 101 Switching Protocols ' },
      '101 Switching Protocols',
    ],
    [
      { http: true, code: 200, info: 'HTTP/1.1 200 OK  (JPEG JFIF image)', of: 4, piece: 4 },
      '200 OK (JPEG JFIF image) · last of 4',
    ],
    [{ ws: true, info: 'WebSocket Text [FIN] [MASKED]' }, 'Text frame'],
    [{ ws: true, info: 'WebSocket Connection Close [FIN]' }, 'Connection Close frame'],
    [{ tls: true, info: 'Client Hello' }, 'Client Hello'],
    [{ plen: 32768, of: 4, piece: 2, flags: 24 }, '32768 bytes · 2 of 4'],
    [{ plen: 10, flags: 24 }, '10 bytes'],
    [{ note: 'bad', info: '[TCP Retransmission] 1 → 2 [PSH, ACK]' }, 'TCP Retransmission'],
    [{ note: 'reset', flags: 4, info: '1 → 2 [RST] Seq=1' }, 'RST'],
  ];
  for (const [more, expected] of table)
    assert.equal(arrowLabel(row(more)), expected, JSON.stringify(more));
});

test('flags, steps and silences', () => {
  assert.equal(flagNames(0), '');
  assert.equal(flagNames(31), 'SYN, FIN, RST, PSH, ACK');
  assert.equal(stepLabel('handshake 2'), 'handshake 2/3');
  assert.equal(stepLabel('teardown 4'), 'teardown 4/4');
  assert.equal(stepLabel(''), '');
  assert.equal(stepLabel(undefined), '');
  assert.equal(silenceLabel(3.04), '3.0 s');
  assert.equal(silenceLabel(59.96), '60.0 s');
  assert.equal(silenceLabel(61.5), '1 min 1 s');
  assert.equal(silenceLabel(179.9), '2 min 59 s');
});
