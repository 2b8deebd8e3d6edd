#!/usr/bin/env node
/**
 * liveserve as npm starts it: finds the program of this machine, which is in a package of its own, and runs it with
 * the same arguments, terminal, signals and exit code.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import os from 'node:os';

import { programFor } from '../lib/program_for.js';

const require = createRequire(import.meta.url);
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);

/** @param {string} message */
function fail(message) {
  console.error(`liveserve: ${message}`);
  process.exit(1);
}

/** @param {string} program */
function run(program) {
  const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
  // A terminal sends its signals to both; the program counts two as one.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', ({ message }) => fail(`cannot start ${program}: ${message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.exit(128 + os.constants.signals[signal]);
  });
}

/** The version of glibc that Node runs with, if it does. */
function glibcVersion() {
  const report = /** @type {any} */ (process.report?.getReport());
  return report?.header?.glibcVersionRuntime;
}

const { program, problem } = programFor(
  { platform: process.platform, arch: process.arch, glibc: glibcVersion() },
  require('../package.json').optionalDependencies,
  require.resolve,
);
if (program) run(program);
else fail(problem ?? '');
