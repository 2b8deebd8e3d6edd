import assert from 'node:assert/strict';
import { test } from 'node:test';

import { requestDocument } from '../../../inject/server/document_request.js';

/** A window in which a request ends with this status; ownStatus is the one that the page came with. */
function makeWindow({ status, length = '12', ownStatus = 200 }) {
  const sent = [];
  class XMLHttpRequest {
    response = 'the bytes';
    open(method, url) {
      sent.push(`${method} ${url}`);
    }
    setRequestHeader(name, value) {
      sent.push(`${name}: ${value}`);
    }
    getResponseHeader(name) {
      assert.equal(name, 'content-length');
      return length;
    }
    send() {
      sent.push(this['responseType']);
      this.status = status;
      setImmediate(() => this['onloadend']());
    }
  }
  const entries = ownStatus === null ? [] : [{ responseStatus: ownStatus }];
  const performance = { getEntriesByType: (type) => (type === 'navigation' ? entries : []) };
  const location = { href: 'http://localhost:9000/a?b' };
  /** @type {any} */
  const window = { XMLHttpRequest, performance, location };
  return { window, sent };
}

test('the page asks for the bytes of its own URL', async () => {
  const { window, sent } = makeWindow({ status: 200 });
  await requestDocument(window, 'GET');
  assert.deepEqual(sent, ['GET http://localhost:9000/a?b', 'Accept: text/html', 'arraybuffer']);
});

test('what an answer means', async () => {
  const there = [true, 1];
  const empty = [false, 2];
  const refused = [false, 1];
  const away = [false, 0];
  /** @type {any[][]} */
  const rows = [
    ['the document', { status: 200 }, there],
    ['of unknown length', { status: 200, length: null }, there],
    ['an empty file', { status: 200, length: '0' }, empty],
    ['no such file', { status: 404 }, refused],
    ['the error page that this page is', { status: 404, ownStatus: 404 }, there],
    ['a document in place of an error page', { status: 200, ownStatus: 404 }, there],
    ['an error, in a browser without entries', { status: 404, ownStatus: null }, refused],
    ['no answer', { status: 0 }, away],
    ['no answer, where statuses are unknown', { status: 0, ownStatus: 0 }, away],
  ];
  for (const [what, given, expected] of rows) {
    const { window } = makeWindow(given);
    const [isThere, refusals, page] = await requestDocument(window, 'GET');
    assert.deepEqual([isThere, refusals], expected, what);
    assert.equal(page.response, 'the bytes');
  }
});
