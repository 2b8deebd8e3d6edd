/**
 * The manual pages and completions that the build makes from the table of options: every option is in
 * each of them, and the programs that read them find no fault.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';

const program = process.env.LIVESERVE ?? 'build/debug/liveserve';
const folder = resolve(dirname(program), 'doc');

/** @param {string} name */
const read = (name) => readFileSync(join(folder, name), 'utf8');

/**
 * What a command prints. It must succeed, and print nothing else.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {string} [cwd]
 */
function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, `${command} ${args.join(' ')}`);
  return stdout;
}

/**
 * For the option `skip` of a test that needs a command.
 *
 * @param {string} command
 * @param {string} argument one with which it ends at once
 */
function without(command, argument) {
  return spawnSync(command, [argument]).error ? `${command} is not there` : false;
}

const help = run(program, ['--help=all']);
/** The options of --help=all: their letters, or undefined, by name. */
const options = new Map(
  [...help.matchAll(/^ +(?:-(\w), )?--([\w-]+)/gm)].map(([, letter, name]) => [name, letter]),
);
/** The keys of a settings file. */
const properties = JSON.parse(run(program, ['--schema'])).properties;
const keys = Object.keys(properties);
/** The options that --help does not name, since they only turn off others. */
const negated = keys
  .filter((key) => properties[key].type === 'boolean')
  .map((key) => `no-${key}`)
  .filter((name) => !options.has(name) && isKnown(`--${name}`));

/** @param {string} option */
function isKnown(option) {
  return spawnSync(program, [option, '--version']).status === 0;
}

/**
 * Asserts that nothing is missing.
 *
 * @param {Iterable<string>} names
 * @param {(name: string) => boolean} isThere
 */
function assertAll(names, isThere) {
  assert.deepEqual(
    [...names].filter((name) => !isThere(name)),
    [],
  );
}

test('the options of the program are understood', () => {
  assert.ok(options.size > 30);
  assert.equal(options.get('port'), 'p');
  assert.ok(keys.length > 30);
  assert.ok(negated.includes('no-sandbox') && negated.includes('no-console'));
  assert.ok(!negated.includes('no-port'));
});

describe('manual pages', () => {
  const [manual, settings] = [read('liveserve.1'), read('liveserve.json.5')];

  test('liveserve(1) has every option', () => {
    assertAll(options.keys(), (name) => {
      const letter = options.get(name) ? `Fl ${options.get(name)} , ` : '';
      return new RegExp(`^\\.It ${letter}Fl -${name}( |$)`, 'm').test(manual);
    });
    assertAll(negated, (name) => manual.includes(` , Fl -${name}\n`));
  });

  test('liveserve.json(5) has every key', () => {
    assertAll(keys, (key) => settings.includes(`\n.It Cm ${key} : No `));
  });

  for (const name of ['liveserve.1', 'liveserve.json.5']) {
    test(`${name}: nothing of the template is left`, () => {
      assert.doesNotMatch(read(name), /@[A-Z]+@/);
    });

    test(`mandoc finds no fault in ${name}`, { skip: without('mandoc', '-V') }, () => {
      const { stdout } = spawnSync('mandoc', ['-T', 'lint', join(folder, name)], {
        encoding: 'utf8',
      });
      // Which other pages are installed is no fault of the page.
      const faults = stdout.split('\n').filter((line) => line && !/referenced manual/.test(line));
      assert.deepEqual(faults, []);
    });
  }
});

