import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLosses } from '../../../inject/page/losses.js';
import { findMissing } from '../../../inject/page/missing_files.js';
import { FakeDocument } from '../fakes.js';

const ORIGIN = 'http://localhost:9000';
const request = (name, initiatorType, responseStatus, startTime, end) => ({
  name: new URL(name, ORIGIN).href,
  initiatorType,
  responseStatus,
  startTime,
  responseStart: end,
  duration: end - startTime,
});

/** What is missing of these requests when the connection was lost at that time. */
function missing(
  requests,
  lostAt = Infinity,
  {
    broken = [],
    unseen = [],
    frame = {},
    forbidden = [],
    disposition = 'enforce',
    loadEventEnd = 1,
  } = {},
) {
  const document = new FakeDocument(({ localName }, selector) => selector.includes(localName));
  document.elements = [
    ...broken.map((src) => ({ localName: 'img', src, complete: true, naturalWidth: 0 })),
    ...unseen.map((src) => ({ localName: 'iframe', src, contentDocument: null, ...frame })),
  ];
  const events = new EventTarget();
  Object.assign(document, {
    addEventListener: events.addEventListener.bind(events),
    currentScript: {},
  });
  const lists = { resource: requests, navigation: [{ loadEventEnd }] };
  const performance = { getEntriesByType: (type) => lists[type], now: () => lostAt };
  const window = { performance, document, location: { href: `${ORIGIN}/` } };
  const losses = createLosses(/** @type {any} */ ({ window, document }));
  requests.forEach(losses.ended);
  for (const blockedURI of forbidden) {
    const violation = { blockedURI, disposition };
    events.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), violation));
  }
  losses.lost();
  const found = [...findMissing(losses, /** @type {any} */ (window), ORIGIN)];
  assert.equal(losses.lostAt, Infinity, 'it is forgotten');
  return found.map(([url, isDocument]) => url.slice(ORIGIN.length) + (isDocument ? '?' : ''));
}

test('a page in which no WebSocket gets through is not cut off, but what took its place may be lost', () => {
  const picture = request('/a.svg', 'img', 0, 10, 20);
  const part = (start, end) => request('/__liveserve/events.js', 'script', 200, start, end);
  const state = { loadEventEnd: 60 };
  assert.deepEqual(missing([picture, part(40, 50)], 30, state), []);
  assert.deepEqual(missing([picture, part(5, 8)], 30, state), ['/a.svg', '/']);
});

test('which requests have failed for want of the server', () => {
  const picture = request('/a.svg', 'img', 0, 10, 20);
  const frame = request('/a.html', 'iframe', 0, 10, 20);
  const read = request('/a.json', 'fetch', 0, 4990, 5000);
  /** @type {any[][]} */
  const rows = [
    ['a script', [request('/a.js', 'script', 0, 10, 20)], Infinity, {}, ['/a.js']],
    [
      'a script for which we have looked in vain, too',
      [request('/a.js', 'script', 0, 10, 20), request('/a.js', 'fetch', 0, 30, 40)],
      Infinity,
      {},
      ['/a.js'],
    ],
    ['a missing file', [request('/a.js', 'script', 404, 10, 20)], 5000, {}, []],
    ['another server', [request('http://a.test/a.js', 'script', 0, 10, 20)], 5000, {}, []],
    [
      'a script that the policy forbids',
      [request('/a.js', 'script', 0, 10, 20)],
      5000,
      { forbidden: [`${ORIGIN}/a.js`] },
      [],
    ],
    [
      'a script that the policy would forbid, but only reports',
      [request('/a.js', 'script', 0, 10, 20)],
      5000,
      { forbidden: [`${ORIGIN}/a.js`], disposition: 'report' },
      ['/a.js'],
    ],
    ['a picture that the page has let go', [picture], Infinity, {}, []],
    ['a picture that it shows', [picture], Infinity, { broken: [picture.name] }, ['/a.svg']],
    ['one that came later', [picture, request('/a.svg', 'img', 200, 30, 40)], 50, {}, []],
    ['data, when the connection was lost', [read], 5100, {}, ['/a.json']],
    ['data, at another time', [read], 9000, {}, []],
    ['data that the page had', [request('/a.json', 'fetch', 200, 1, 2), read], 5100, {}, []],
    [
      'a picture that was cut off',
      [{ ...picture, responseStatus: 200 }],
      30,
      { broken: [picture.name] },
      ['/a.svg'],
    ],
    ['a frame that the page has let go', [frame], 9000, {}, []],
    ['a frame that shows an error', [frame], 9000, { unseen: [frame.name] }, ['/a.html']],
    ['a frame in a sandbox', [{ ...frame, responseStatus: 200 }], 30, { unseen: [frame.name] }, []],
    [
      'a sheet of which Chromium had an older answer',
      [{ ...request('/a.css', 'link', 200, 10, 20), responseStart: 0 }],
      Infinity,
      {},
      ['/a.css'],
    ],
    ['the document', [], 5000, { loadEventEnd: 0 }, ['/']],
    ['a document that had loaded', [], 5000, {}, []],
  ];
  for (const [what, requests, lostAt, rest, expected] of rows) {
    assert.deepEqual(missing(requests, lostAt, rest), expected, what);
  }
});

/** What a frame shows. */
function frameOf(URL, loadEventStart, readyState = 'complete') {
  const performance = { getEntriesByType: () => [{ loadEventStart }] };
  const contentDocument = { URL, defaultView: { performance, document: { readyState } } };
  return { contentDocument, matches: () => false };
}

test('a frame that shows no page is missing, also when the browser has no entry for it', () => {
  const url = `${ORIGIN}/a.html`;
  const unseen = [url];
  const answer = [request('/a.html', 'iframe', 204, 10, 20)];
  const blank = frameOf('about:blank', 0);
  /** @type {any[][]} */
  const rows = [
    ['a frame that shows an error', {}, ['/a.html']],
    ['one in a sandbox', { frame: { sandbox: 'allow-forms' } }, []],
    ['one that is forbidden', { forbidden: unseen }, []],
    ['one of another server', { unseen: ['http://elsewhere.test/'] }, []],
    ['one that is blank, if it is a document', { frame: blank }, ['/a.html?']],
    ['one that nobody has seen', { frame: { ...blank, matches: () => true } }, []],
    ['one that shows its file', { frame: frameOf(url, 9) }, []],
    ['one that was stopped', { frame: frameOf(url, 0) }, ['/a.html']],
    ['one that is being loaded', { frame: frameOf(url, 0, 'interactive') }, []],
  ];
  for (const [what, page, expected] of rows)
    assert.deepEqual(missing([], 9000, { unseen, ...page }), expected, what);
  const shown = { unseen, frame: frameOf(url, 9) };
  assert.deepEqual(missing(answer, 9000, { unseen, frame: blank }), ['/a.html?'], 'it came again');
  assert.deepEqual(missing(answer, 9000, shown), [], 'it has its answer');
});
