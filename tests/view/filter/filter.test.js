import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';

import { FIELDS } from '../../../view/filter/fields.js';
import { compileFilter, suggestFields } from '../../../view/filter/filter.js';
import { visit } from '../server.js';

/** @typedef {typeof visit} Recorded */

/** @type {Pick<Recorded, 'rows' | 'filters'>} */
const sets = JSON.parse(fs.readFileSync(new URL('../filters.json', import.meta.url), 'utf8'));

/**
 * The numbers of the recorded packets that a filter finds; null when it is refused.
 *
 * @param {Recorded['rows']} rows
 * @param {string} text
 */
function find(rows, text) {
  const filter = compileFilter(text);
  if ('error' in filter) return null;
  return rows.filter((row) => filter.test(row)).map(({ n }) => n);
}

test('each filter finds what tshark finds, or is refused as by tshark', () => {
  for (const { rows, filters } of [visit, sets]) {
    assert.ok(filters.length > 100);
    for (const [text, numbers] of filters) assert.deepEqual(find(rows, text), numbers, text);
  }
});

test('rows of IPv6 and of TLS', () => {
  const row = { ...visit.rows[0], v: 6, src: '::1', dst: 'fe80::2', tls: true };
  const rows = [
    ['ipv6', true],
    ['ip', false],
    ['tls', true],
    ['ipv6.addr == ::1', true],
    ['ipv6.addr == 0:0:0:0:0:0:0:1', true],
    ['ipv6.src == ::1 and ipv6.dst == fe80::/10', true],
    ['ipv6.addr != ::1', false],
    ['ipv6.dst > ::1', true],
    ['ip.addr == 127.0.0.1', false],
    ['!(ip.addr == 127.0.0.1)', true],
  ];
  for (const [text, expected] of rows) {
    const filter = compileFilter(String(text));
    assert.ok('test' in filter, `${text}`);
    assert.equal(filter.test(row), expected, `${text}`);
  }
});

test('what is wrong is said in words', () => {
  const rows = {
    'http.request.metod == "GET"':
      'http.request.metod is not a field that this page knows. Do you mean http.request.method?',
    'method == "GET"':
      'method is not a field that this page knows. Do you mean http.request.method?',
    HTTP: 'HTTP is not a field that this page knows. Do you mean http?',
    'dns.qry.name': 'dns.qry.name is not a field that this page knows. The help (?) lists all.',
    'tcp.port == http': 'tcp.port is compared with a whole number, not with http.',
    'tcp.port == "9000"': 'tcp.port is compared with a whole number, not with "9000".',
    'tcp.port == 99999': '99999 is too large: tcp.port is at most 65535.',
    'tcp.port ==': 'After == a value is missing.',
    'tcp.port = 9000': 'To compare, write == in place of =.',
    'http & websocket': 'For "and", write && in place of &.',
    'http | websocket': 'For "or", write || in place of |.',
    'http websocket': 'Before websocket, write && (and) or || (or).',
    'http and': 'The filter is not complete.',
    '== 3': 'Before == a field is missing.',
    '(http': 'The closing ) is missing.',
    'http)': 'This ) has no opening ( before it.',
    'http == 1': 'http is a protocol: write it alone, without ==.',
    'frame.number > 3 == 1': 'One comparison has one ==. Join two by && or ||.',
    'tcp.port contains 9': 'contains needs a field of text, and tcp.port is none.',
    'ip.addr == 300.1.1.1':
      'ip.addr is compared with an address, as 127.0.0.1, or a network, as 127.0.0.0/8, not with 300.1.1.1.',
    'http.request.uri == /logo.jpg':
      'http.request.uri is compared with text in quotation marks, as "/logo.jpg", not with /logo.jpg.',
    'http.request.method == "GET': 'The closing " is missing.',
    "http.request.method == 'GET'": 'Text stands between ", not between \'.',
    '"GET"': '"GET" is a value. A field has to stand before it.',
    'tcp.flags.syn == yes': 'tcp.flags.syn is compared with 1 or 0, not with yes.',
    'tcp.port in 9000': 'After in a { is missing, as {80, 443}.',
    'tcp.port in {}': 'In the set a value is missing.',
    'tcp.port in {80..}': 'In the set a value is missing.',
    'tcp.port in {80 443}': 'Between the values of a set stands a comma; } ends it.',
    'tcp.port in {70000}': '70000 is too large: tcp.port is at most 65535.',
    'http in {1}': 'http is a protocol: write it alone, without in.',
    'tcp.port matches "9"': 'matches needs a field of text, and tcp.port is none.',
    'http.request.uri matches logo': 'matches needs a pattern in quotation marks, as "logo".',
    'http.request.uri matches "("': 'The pattern is not a regular expression.',
    'http.request.uri matches "(?i)a"': '(?i is not known in a pattern here.',
    'http.request.uri matches "[[:alpha:]]"': '[[:alpha:] is not known in a pattern here.',
    'http.request.uri matches "(a+)+$"':
      'The pattern repeats a group that has a * + ? or | in it, which can take for ever.',
    [`http.request.uri matches "${'a'.repeat(201)}"`]:
      'The pattern is too long: at most 200 letters.',
    'http.request.uri matches "\\.jpg"':
      '\\. has no meaning in text. Write \\\\., or r before the text: r"\\.".',
    'http; tcp': '; has no meaning in a filter.',
    constructor: 'constructor is not a field that this page knows. The help (?) lists all.',
  };
  for (const [text, error] of Object.entries(rows)) {
    const filter = compileFilter(text);
    assert.equal('error' in filter && filter.error, error, text);
  }
});

test('a flag alone is in every packet, and a hint says so', () => {
  const hint = (text) => {
    const filter = compileFilter(text);
    return 'hint' in filter ? filter.hint : null;
  };
  assert.equal(
    hint('tcp.flags.syn && http'),
    'Every TCP packet has tcp.flags.syn. For packets where it is set, write tcp.flags.syn == 1.',
  );
  assert.equal(hint('http'), '');
});

test('fields are proposed for the word at the caret', () => {
  assert.deepEqual(suggestFields('http.req', 8), {
    from: 0,
    names: ['http.request', 'http.request.method', 'http.request.uri'],
  });
  assert.deepEqual(suggestFields('http || tcp.flags.s', 19), { from: 8, names: ['tcp.flags.syn'] });
  const none = [
    ['', 0],
    ['http == ht', 10],
    ['http.request.uri contains ht', 28],
    ['tcp.port', 3],
    ['tls', 3],
  ];
  for (const [text, caret] of none)
    assert.deepEqual(suggestFields(String(text), Number(caret)).names, [], `${text}`);
});

test('each field says what it is, and none fails on a row with nothing in it', () => {
  const row = { n: 1, t: '0', src: '', dst: '', proto: '', len: 0, info: '' };
  for (const [name, { says, values }] of Object.entries(FIELDS)) {
    assert.ok(says.length > 3, name);
    const count = values(row).length;
    assert.equal(count, name.startsWith('frame.') ? 1 : 0, name);
  }
});
