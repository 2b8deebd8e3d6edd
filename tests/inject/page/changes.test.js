import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createChanges } from '../../../inject/page/changes.js';

/** A page that uses files, some of them style sheets or pictures, or read by a script; says what a batch does. */
function makePage(given = {}) {
  const { own = ['/', '/'], uses = [], sheets = [], pictures = [], read = [] } = given;
  const {
    isListing = false,
    isCut = false,
    isCutOff = false,
    mustReload = false,
    isFixed = false,
    mustAsk = false,
  } = given;
  const done = [];
  const updater = (urls) => ({
    urls: () => new Set([...urls, null]),
    update: (kinds) => done.push(...[...kinds].map(([url, kind]) => `${kind} ${url}`)),
    drafts: async (changes) => {
      done.push(
        ...changes.filter(({ draft }) => draft === 'new').map(({ urls }) => `draft ${urls}`),
      );
      return changes.filter(({ draft }) => draft !== 'new');
    },
  });
  const apply = createChanges({
    ownUrls: () => own,
    isListing,
    isFixed,
    changed: new Set(),
    resources: {
      urls: () => new Set([...uses, ...sheets, ...pictures, ...read, null]),
      read: () => new Set([...read, null]),
      isCut: () => isCut,
      mustAsk: () => mustAsk,
    },
    sheets: updater(sheets),
    assets: async () => (isCutOff ? Promise.reject(new Error('no network')) : updater(pictures)),
    refresh: (reloads, isThere) =>
      done.push((reloads ? 'reload' : 'refresh') + (isThere ? ' there' : '')),
    stop: () => done.push('stop'),
  });
  return async (...changes) => {
    done.length = 0;
    const isUsed = await apply(changes, mustReload);
    assert.ok(isUsed || isCut || done.length === 0, 'what is done is used');
    return isUsed && done.length === 0 ? ['used'] : done.slice();
  };
}

const change =
  (kind) =>
  (...urls) => ({ urls, kind });
const [created, modified, deleted] = ['created', 'modified', 'deleted'].map(change);

/** Whether a document is asked for first has a test of its own. @param {string} one */
const withoutThere = (one) => one.replace(' there', '');

test('what one change means', async () => {
  const index = { own: ['/', '/'] };
  const about = { own: ['/about', '/about'] };
  const moved = { own: ['/app/', '/app/settings'] };
  const partly = { sheets: ['/css/a.css'], isCut: true };
  const files = { uses: ['/app.js'], pictures: ['/img/a.png'], sheets: ['/css/a.css'] };
  const both = { pictures: ['/a.svg'], read: ['/a.svg', '/a.json'] };
  const away = { ...files, isCutOff: true };
  const blunt = { ...files, mustReload: true };
  const stiff = { ...files, isFixed: true };
  /** @type {any[][]} */
  const rows = [
    ['the document', index, modified('/index.html', '/'), ['refresh']],
    ['the document, by its file alone', index, modified('/index.html'), ['refresh']],
    ['another document', index, modified('/about.html'), []],
    ['an url without its extension', about, modified('/about.html'), ['refresh']],
    ['a folder in place of nothing', about, created('/about/'), ['refresh']],
    ['the url the page was born at', moved, modified('/app/', '/app/index.html'), ['refresh']],
    ['the url it has moved on to', moved, modified('/app/settings'), ['refresh']],

    ['a script', files, modified('/app.js'), ['reload']],
    ['a draft of a script', files, { ...modified('/app.js'), draft: 'new' }, ['draft /app.js']],
    ['a draft that is gone', files, { ...modified('/app.js'), draft: 'gone' }, ['reload']],
    [
      'a draft where all reloads',
      blunt,
      { ...modified('/app.js'), draft: 'new' },
      ['draft /app.js'],
    ],
    ['a picture', files, modified('/img/a.png'), ['modified /img/a.png']],
    ['a picture that was missing', files, created('/img/a.png'), ['created /img/a.png']],
    ['a picture that goes', files, deleted('/img/a.png'), ['deleted /img/a.png']],
    ['a picture that a script has read, too', both, modified('/a.svg'), ['reload']],
    ['what a script has read', both, modified('/a.json'), ['reload']],
    ['a picture, with no way to update it', away, modified('/img/a.png'), ['reload']],
    ['a sheet of a page that wants reloads', stiff, modified('/css/a.css'), ['reload']],
    ['another script', files, modified('/other.js'), []],
    ['a sheet', files, modified('/css/a.css'), ['modified /css/a.css']],
    ['a sheet that comes', files, created('/css/a.css'), ['created /css/a.css']],
    ['a sheet that goes', files, deleted('/css/a.css'), ['deleted /css/a.css']],
    ['another sheet', files, modified('/a.css'), []],
    ['a sheet, when nothing is done in place', blunt, modified('/css/a.css'), ['reload']],
    ['a picture, when nothing is done in place', blunt, modified('/img/a.png'), ['reload']],
    ['the document, when nothing is done in place', blunt, modified('/index.html'), ['reload']],
    ['another sheet, when nothing is done in place', blunt, modified('/a.css'), []],
    [
      'the document goes, when nothing is done in place',
      blunt,
      deleted('/index.html', '/'),
      ['stop'],
    ],
    ['the folder of a picture comes', files, created('/img/'), ['created /img/a.png']],
    ['the folder of a sheet goes', files, deleted('/css/'), ['deleted /css/a.css']],
    ['a folder is touched', files, modified('/img/'), []],
    ['an index that goes is no folder', files, deleted('/img/index.html', '/img/'), []],

    ['any file, when not all that is used is known', partly, modified('/x'), ['reload']],
    ['a sheet, even then', partly, modified('/css/a.css'), ['modified /css/a.css']],
  ];
  for (const [what, page, one, expected] of rows) {
    assert.deepEqual((await makePage(page)(one)).map(withoutThere), expected, what);
  }
});

