import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createChanges } from '../../inject/changes.js';

/** A page that uses files, some of them style sheets; says what a batch makes it do. */
function makePage(given = {}) {
  const { own = ['/', '/'], uses = [], sheets = [], isListing = false, isIncomplete = false } = given;
  const { reloads = false } = given;
  const done = [];
  const update = (kinds) => done.push(...[...kinds].map(([address, kind]) => `${kind} ${address}`));
  const apply = createChanges({
    ownAddresses: () => own,
    isListing,
    resources: { addresses: () => new Set([...uses, ...sheets, null]), isIncomplete: () => isIncomplete },
    updaters: () => (reloads ? [] : [{ addresses: () => new Set([...sheets, null]), update }]),
    reload: () => done.push('reload'),
  });
  return (...changes) => {
    done.length = 0;
    const isUsed = apply(changes);
    return isUsed && done.length === 0 ? ['used'] : done.slice();
  };
}

const change = (kind) => (...urls) => ({ urls, kind });
const [created, modified, deleted] = ['created', 'modified', 'deleted'].map(change);

test('what one change means', () => {
  const index = { own: ['/', '/'] };
  const about = { own: ['/about', '/about'] };
  const moved = { own: ['/app/', '/app/settings'] };
  const partly = { sheets: ['/css/a.css'], isIncomplete: true };
  const files = { uses: ['/app.js', '/img/a.png'], sheets: ['/css/a.css'] };
  const blunt = { ...files, reloads: true };
  const listing = { own: ['/docs/', '/docs/'], isListing: true };
  const rows = [
    ['the document', index, modified('/index.html', '/'), ['reload']],
    ['the document, by its file alone', index, modified('/index.html'), ['reload']],
    ['another document', index, modified('/about.html'), []],
    ['an address without its extension', about, modified('/about.html'), ['reload']],
    ['a folder in place of nothing', about, created('/about/'), ['reload']],
    ['the address the page was born at', moved, modified('/app/', '/app/index.html'), ['reload']],
    ['the address it has moved on to', moved, modified('/app/settings'), ['reload']],

    ['a script', files, modified('/app.js'), ['reload']],
    ['a picture', files, modified('/img/a.png'), ['reload']],
    ['a picture that was missing', files, created('/img/a.png'), ['reload']],
    ['a picture that goes', files, deleted('/img/a.png'), ['reload']],
    ['another script', files, modified('/other.js'), []],
    ['a sheet', files, modified('/css/a.css'), ['modified /css/a.css']],
    ['a sheet that comes', files, created('/css/a.css'), ['created /css/a.css']],
    ['a sheet that goes', files, deleted('/css/a.css'), ['deleted /css/a.css']],
    ['another sheet', files, modified('/a.css'), []],
    ['a sheet, where nothing is exchanged', blunt, modified('/css/a.css'), ['reload']],
    ['another sheet, where nothing is exchanged', blunt, modified('/a.css'), []],
    ['the folder of a picture comes', files, created('/img/'), ['reload']],
    ['the folder of a sheet goes', files, deleted('/css/'), ['deleted /css/a.css']],
    ['a folder is touched', files, modified('/img/'), []],
    ['an index that goes is no folder', files, deleted('/img/index.html', '/img/'), []],

    ['a file comes into a listing', listing, created('/docs/a.txt'), ['reload']],
    ['a folder comes into a listing', listing, created('/docs/sub/'), ['reload']],
    ['a file leaves a listing', listing, deleted('/docs/a.txt'), ['reload']],
    ['a file in a listing changes', listing, modified('/docs/a.txt'), []],
    ['a file comes further down', listing, created('/docs/sub/a.txt'), []],
    ['a file comes elsewhere', listing, created('/a.txt'), []],
    ['an index takes the place of a listing', listing, created('/docs/index.html', '/docs/'), ['reload']],
    ['a file comes beside a document', index, created('/a.txt'), []],

    ['any file, when not all that is used is known', partly, modified('/x'), ['reload']],
    ['a sheet, even then', partly, modified('/css/a.css'), ['modified /css/a.css']],
  ];
  for (const [what, page, one, expected] of rows) assert.deepEqual(makePage(page)(one), expected, what);
});

test('a batch is one reload, or one update', () => {
  const apply = makePage({ uses: ['/a.js', '/b.js'], sheets: ['/a.css', '/b.css'] });
  assert.deepEqual(apply(modified('/a.css'), modified('/a.js'), modified('/b.js'), modified('/')), ['reload']);
  assert.deepEqual(apply(modified('/a.css'), modified('/x'), modified('/b.css')), [
    'modified /a.css',
    'modified /b.css',
  ]);
  assert.deepEqual(apply(), []);
});

test('a deleted document waits for its return, with style sheets still applying', () => {
  const apply = makePage({ own: ['/a.html', '/a.html'], uses: ['/a.js'], sheets: ['/a.css'] });
  assert.deepEqual(apply(deleted('/a.html')), ['used']);
  assert.deepEqual(apply(modified('/a.js')), ['used']);
  assert.deepEqual(apply(modified('/a.js'), modified('/a.css')), ['modified /a.css']);
  assert.deepEqual(apply(created('/a.html')), ['reload']);
  assert.deepEqual(apply(modified('/a.js')), ['reload']);

  assert.deepEqual(apply(deleted('/a.html'), created('/a.html')), ['reload']);
  assert.deepEqual(apply(deleted('/a.js'), deleted('/a.html')), ['used']);
});

test('it says whether the page uses anything of a batch', () => {
  const rows = [
    [{ uses: ['/a.js'] }, modified('/a.js'), true],
    [{ sheets: ['/a.css'] }, modified('/a.css'), true],
    [{}, modified('/index.html', '/'), true],
    [{ isListing: true }, created('/new.txt'), true],
    [{ uses: ['/a.js'] }, modified('/b.js'), false],
    [{ isIncomplete: true }, modified('/b.js'), false],
    [{}, created('/new.txt'), false],
  ];
  for (const [given, one, expected] of rows) {
    const page = { own: ['/', '/'], uses: [], sheets: [], isListing: false, isIncomplete: false, ...given };
    const apply = createChanges({
      ownAddresses: () => page.own,
      isListing: page.isListing,
      resources: { addresses: () => new Set(page.uses), isIncomplete: () => page.isIncomplete },
      updaters: () => [{ addresses: () => new Set(page.sheets), update() {} }],
      reload() {},
    });
    assert.equal(apply([one]), expected, JSON.stringify([given, one]));
    assert.equal(apply([modified('/z'), one]), expected, 'in a batch');
  }
});
