/**
 * event_stream: a client of the streams of Server-Sent Events, and of the requests that belong to them. It reads
 * events strictly as the server writes them.
 */

import assert from 'node:assert/strict';
import http from 'node:http';
import { ask, request } from './http.js';
import { inTime } from './server.js';
import { Waiters } from './waiters.js';
import { birthOf } from './websocket.js';

export const EVENTS = '/__liveserve/events';

/** What has come of a stream, as events. */
export class EventStream {
  key = '';
  #text = '';
  #waiters = new Waiters();

  /**
   * @param {import('node:stream').Readable} body
   * @param {() => void} close
   */
  constructor(body, close) {
    this.body = body;
    this.close = close;
    body.setEncoding('utf8');
    body.on('data', (text) => {
      this.#text += text;
      this.#waiters.look();
    });
    body.on('error', () => {});
    for (const event of ['end', 'close']) {
      body.on(event, () => this.#waiters.end());
    }
  }

  get hasEnded() {
    return this.#waiters.hasEnded;
  }

  /**
   * @param {string} what
   * @param {() => boolean} isTrue
   */
  #until(what, isTrue) {
    const happened = this.#waiters.until(isTrue, () => `the stream ended before ${what}`);
    return inTime(happened, () => `${what}; came so far: ${this.#text.slice(0, 300)}`);
  }

  /**
   * The next event.
   *
   * @returns {Promise<{type: string, data: string}>}
   */
  async event() {
    await this.#until('an event', () => this.#text.includes('\n\n'));
    const [whole] = this.#text.split('\n\n', 1);
    this.#text = this.#text.slice(whole.length + 2);
    if (whole === ':') return this.event(); // a comment
    const [, type = 'message', data] = /^(?:event: (\w+)\n)?data: ([^\n]*)$/.exec(whole) ?? [];
    assert.notEqual(data, undefined, `an event of one line: ${whole}`);
    return { type, data };
  }

  /** The next message of liveserve.v1. Whether there are many streams is of no interest. */
  async message() {
    const { type, data } = await this.event();
    if (type === 'many') return this.message();
    assert.equal(type, 'message');
    return JSON.parse(data);
  }

  end() {
    return this.#until('its end', () => this.hasEnded);
  }
}

/**
 * Opens a stream by HTTP/1.1 and reads its key.
 *
 * @param {{port: number}} server
 * @param {http.OutgoingHttpHeaders} [fields]
 */
export async function openStream(server, fields = {}) {
  const headers = { Host: `localhost:${server.port}`, ...fields };
  const { port } = server;
  const asked = http.get({ port, host: '127.0.0.1', path: EVENTS, headers, agent: false });
  /** @type {http.IncomingMessage} */
  const answer = await inTime(
    new Promise((resolve, reject) => asked.once('response', resolve).once('error', reject)),
    () => 'the head of a stream',
  );
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'text/event-stream');
  const stream = new EventStream(answer, () => asked.destroy());
  const first = await stream.event();
  assert.equal(first.type, 'key');
  stream.key = first.data;
  return stream;
}

/**
 * The answer to a POST with a message.
 *
 * @param {{port: number}} server
 * @param {string} key
 * @param {object | string} message
 * @param {import('./http.js').Fields} [fields]
 */
export function post(server, key, message, fields = {}) {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  const head = {
    'Liveserve-Stream-Key': key,
    'Content-Length': Buffer.byteLength(body),
    ...fields,
  };
  return ask(server, request(server, EVENTS, head, 'POST') + body);
}

/**
 * A stream of a page that was loaded now, has said hello and got its answer.
 *
 * @param {{port: number}} server
 * @param {string} [page]
 * @param {http.OutgoingHttpHeaders} [fields] of the request for the stream
 */
export async function openBorn(server, page = '/', fields = {}) {
  const birth = await birthOf(server);
  const stream = await openStream(server, fields);
  const { status } = await post(server, stream.key, { type: 'hello', page, ...birth });
  assert.equal(status, 204);
  assert.deepEqual(await stream.message(), { type: 'hello', ...birth });
  return stream;
}
