/**
 * resegment: the bytes of a captured connection in packets of other sizes, so that messages are cut at
 * many places.
 */

import { Conversation, block } from './craft.js';

const PACKET = 6;
const SECRETS = 10;

/** @param {Buffer} file of one section in the byte order of this machine */
function* blocks(file) {
  for (let at = 0; at + 12 <= file.length; at += file.readUInt32LE(at + 4)) {
    const length = file.readUInt32LE(at + 4);
    yield { type: file.readUInt32LE(at), body: file.subarray(at + 8, at + length - 4) };
  }
}

/** The data of a TCP packet over Ethernet and IPv4. */
function readPacket(/** @type {Buffer} */ body) {
  const ip = body.subarray(20 + 14, 20 + body.readUInt32LE(12));
  const tcp = ip.subarray((ip[0] & 15) * 4, ip.readUInt16BE(2));
  return {
    from: tcp.readUInt16BE(0),
    to: tcp.readUInt16BE(2),
    data: tcp.subarray((tcp[12] >> 4) * 4),
  };
}

/** What the first connection of the file says, in turns: who speaks, and all bytes until the other does. */
function readTurns(/** @type {Buffer} */ file) {
  /** @type {{side: 'client' | 'server', data: Buffer}[]} */
  const turns = [];
  /** @type {{from: number, to: number}} */
  let first;
  for (const { type, body } of blocks(file)) {
    if (type !== PACKET) continue;
    const { from, to, data } = readPacket(body);
    first ??= { from, to };
    if (from !== first.from && to !== first.from) continue;
    const side = from === first.from ? 'client' : 'server';
    if (turns.at(-1)?.side === side) turns.at(-1).data = Buffer.concat([turns.at(-1).data, data]);
    else turns.push({ side, data: Buffer.from(data) });
  }
  return turns;
}

/**
 * A capture of the first connection of file, in packets of 1 to most bytes. The same seed gives the same sizes.
 *
 * @param {Buffer} file
 * @param {number} most
 * @param {number} seed
 */
export function resegment(file, most, seed) {
  const conversation = new Conversation().open();
  let state = seed;
  const next = () => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) >> 8;
  for (const { side, data } of readTurns(file)) {
    for (let at = 0; at < data.length;) {
      const size = 1 + (next() % most);
      conversation[side](data.subarray(at, at + size));
      at += size;
    }
  }
  const secrets = [...blocks(file)].filter(({ type }) => type === SECRETS);
  return conversation.bytes(secrets.map(({ type, body }) => block(type, body)));
}
