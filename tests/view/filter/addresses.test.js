import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readIpv4, readIpv6, readNetwork } from '../../../view/filter/addresses.js';

test('addresses of IPv4', () => {
  assert.equal(readIpv4('127.0.0.1'), 0x7f000001n);
  assert.equal(readIpv4('255.255.255.255'), 0xffffffffn);
  for (const wrong of ['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '1.2.3.x', '1..2.3', '-1.2.3.4'])
    assert.equal(readIpv4(wrong), null, wrong);
});

test('addresses of IPv6', () => {
  assert.equal(readIpv6('::'), 0n);
  assert.equal(readIpv6('::1'), 1n);
  assert.equal(readIpv6('1::'), 1n << 112n);
  assert.equal(readIpv6('fe80::1:2'), (0xfe80n << 112n) | 0x10002n);
  assert.equal(readIpv6('1:2:3:4:5:6:7:8'), 0x00010002000300040005000600070008n);
  for (const wrong of [
    '',
    ':',
    '1',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    'g::',
    '12345::',
  ])
    assert.equal(readIpv6(wrong), null, wrong);
});

test('networks', () => {
  assert.deepEqual(readNetwork('10.0.0.0/8', 'ipv4'), { value: 0x0a000000n, shift: 24n });
  assert.deepEqual(readNetwork('::1', 'ipv6'), { value: 1n, shift: 0n });
  for (const wrong of ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1'])
    assert.equal(readNetwork(wrong, 'ipv4'), null, wrong);
});
