import assert from 'node:assert/strict';
import { test } from 'node:test';

import { canonicalUrl, canonicalPath, freshHref } from '../../../inject/page/url.js';

test('a path has one canonical form', () => {
  const rows = [
    ['/', '/'],
    ['/index.html', '/index.html'],
    ['/AZaz09-._~', '/AZaz09-._~'],
    ['/%41%7a%2D%7e', '/Az-~'],
    ['/a b', '/a%20b'],
    ['/a%20b', '/a%20b'],
    ['/c++&d;e=f', '/c%2B%2B%26d%3Be%3Df'],
    ["/it's!(*)@$,:", '/it%27s%21%28%2A%29%40%24%2C%3A'],
    ['/%e4%b8%ad', '/%E4%B8%AD'],
    ['/%d6%d0', '/%D6%D0'],
    ['/100%', '/100%25'],
    ['/100%25', '/100%25'],
    ['/%2541', '/%2541'],
    ['/%zz', '/%25zz'],
    ['/a%09', '/a%09'],
    ['/a%2Fb', '/a/b'],
    ['//a///b/', '/a/b/'],
    ['/[a]|^', '/%5Ba%5D%7C%5E'],
  ];
  for (const [path, expected] of rows) {
    assert.equal(canonicalPath(path), expected);
    assert.equal(canonicalPath(expected), expected, 'twice is as once');
  }
});

test('there is a canonical URL only for files of the same server', () => {
  const origin = 'http://localhost:9000';
  const rows = [
    ['http://localhost:9000/a.css?x=1#y', undefined, '/a.css'],
    ['../b.css', 'http://localhost:9000/css/main.css', '/b.css'],
    ['网页.css', 'http://localhost:9000/', '/%E7%BD%91%E9%A1%B5.css'],
    ['/a/./b/../c%20d', 'http://localhost:9000/', '/a/c%20d'],
    ['http://localhost:9001/a.css', undefined, null],
    ['https://localhost:9000/a.css', undefined, null],
    ['data:text/css,a{}', undefined, null],
    ['blob:http://localhost:9000/5c3f', undefined, null],
    ['a.css', undefined, null],
    ['http://[', undefined, null],
    ['', undefined, null],
    ['/__liveserve/client.js', 'http://localhost:9000/', null],
    ['/x/__liveserve/client.js', 'http://localhost:9000/', '/x/__liveserve/client.js'],
  ];
  for (const [url, base, expected] of rows)
    assert.equal(canonicalUrl(url, origin, base), expected, url);
});

test('behind a proxy with a path, the canonical URL is what comes below it', () => {
  const origin = 'http://host.test/proxy/9000';
  const rows = [
    ['http://host.test/proxy/9000/a.css?x=1#y', '/a.css'],
    ['http://host.test/proxy/9000/', '/'],
    [
      'http://host.test/proxy/9000/http://host.test/proxy/9000/a',
      '/http%3A/host.test/proxy/9000/a',
    ],
    ['http://host.test/proxy/9000', null],
    ['http://host.test/proxy/90001/a.css', null],
    ['http://host.test/a.css', null],
    ['http://host.test/proxy/9000/__liveserve/client.js', null],
    ['blob:http://host.test/proxy/9000/a', null],
  ];
  for (const [url, expected] of rows) assert.equal(canonicalUrl(url, origin), expected, url);
});

test('a fresh URL keeps query and fragment, and has one stamp however often it is made', () => {
  const rows = [
    ['a.css', 'a.css?liveserve=2'],
    ['a.css?', 'a.css?liveserve=2'],
    ['/x/a.css?v=1', '/x/a.css?v=1&liveserve=2'],
    ['a.css#top', 'a.css?liveserve=2#top'],
    ['a.css?v=1&w#top?', 'a.css?v=1&w&liveserve=2#top?'],
    ['a.css?liveserve=1', 'a.css?liveserve=2'],
    ['a.css?liveserve=1&v=1', 'a.css?v=1&liveserve=2'],
    ['a.css?v=1&liveserve=1#top', 'a.css?v=1&liveserve=2#top'],
    ['a.css?myliveserve=1', 'a.css?myliveserve=1&liveserve=2'],
    ['http://localhost:9000/a.css', 'http://localhost:9000/a.css?liveserve=2'],
  ];
  for (const [href, expected] of rows) assert.equal(freshHref(href, '2'), expected);
});
