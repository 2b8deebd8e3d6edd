/**
 * fields: what tshark says of each packet, field by field, as a table of texts. It is kept beside a capture,
 * so that tests can compare figures where there is no tshark:
 *
 *   node tests/wire/fields.js tests/wire/fixtures/chromium.pcapng > tests/wire/fixtures/chromium.fields.tsv
 */

import { fileURLToPath } from 'node:url';
import { execute } from './capture.js';

const FIELDS = [
  'frame.number',
  'frame.time_relative',
  'frame.len',
  'ip.src',
  'ip.dst',
  'tcp.stream',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'tcp.seq',
  'tcp.seq_raw',
  'tcp.ack',
  'tcp.ack_raw',
  'tcp.hdr_len',
  'tcp.window_size_value',
  'tcp.window_size',
  'tcp.len',
  'tcp.options.mss_val',
  'tcp.options.wscale.shift',
  'tcp.options.sack_perm',
  'tcp.options.timestamp.tsval',
  'tcp.options.timestamp.tsecr',
  'tcp.segment',
  'tcp.reassembled.length',
  'http.request.method',
  'http.request.uri',
  'http.request.version',
  'http.request.line',
  'http.response.version',
  'http.response.code',
  'http.response.phrase',
  'http.response.line',
  'http.content_type',
  'http.file_data',
  'websocket.opcode',
  'websocket.fin',
  'websocket.mask',
  'websocket.payload_length',
  'websocket.payload.text',
];

/** Fields that are too long to be kept: only whether they are there. */
const LONG = new Set(['http.file_data']);

/**
 * The packets of a table, each as an object: field name to text, '' where the packet has no such field.
 *
 * @param {string} table
 * @returns {Record<string, string>[]}
 */
export function readFields(table) {
  const [head, ...rows] = table.replace(/\n$/, '').split('\n');
  const names = head.split('\t');
  return rows.map((row) => {
    const cells = row.split('\t');
    return Object.fromEntries(names.map((name, i) => [name, cells[i]]));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = execute('tshark', [
    ...['-n', '-r', process.argv[2], '-T', 'fields', '-E', 'separator=/t'],
    ...['-E', 'aggregator=|', ...FIELDS.flatMap((name) => ['-e', name])],
  ]);
  const short = (/** @type {string} */ cell, /** @type {number} */ i) =>
    LONG.has(FIELDS[i]) && cell ? '1' : cell;
  const rows = text.replace(/\n$/, '').split('\n');
  console.log(FIELDS.join('\t'));
  for (const row of rows) console.log(row.split('\t').map(short).join('\t'));
}
