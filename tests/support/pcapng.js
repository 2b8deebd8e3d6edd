/**
 * pcapng: reads a capture file as far as tests need it: its blocks, and the TCP packets in them. It accepts
 * only whole blocks, so a file that was cut off is an error.
 */

import assert from 'node:assert/strict';

export const SECTION = 0x0a0d0d0a;
export const INTERFACE = 1;
export const STATISTICS = 5;
export const PACKET = 6;

/** @typedef {{type: number, body: Buffer}} Block */

/**
 * @param {Buffer} file
 * @returns {Block[]}
 */
export function blocksOf(file) {
  const blocks = [];
  for (let at = 0; at < file.length;) {
    assert.ok(file.length - at >= 12, `${file.length - at} bytes are left behind the last block`);
    const type = file.readUInt32LE(at);
    const length = file.readUInt32LE(at + 4);
    assert.ok(length >= 12 && at + length <= file.length, `a block of ${length} bytes is cut off`);
    assert.equal(file.readUInt32LE(at + length - 4), length);
    blocks.push({ type, body: file.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

/**
 * The TCP packets, of Ethernet or Linux cooked links.
 *
 * @param {Buffer} file
 */
export function packetsOf(file) {
  const links = [];
  const packets = [];
  for (const { type, body } of blocksOf(file)) {
    if (type === INTERFACE) links.push(body.readUInt16LE(0));
    if (type !== PACKET) continue;
    const bytes = body.subarray(20, 20 + body.readUInt32LE(12));
    const ip = bytes.subarray(links[body.readUInt32LE(0)] === 113 ? 16 : 14);
    const isV4 = ip[0] >> 4 === 4;
    const tcp = ip.subarray(isV4 ? (ip[0] & 15) * 4 : 40);
    const end = isV4 ? ip.readUInt16BE(2) : 40 + ip.readUInt16BE(4);
    packets.push({
      source: isV4 ? ip.subarray(12, 16).join('.') : ip.subarray(8, 24).toString('hex'),
      ports: [tcp.readUInt16BE(0), tcp.readUInt16BE(2)],
      flags: 'FSRPA'.replace(/./g, (flag, i) => (tcp[13] & (1 << i) ? flag : '')),
      text: ip.subarray(ip.length - tcp.length + (tcp[12] >> 4) * 4, end).toString('latin1'),
    });
  }
  return packets;
}
