/**
 * doc/settings.md names every option that --help=all names, and no other.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';

const program = process.env.LIVESERVE ?? 'build/debug/liveserve';

/**
 * The options that --help=all has a row for, without their dashes.
 *
 * @returns {Set<string>}
 */
function optionsOfProgram() {
  const help = execFileSync(program, ['--help=all'], { encoding: 'utf8' });
  return new Set([...help.matchAll(/^ +(?:-\w, )?--([\w-]+)/gm)].map(([, name]) => name));
}

/**
 * The options in the first column of the tables of the section "Options".
 *
 * @param {string} text
 * @returns {Set<string>}
 */
function optionsOfDocument(text) {
  const section = text.slice(
    text.indexOf('\n## Options'),
    text.indexOf('\n## How options are written'),
  );
  const cells = section.match(/^\| `[^|]*/gm) ?? [];
  return new Set(
    cells.flatMap((cell) => [...cell.matchAll(/`--([\w-]+)/g)].map(([, name]) => name)),
  );
}

/**
 * What is on only one of two sides. --no-NAME stands for NAME, too.
 *
 * @param {Set<string>} some
 * @param {Set<string>} others
 */
function missingIn(some, others) {
  return [...others].filter((name) => {
    const other = name.startsWith('no-') ? name.slice('no-'.length) : `no-${name}`;
    return !some.has(name) && !some.has(other);
  });
}

describe('doc/settings.md', () => {
  const text = readFileSync(new URL('../../doc/settings.md', import.meta.url), 'utf8');
  const [documented, known] = [optionsOfDocument(text), optionsOfProgram()];

  test('names every option of the program', () => {
    assert.ok(known.size > 30, 'the output of --help is understood');
    assert.deepEqual(missingIn(documented, known), []);
  });

  test('names no other option', () => {
    assert.ok(documented.size > 30, 'the tables are understood');
    assert.deepEqual(missingIn(known, documented), []);
  });

  test('an option that is missing on one side is found', () => {
    assert.deepEqual(missingIn(new Set(['port']), new Set(['port', 'new'])), ['new']);
    assert.deepEqual(missingIn(new Set(['inject']), new Set(['no-inject', 'inject'])), []);
  });
});
