/**
 * craft: makes captures packet by packet, for what real traffic shows rarely: holes, repeated and
 * reordered packets, wrong bytes.
 */

const FLAGS = { F: 1, S: 2, R: 4, P: 8, A: 16, U: 32, E: 64, C: 128, N: 256 };
const PORTS = { client: 54321, server: 9000 };

/** @param {number} type @param {Buffer} body */
export function block(type, body) {
  const padding = Buffer.alloc(-body.length & 3);
  const length = body.length + padding.length + 12;
  const head = Buffer.alloc(8);
  const tail = Buffer.alloc(4);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  tail.writeUInt32LE(length, 0);
  return Buffer.concat([head, body, padding, tail]);
}

/** What a pcapng file begins with: a section, and an interface of Ethernet with times in nanoseconds. */
function fileHead() {
  const section = Buffer.from('4d3c2b1a01000000ffffffffffffffff', 'hex');
  const device = Buffer.from('0100000000000400090001000900000000000000', 'hex');
  return Buffer.concat([block(0x0a0d0d0a, section), block(1, device)]);
}

/**
 * @typedef {object} Segment
 * @property {string} [flags] letters of FLAGS
 * @property {string | Buffer} [data]
 * @property {number} [seq] relative; else what comes next
 * @property {number} [ack] relative; else all that the other side has sent
 * @property {number} [win] as it stands in the header
 * @property {Buffer} [options]
 * @property {number} [us] microseconds since the packet before; else 100
 * @property {boolean} [isLost] it was sent, but is not in the capture
 */

/** One TCP connection between two addresses of the loopback. */
export class Conversation {
  #us = 0;
  /** @type {Buffer[]} */
  #blocks = [fileHead()];
  #isns = { client: 1000, server: 5000 };
  #next = { client: 0, server: 0 };
  #ports;

  /** @param {{client: number, server: number}} [ports] */
  constructor(ports = PORTS) {
    this.#ports = ports;
  }

  /** Begins again with the same ports and other numbers. */
  restart(isn) {
    this.#isns = { client: isn, server: isn + 4000 };
    this.#next = { client: 0, server: 0 };
    return this;
  }

  /** The three packets of the handshake. scale: of both windows; below 0 none. */
  open(scale = 7) {
    const shift = scale.toString(16).padStart(2, '0');
    const options = Buffer.from(scale < 0 ? '0204ffd7' : `0204ffd7010303${shift}01010402`, 'hex');
    this.client({ flags: 'S', win: 65495, options });
    this.server({ flags: 'SA', win: 65483, options });
    return this.client({ flags: 'A' });
  }

  /** @param {Segment | string | Buffer} segment */
  client(segment) {
    return this.#add('client', 'server', segment);
  }

  /** @param {Segment | string | Buffer} segment */
  server(segment) {
    return this.#add('server', 'client', segment);
  }

  /** The file. @param {Buffer[]} [secrets] blocks that stand before the packets */
  bytes(secrets = []) {
    return Buffer.concat([this.#blocks[0], ...secrets, ...this.#blocks.slice(1)]);
  }

  #add(from, to, segment) {
    const given =
      typeof segment === 'string' || Buffer.isBuffer(segment) ? { data: segment } : segment;
    const data = Buffer.from(given.data ?? '', 'latin1');
    const flags = given.flags ?? (data.length ? 'PA' : 'A');
    const seq = given.seq ?? this.#next[from];
    const head = Buffer.alloc(20);
    const options = given.options ?? Buffer.alloc(0);
    head.writeUInt16BE(this.#ports[from], 0);
    head.writeUInt16BE(this.#ports[to], 2);
    head.writeUInt32BE((this.#isns[from] + seq) >>> 0, 4);
    const ack = given.ack ?? this.#next[to];
    if (flags.includes('A')) head.writeUInt32BE((this.#isns[to] + ack) >>> 0, 8);
    const bits = [...flags].reduce((sum, letter) => sum | FLAGS[letter], 0);
    head.writeUInt16BE((((20 + options.length) / 4) << 12) | bits, 12);
    head.writeUInt16BE(given.win ?? 512, 14);
    if (flags.includes('U')) head.writeUInt16BE(3, 18);
    this.#us += given.us ?? 100;
    const size = data.length + (/[SF]/.test(flags) ? 1 : 0);
    this.#next[from] = Math.max(this.#next[from], seq + size);
    if (!given.isLost) this.#write(Buffer.concat([head, options, data]));
    return this;
  }

  #write(tcp) {
    const ip = Buffer.from('450000000001400040060000' + '7f0000017f000001', 'hex');
    ip.writeUInt16BE(20 + tcp.length, 2);
    const packet = Buffer.concat([Buffer.from('0000000000000000000000000800', 'hex'), ip, tcp]);
    const head = Buffer.alloc(20);
    const ns = 1_700_000_000_000_000_000n + BigInt(this.#us) * 1000n;
    head.writeUInt32LE(Number(ns >> 32n), 4);
    head.writeUInt32LE(Number(ns & 0xffffffffn), 8);
    head.writeUInt32LE(packet.length, 12);
    head.writeUInt32LE(packet.length, 16);
    this.#blocks.push(block(6, Buffer.concat([head, packet])));
  }
}
