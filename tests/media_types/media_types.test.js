/**
 * The media types that the program sends, beside mime-db, which has IANA's registry and what servers and
 * browsers have made of it. Where they differ, a list here says why.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { get } from '../support/http.js';
import { makeSite } from '../support/server.js';
import { serverForFile } from '../support/with_server.js';

const UNKNOWN = 'application/octet-stream';
const database = new URL('node_modules/mime-db/db.json', import.meta.url);
assert.ok(
  existsSync(database),
  'mime-db is missing: npm install --no-save --prefix tests/media_types, or ./dev test',
);

/** @type {Record<string, {source?: string, extensions?: string[]}>} */
const types = JSON.parse(readFileSync(database, 'utf8'));

/** The types that mime-db has for an extension. @type {Map<string, string[]>} */
const typesOf = new Map();
for (const [type, { extensions = [] }] of Object.entries(types))
  for (const extension of extensions)
    typesOf.set(extension, [...(typesOf.get(extension) ?? []), type]);

/** Extensions with another type than in mime-db: ours, and why. */
const different = {
  ...Object.fromEntries(
    ['c', 'cpp', 'h', 'json5', 'less', 'php', 'rs', 'sass', 'scss', 'sh', 'sql', 'srt', 'ts'].map(
      (extension) => [extension, ['text/plain', 'browsers show it and do not save it']],
    ),
  ),
  cjs: ['text/javascript', 'browsers run it'],
  jsx: ['text/javascript', 'browsers run it, if it has no JSX'],
  exe: ['application/vnd.microsoft.portable-executable', 'registered at IANA'],
  flac: ['audio/flac', 'registered at IANA'],
  mkv: ['video/matroska', 'registered at IANA'],
  m4v: ['video/mp4', 'registered at IANA'],
  vcf: ['text/vcard', 'registered at IANA'],
  yaml: ['application/yaml', 'registered at IANA'],
  yml: ['application/yaml', 'registered at IANA'],
  mka: ['audio/matroska', 'registered at IANA'],
  mk3d: ['video/matroska-3d', 'registered at IANA'],
  jfif: ['image/jpeg', 'a name for the same format'],
};

/** Types that are not registered, and why they are sent. */
const unregistered = {
  'application/vnd.android.package-archive': 'Android expects it',
  'application/x-7z-compressed': 'usual',
  'application/x-apple-diskimage': 'usual',
  'application/x-bzip2': 'usual',
  'application/x-tar': 'usual',
  'application/x-xz': 'usual',
  'application/gpx+xml': 'usual',
  'application/rss+xml': 'feed readers expect it',
  'audio/midi': 'usual',
  'audio/wav': 'browsers expect it',
  'audio/webm': 'browsers expect it',
  'audio/x-aiff': 'usual',
  'audio/x-mpegurl': 'usual',
  'image/vnd.ms-dds': 'usual',
  'video/webm': 'browsers expect it',
  'video/x-flv': 'usual',
  'video/x-ms-wmv': 'usual',
  'video/x-msvideo': 'usual',
};

/** What the program does not know on purpose: these files need a Content-Encoding, too. */
const compressed = new Set(['svgz', 'stpz', 'stpxz', 'x3dbz', 'x3dvz', 'x3dz']);

/** Types of text, images, sound, videos, fonts and models that are registered for everybody. */
const forAll = /^(audio|font|image|model|text|video)\/(?!vnd\.|prs\.|x-)/;

const site = makeSite(
  Object.fromEntries([...typesOf.keys()].map((extension) => [`name.${extension}`, 'x'])),
);
const server = await serverForFile({ root: site.root });

/** What the program sends for each extension of mime-db. @type {Map<string, string>} */
const sent = new Map();
for (const extension of typesOf.keys()) {
  const { status, fields } = await get(server, `/name.${extension}`);
  // The names of private keys are hidden.
  if (status === 200) sent.set(extension, fields['content-type'].replace(/;.*/, ''));
}
const known = new Set(sent.values());

describe('the media types beside mime-db', () => {
  test('there are many', () => {
    assert.ok(sent.size > 1000, `${sent.size}`);
    assert.ok(known.size > 100, `${known.size}`);
  });

  test('a type is one of those that mime-db has for the extension, or listed above', () => {
    const wrong = [...sent].filter(
      ([extension, type]) =>
        type !== UNKNOWN &&
        !typesOf.get(extension).includes(type) &&
        different[extension]?.[0] !== type,
    );
    assert.deepEqual(wrong, []);
  });

  test('what is listed above as different is different', () => {
    for (const [extension, [type]] of Object.entries(different))
      if (typesOf.has(extension)) {
        assert.equal(sent.get(extension), type);
        assert.ok(!typesOf.get(extension).includes(type), extension);
      }
  });

  test('an extension of a type that is sent is known, and so are all of types for everybody', () => {
    const missing = [...sent].filter(
      ([extension, type]) =>
        type === UNKNOWN &&
        !compressed.has(extension) &&
        typesOf
          .get(extension)
          .some(
            (other) =>
              other !== UNKNOWN &&
              (known.has(other) || (types[other].source === 'iana' && forAll.test(other))),
          ),
    );
    assert.deepEqual(
      missing.map(([extension]) => `${extension}: ${typesOf.get(extension)}`),
      [],
    );
  });

  test('a type is registered at IANA, or listed above', () => {
    const strange = [...known].filter((type) => types[type]?.source !== 'iana');
    assert.deepEqual(
      strange.filter((type) => !(type in unregistered)),
      [],
    );
    for (const type of Object.keys(unregistered))
      assert.notEqual(types[type]?.source, 'iana', type);
  });
});