describe('completions', () => {
  const site = mkdtempSync(join(tmpdir(), 'liveserve-completion-'));
  mkdirSync(join(site, 'folder with space'));
  writeFileSync(join(site, 'file.html'), '');
  after(() => rmSync(site, { recursive: true }));

  const bash = { skip: without('bash', '--version') };
  const zsh = { skip: without('zsh', '--version') };
  const fish = { skip: without('fish', '--version') };

  /**
   * What bash offers for the last word.
   *
   * @param {...string} words as bash parts them: "=" is a word
   */
  function offeredByBash(...words) {
    const script = `source "$0" && COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) && _liveserve &&
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const args = ['--norc', '-c', script, join(folder, 'liveserve'), 'liveserve', ...words];
    return run('bash', args, site).split('\n').filter(Boolean).sort();
  }

  /**
   * What fish offers at the end of a line.
   *
   * @param {string} line
   */
  function offeredByFish(line) {
    const script = `source '${join(folder, 'liveserve.fish')}'; complete -C '${line}'`;
    const offers = run('fish', ['--no-config', '-c', script], site).split('\n').filter(Boolean);
    return offers.map((offer) => offer.split('\t')[0]).sort();
  }

  test('bash: every option', bash, () => {
    const offered = offeredByBash('--').map((option) => option.replace('=', ''));
    assertAll([...options.keys(), ...negated], (name) => offered.includes(`--${name}`));
  });

  test('bash: values', bash, () => {
    assert.deepEqual(offeredByBash('--log-level', '=', 'q'), ['quiet']);
    assert.deepEqual(offeredByBash('--log-level', '='), ['normal', 'quiet', 'verbose']);
    assert.deepEqual(offeredByBash('--log-format', ''), ['json', 'text']);
    assert.deepEqual(offeredByBash('--root', '=', 'f'), ['folder with space']);
    assert.deepEqual(offeredByBash('--cert', '=', 'f'), ['file.html', 'folder with space']);
    assert.deepEqual(offeredByBash('--mount', '=', '/lib'), []);
    assert.deepEqual(offeredByBash('--mount', '=', '/lib', '=', 'fo'), ['folder with space']);
    assert.deepEqual(offeredByBash('--port', '=', ''), []);
    assert.deepEqual(offeredByBash('-p', ''), []);
  });

  test('bash: folders, pages and commands', bash, () => {
    assert.deepEqual(offeredByBash('f'), ['file.html', 'folder with space']);
    assert.deepEqual(offeredByBash('--open', 'f'), ['file.html', 'folder with space']);
    assert.deepEqual(offeredByBash('re'), ['reload']);
    assert.deepEqual(offeredByBash('why', 'fi'), ['file.html']);
    assert.deepEqual(offeredByBash('init', 'f'), ['folder with space']);
    assert.deepEqual(offeredByBash('init', '--'), ['--firefox', '--page']);
    assert.deepEqual(offeredByBash('status', '--'), ['--json']);
  });

  test('zsh: every option', () => {
    const script = read('_liveserve');
    assert.match(script, /^#compdef liveserve\n/);
    assertAll(options.keys(), (name) => new RegExp(`[\\t ',]--${name}[=}'-]`).test(script));
    assertAll(negated, (name) => script.includes(`\t'--${name}[`));
  });

  test('zsh reads it', zsh, () => {
    assert.equal(run('zsh', ['-f', '-n', join(folder, '_liveserve')]), '');
  });

  test('zsh: options, values and commands', zsh, () => {
    // Completion needs a terminal: one of zsh's own, which is read until the answer is there.
    const script = `
      zmodload zsh/zpty
      zpty shell "TERM=dumb PS1= zsh -f -i"
      zpty -w shell "fpath=($1 \\$fpath); autoload -U compinit; compinit -u -D; print rea''dy"
      zpty -r -m shell line '*ready*'
      zpty -w -n shell "$2"$'\\t'
      zpty -r -m shell line "*$3*" && print found
      zpty -d shell`;
    /**
     * @param {string} line
     * @param {string} answer
     */
    function completes(line, answer) {
      const args = ['-f', '-c', script, 'zsh', folder, line, answer];
      const options = { encoding: /** @type {const} */ ('utf8'), cwd: site, timeout: 20_000 };
      assert.equal(spawnSync('zsh', args, options).stdout, 'found\n', line);
    }
    completes('liveserve --log-level=q', '--log-level=quiet');
    completes('liveserve rel', 'liveserve reload');
    completes('liveserve --stri', '--strict-port');
    completes('liveserve why fi', 'why file.html');
    completes('liveserve init --pa', 'init --page');
  });

  test('fish: every option', fish, () => {
    const offered = offeredByFish('liveserve --');
    assertAll([...options.keys(), ...negated], (name) => offered.includes(`--${name}`));
    const letters = offeredByFish('liveserve -');
    assertAll(
      [...options.values()].filter((letter) => letter !== undefined),
      (letter) => letters.includes(`-${letter}`),
    );
  });

  test('fish: values, folders and commands', fish, () => {
    assert.deepEqual(offeredByFish('liveserve --log-format='), [
      '--log-format=json',
      '--log-format=text',
    ]);
    assert.deepEqual(offeredByFish('liveserve --root fo'), ['folder with space/']);
    assert.deepEqual(offeredByFish('liveserve --cert fi'), ['file.html']);
    assert.ok(offeredByFish('liveserve ').includes('reload'));
    assert.ok(!offeredByFish('liveserve status ').includes('reload'));
    assert.ok(offeredByFish('liveserve status --').includes('--json'));
    assert.ok(offeredByFish('liveserve init --').includes('--page'));
  });
});
