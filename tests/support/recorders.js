/**
 * recorders: back ends that record every byte that they get, and read it as strictly as they can: what is no
 * request of its own is a fault. So a test can tell what a proxy has passed on, and that there was nothing else.
 */

import { once } from 'node:events';
import net from 'node:net';
import { after } from 'node:test';
import { portOf } from './server.js';

/**
 * @typedef {object} Recorded one request, as a back end has understood it
 * @property {string} method
 * @property {string} target
 * @property {Record<string, string>} fields by name in lower case; of FastCGI: the variables
 * @property {Buffer} body
 */

/**
 * @typedef {object} Reader reads one connection
 * @property {(bytes: Buffer) => {request?: Recorded, rest: Buffer, answer?: Buffer, isLast?: boolean} | undefined} read
 *   what is at the front of bytes; undefined: more is needed. Throws when it is wrong.
 */

/** A back end that speaks what makeReader reads. It ends with the tests. */
async function record(makeReader) {
  const recorder = {
    port: 0,
    /** @type {Recorded[]} */
    requests: [],
    /** @type {string[]} what was wrong */
    faults: [],
    /** The connections on which a request has begun and is not complete. */
    unfinished: 0,
  };
  const server = net.createServer((socket) => {
    const reader = makeReader();
    let bytes = Buffer.alloc(0);
    let isInside = false;
    const settle = (inside) => {
      recorder.unfinished += Number(inside) - Number(isInside);
      isInside = inside;
    };
    socket.on('error', () => {});
    socket.on('close', () => settle(false));
    socket.on('data', (piece) => {
      bytes = Buffer.concat([bytes, piece]);
      try {
        for (let got; (got = reader.read(bytes)) !== undefined;) {
          bytes = got.rest;
          if (got.request) recorder.requests.push(got.request);
          if (got.answer) socket.write(got.answer);
          if (got.isLast) socket.end();
          if (got.request) settle(false);
          else settle(true);
        }
        settle(isInside || bytes.length > 0);
      } catch (error) {
        recorder.faults.push(`${error.message}: ${JSON.stringify(bytes.toString('latin1'))}`);
        socket.destroy();
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  after(() => server.close());
  recorder.port = portOf(server);
  return recorder;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** @returns {Record<string, string>} */
function readFields(lines) {
  /** @type {Record<string, string>} */
  const fields = {};
  for (const line of lines) {
    const [, name, value] = /^([^:]*): ([^\0-\x08\n-\x1f\x7f]*)$/.exec(line) ?? [];
    if (!name || !TOKEN.test(name)) throw new Error(`a line that is no field: ${line}`);
    const key = name.toLowerCase();
    const counts = ['host', 'content-length', 'transfer-encoding', 'connection'].includes(key);
    if (counts && key in fields) throw new Error(`${key} twice`);
    fields[key] = key in fields ? `${fields[key]}, ${value}` : value;
  }
  return fields;
}

/** The body behind a head, and what comes after it; undefined: it is not complete. */
function readBody(fields, bytes) {
  const { 'content-length': length, 'transfer-encoding': coding } = fields;
  if (length !== undefined && coding !== undefined) throw new Error('two lengths');
  if (coding === undefined) {
    if (length !== undefined && !/^[0-9]+$/.test(length)) throw new Error(`length ${length}`);
    const size = Number(length ?? 0);
    return bytes.length < size
      ? undefined
      : { body: bytes.subarray(0, size), rest: bytes.subarray(size) };
  }
  if (coding !== 'chunked') throw new Error(`coding ${coding}`);
  const pieces = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const line = bytes.toString('latin1', at, end);
    if (!/^[0-9a-fA-F]+$/.test(line)) throw new Error(`a chunk of ${line}`);
    const size = parseInt(line, 16);
    const next = end + 2 + size;
    if (bytes.length < next + 2) return undefined;
    if (bytes.toString('latin1', next, next + 2) !== '\r\n') throw new Error('no end of a chunk');
    if (size === 0) return { body: Buffer.concat(pieces), rest: bytes.subarray(next + 2) };
    pieces.push(bytes.subarray(end + 2, next));
    at = next + 2;
  }
}

function httpReader() {
  return {
    read(bytes) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
      const [, method, target] = /^(\S+) ([^\0-\x20\x7f]+) HTTP\/1\.1$/.exec(first) ?? [];
      if (!method || !TOKEN.test(method)) throw new Error(`a line that is no request: ${first}`);
      const fields = readFields(lines);
      if (!fields.host) throw new Error('no Host');
      const found = readBody(fields, bytes.subarray(end + 4));
      if (!found) return undefined;
      return {
        request: { method, target, fields, body: found.body },
        rest: found.rest,
        answer: Buffer.from(
          `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${method === 'HEAD' ? '' : 'ok'}`,
        ),
        isLast: /\bclose\b/i.test(fields.connection ?? ''),
      };
    },
  };
}

/** A server of HTTP/1.1. */
export const recordHttp = () => record(httpReader);

const [BEGIN, END, PARAMS, STDIN, STDOUT] = [1, 3, 4, 5, 6];

function fastcgiRecord(type, content) {
  const head = Buffer.from([1, type, 0, 1, content.length >> 8, content.length & 255, 0, 0]);
  return Buffer.concat([head, content]);
}

/** The pairs of names and values (FastCGI 3.4). */
function readVariables(bytes) {
  /** @type {Record<string, string>} */
  const variables = {};
  let at = 0;
  const readLength = () => {
    const isLong = bytes[at] & 0x80;
    const length = isLong ? bytes.readUInt32BE(at) & 0x7fffffff : bytes[at];
    at += isLong ? 4 : 1;
    return length;
  };
  while (at < bytes.length) {
    const [name, value] = [readLength(), readLength()];
    const key = bytes.toString('latin1', at, at + name);
    if (!/^[A-Z][A-Z0-9_]*$/.test(key)) throw new Error(`a variable ${key}`);
    if (key in variables) throw new Error(`${key} twice`);
    variables[key] = bytes.toString('latin1', at + name, at + name + value);
    if (/[\0-\x08\n-\x1f\x7f]/.test(variables[key])) throw new Error(`the value of ${key}`);
    at += name + value;
  }
  if (at !== bytes.length) throw new Error('variables that end too late');
  return variables;
}

function fastcgiReader() {
  let isOpen = false;
  let keeps = false;
  /** @type {Record<string, string> | undefined} */
  let variables;
  const pieces = { [PARAMS]: [], [STDIN]: [] };

  /** The request is complete: the reader is ready for the next one. */
  const complete = () => {
    const body = Buffer.concat(pieces[STDIN]);
    const { REQUEST_METHOD: method, REQUEST_URI: target } = variables;
    if (Number(variables.CONTENT_LENGTH || 0) !== body.length)
      throw new Error(`CONTENT_LENGTH ${variables.CONTENT_LENGTH} of ${body.length} bytes`);
    const answer = Buffer.concat([
      fastcgiRecord(STDOUT, Buffer.from('Content-Type: text/plain\r\nContent-Length: 2\r\n\r\nok')),
      fastcgiRecord(STDOUT, Buffer.alloc(0)),
      fastcgiRecord(END, Buffer.alloc(8)),
    ]);
    const request = { method, target, fields: variables, body };
    isOpen = false;
    variables = undefined;
    pieces[PARAMS] = [];
    pieces[STDIN] = [];
    return { request, answer, isLast: !keeps };
  };

  return {
    read(bytes) {
      if (bytes.length < 8) return undefined;
      const [version, type, high, low] = bytes;
      const length = bytes.readUInt16BE(4);
      const rest = bytes.subarray(8 + length + bytes[6]);
      if (version !== 1 || high !== 0 || low !== 1) throw new Error('no record');
      if (bytes.length < 8 + length + bytes[6]) return undefined;
      const content = bytes.subarray(8, 8 + length);
      if (type === BEGIN) {
        if (isOpen) throw new Error('a request in a request');
        isOpen = true;
        keeps = (content[2] & 1) === 1;
        return { rest };
      }
      const isVariables = type === PARAMS && !variables;
      if (!isOpen || !(isVariables || (type === STDIN && variables)))
        throw new Error(`a record of type ${type} out of place`);
      if (length) pieces[type].push(content);
      else if (isVariables) variables = readVariables(Buffer.concat(pieces[PARAMS]));
      else return { rest, ...complete() };
      return { rest };
    },
  };
}

/** A server of FastCGI. */
export const recordFastcgi = () => record(fastcgiReader);