test('what a change means to a page that lists a folder, and to one that does not', async () => {
  const index = { own: ['/', '/'] };
  const listing = { own: ['/docs/', '/docs/'], isListing: true };
  /** @type {any[][]} */
  const rows = [
    ['a file comes into a listing', listing, created('/docs/a.txt'), ['refresh']],
    ['a folder comes into a listing', listing, created('/docs/sub/'), ['refresh']],
    ['a file leaves a listing', listing, deleted('/docs/a.txt'), ['refresh']],
    ['a file in a listing changes', listing, modified('/docs/a.txt'), []],
    ['a file comes further down', listing, created('/docs/sub/a.txt'), []],
    ['a file comes elsewhere', listing, created('/a.txt'), []],
    [
      'an index takes the place of a listing',
      listing,
      created('/docs/index.html', '/docs/'),
      ['refresh'],
    ],
    ['a file comes beside a document', index, created('/a.txt'), []],
  ];
  for (const [what, page, one, expected] of rows) {
    assert.deepEqual(await makePage(page)(one), expected, what);
  }
});

test('a batch is one reload, or what can be done in place', async () => {
  const apply = makePage({
    uses: ['/a.js', '/b.js'],
    sheets: ['/a.css', '/b.css'],
    pictures: ['/a.png'],
  });
  const all = [
    modified('/a.css'),
    modified('/a.js'),
    modified('/b.js'),
    modified('/a.png'),
    modified('/'),
  ];
  assert.deepEqual(await apply(...all), ['reload there']);
  const [sheet, , , picture, own] = all;
  assert.deepEqual(await apply(sheet, modified('/x'), modified('/b.css'), picture), [
    'modified /a.css',
    'modified /b.css',
    'modified /a.png',
  ]);
  assert.deepEqual(await apply(own, sheet), ['refresh there', 'modified /a.css']);
  assert.deepEqual(await apply(), []);
});

test('a deleted document waits for its return, with the rest still applying', async () => {
  const page = {
    own: ['/a.html', '/a.html'],
    uses: ['/a.js'],
    sheets: ['/a.css'],
    pictures: ['/a.png'],
  };
  const apply = makePage(page);
  assert.deepEqual(await apply(deleted('/a.html')), ['stop']);
  // Nothing can be exchanged there, so the updater finds nothing to do.
  assert.deepEqual(await apply(modified('/a.js')), ['stop', 'modified /a.js']);
  assert.deepEqual(await apply(modified('/a.js'), modified('/a.css')), [
    'stop',
    'modified /a.css',
    'modified /a.js',
  ]);
  assert.deepEqual(await apply(modified('/a.png')), ['stop', 'modified /a.png']);
  assert.deepEqual(await apply(created('/a.html')), ['refresh']);
  assert.deepEqual(await apply(modified('/a.js')), ['reload']);

  assert.deepEqual(await apply(deleted('/a.html'), created('/a.html')), ['refresh']);
  assert.deepEqual(await apply(deleted('/a.js'), deleted('/a.html')), ['stop', 'deleted /a.js']);
});

test('it says whether the page uses anything of a batch', async () => {
  /** @type {any[][]} */
  const rows = [
    [{ uses: ['/a.js'] }, modified('/a.js'), true],
    [{ sheets: ['/a.css'] }, modified('/a.css'), true],
    [{ pictures: ['/a.png'] }, modified('/a.png'), true],
    [{}, modified('/index.html', '/'), true],
    [{ isListing: true }, created('/new.txt'), true],
    [{ uses: ['/a.js'] }, modified('/b.js'), false],
    [{ isCut: true }, modified('/b.js'), false],
    [{}, created('/new.txt'), false],
  ];
  const updater = (urls = []) => ({
    urls: () => new Set(urls),
    update() {},
    drafts: async () => [],
  });
  for (const [given, one, expected] of rows) {
    const { uses = [], sheets, pictures, isListing = false, isCut = false } = given;
    const apply = createChanges({
      ownUrls: () => ['/', '/'],
      isListing,
      isFixed: false,
      changed: new Set(),
      resources: {
        urls: () => new Set([...uses, ...(pictures ?? [])]),
        read: () => new Set(),
        isCut: () => isCut,
        mustAsk: () => false,
      },
      sheets: updater(sheets),
      assets: async () => updater(pictures),
      refresh() {},
      stop() {},
    });
    assert.equal(await apply([one]), expected, JSON.stringify([given, one]));
    assert.equal(await apply([modified('/z'), one]), expected, 'in a batch');
  }
});

test('a document that was modified need not be asked for, unless the server may not have it', async () => {
  const files = { uses: ['/app.js'] };
  /** @type {any[][]} */
  const rows = [
    ['the document', files, [modified('/index.html', '/')], ['refresh there']],
    ['with a script', files, [modified('/'), modified('/app.js')], ['reload there']],
    ['after a script', files, [modified('/app.js'), modified('/')], ['reload there']],
    ['the script alone', files, [modified('/app.js')], ['reload']],
    ['another document', files, [modified('/a.html'), modified('/app.js')], ['reload']],
    ['which is unsure', files, [{ ...modified('/'), unsure: true }], ['refresh']],
    ['with a draft', files, [{ ...modified('/'), draft: 'gone' }], ['refresh']],
    ['created', files, [{ ...modified('/'), kind: 'created' }], ['refresh']],
    ['what may be kept', { ...files, mustAsk: true }, [modified('/')], ['refresh']],
  ];
  for (const [what, page, batch, expected] of rows) {
    assert.deepEqual(await makePage(page)(...batch), expected, what);
  }
});
