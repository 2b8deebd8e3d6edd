/**
 * failures: a reporter for Node's test runner. Prints each test that failed, with its place and its reason,
 * and at the end how many there were. What is known to be still to do is only counted.
 */

import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** @typedef {{name: string, nesting: number, file?: string, line?: number, column?: number, details: any}} Result */

/** The lines of an error that help: those of Node itself do not. @param {any} error */
function reasonOf(error) {
  const cause = error?.cause ?? error;
  const text = cause?.stack ?? cause?.message ?? String(cause);
  return String(text)
    .split('\n')
    .filter((line) => !/^\s+at .*node:/.test(line))
    .map((line) => `    ${line}`)
    .join('\n');
}

/** @param {Result} result */
const placeOf = ({ file, line }) =>
  file ? `  ${relative(PROJECT, file)}${line ? `:${line}` : ''}` : '';

/**
 * @param {AsyncIterable<{type: string, data: any}>} events
 * @yields {string}
 */
export default async function* failures(events) {
  /** @type {string[]} */
  const suites = [];
  const counts = { passed: 0, failed: 0, skipped: 0, open: 0 };
  for await (const { type, data } of events) {
    if (type === 'test:start') suites[data.nesting] = data.name;
    if (type === 'test:stderr' || type === 'test:stdout') yield data.message;
    const isSuite = data?.details?.type === 'suite' || data?.details?.type === 'file';
    if (type === 'test:pass' && !isSuite) counts[data.skip === undefined ? 'passed' : 'skipped']++;
    // A suite that failed because of its tests says nothing new.
    if (type !== 'test:fail' || data.details?.error?.failureType === 'subtestsFailed') continue;
    if (data.todo !== undefined) {
      counts.open++;
      continue;
    }
    counts.failed++;
    const path = [...suites.slice(0, data.nesting), data.name].join(' > ');
    yield `\nFAILED: ${path}${placeOf(data)}\n${reasonOf(data.details?.error)}\n`;
  }
  const { passed, failed, skipped, open } = counts;
  const rest = `${skipped ? `, ${skipped} skipped` : ''}${open ? `, ${open} to do` : ''}`;
  yield `\n${passed} passed, ${failed} failed${rest}\n`;
}
