/**
 * tshark_rows: the rows of a capture as the page gets them, and what a filter finds in it, from tshark.
 */

import { execFileSync } from 'node:child_process';

const FIELDS = {
  n: 'frame.number',
  t: 'frame.time_relative',
  src: '_ws.col.Source',
  dst: '_ws.col.Destination',
  proto: '_ws.col.Protocol',
  len: 'frame.len',
  info: '_ws.col.Info',
  stream: 'tcp.stream',
  v: 'ip.version',
  sport: 'tcp.srcport',
  dport: 'tcp.dstport',
  flags: 'tcp.flags',
  seq: 'tcp.seq',
  ack: 'tcp.ack',
  win: 'tcp.window_size',
  plen: 'tcp.len',
  protocols: 'frame.protocols',
  method: 'http.request.method',
  uri: 'http.request.uri',
  code: 'http.response.code',
};

const NUMBERS = ['n', 'len', 'stream', 'sport', 'dport', 'seq', 'ack', 'win', 'plen'];

export const tshark = (...args) =>
  execFileSync('tshark', args, { encoding: 'utf8', maxBuffer: 1 << 28, stdio: 'pipe' });

/** @param {string} file @param {number} port */
export function readRows(file, port) {
  const columns = Object.values(FIELDS).flatMap((field) => ['-e', field]);
  const lines = tshark('-r', file, '-T', 'fields', '-E', 'separator=/t', ...columns).split('\n');
  return lines.filter(Boolean).map((line) => {
    const values = line.split('\t');
    /** @type {any} */
    const row = Object.fromEntries(Object.keys(FIELDS).map((key, i) => [key, values[i]]));
    for (const key of NUMBERS) row[key] = Number(row[key] || 0);
    const { protocols } = row;
    delete row.protocols;
    row.v = protocols.includes(':ipv6') ? 6 : 4;
    row.flags = Number(row.flags);
    row.side = row.dport === port ? 0 : 1;
    row.code = Number(row.code || 0);
    row.info = row.info.replace(/\\"/g, '"');
    row.ws = protocols.includes(':websocket');
    // After the upgrade tshark names both, and means WebSocket alone.
    row.http = protocols.includes(':http') && !row.ws;
    return row;
  });
}

/**
 * The numbers of the packets that a filter finds; null when tshark refuses it.
 *
 * @param {string} file
 * @param {string} filter
 */
export function find(file, filter) {
  try {
    const found = tshark('-r', file, '-Y', filter, '-T', 'fields', '-e', 'frame.number');
    return found.split('\n').filter(Boolean).map(Number);
  } catch {
    return null;
  }
}
