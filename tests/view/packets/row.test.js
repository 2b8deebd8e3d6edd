import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clientPort, rowClass, streamClass } from '../../../view/packets/row.js';

const row = (more) => ({
  n: 1,
  t: '0',
  src: '',
  dst: '',
  proto: '',
  len: 60,
  info: '',
  side: 0,
  ...more,
});

test('the first rule that fits gives a row its colour', () => {
  const table = [
    [{ flags: 16 }, 'tcp'],
    [{ flags: 2 }, 'edge'],
    [{ flags: 17 }, 'edge'],
    [{ flags: 4 }, 'reset'],
    [{ note: 'reset', flags: 16 }, 'reset'],
    [{ note: 'bad', flags: 4, http: true }, 'bad'],
    [{ http: true, flags: 25 }, 'http'],
    [{ ws: true, flags: 24 }, 'ws'],
    [{ tls: true, flags: 24 }, 'tls'],
    [{ tls: true, http: true }, 'http'],
    [{ side: -1 }, 'other'],
  ];
  for (const [more, expected] of table)
    assert.equal(rowClass(row(more)), expected, JSON.stringify(more));
});

test('a connection has a colour and the port of the browser', () => {
  assert.equal(streamClass(row({})), 'stream-0');
  assert.equal(streamClass(row({ stream: 11 })), 'stream-3');
  assert.equal(clientPort(row({ sport: 5, dport: 9000 })), 5);
  assert.equal(clientPort(row({ side: 1, sport: 9000, dport: 5 })), 5);
});
