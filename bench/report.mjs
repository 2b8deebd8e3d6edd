/**
 * report: numbers into lines.
 */

/**
 * The value below which the share p of the samples lies (nearest rank). NaN when there is no sample.
 *
 * @param {number[]} samples
 * @param {number} p from 0 to 1
 */
export function percentile(samples, p) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

export const median = (/** @type {number[]} */ samples) => percentile(samples, 0.5);

/**
 * Samples by name. The names are in the order in which they first came.
 *
 * @extends {Map<string, number[]>}
 */
export class Samples extends Map {
  /**
   * @param {string} name
   * @param {number} value
   */
  add(name, value) {
    if (!this.has(name)) this.set(name, []);
    this.get(name).push(value);
  }

  /** @param {string} name */
  median(name) {
    return median(this.get(name) ?? []);
  }

  /**
   * The median of the ratios of two rows, sample by sample. So a round is only compared with itself.
   *
   * @param {string} name
   * @param {string} base
   */
  ratio(name, base) {
    const bases = this.get(base);
    return median(this.get(name).map((value, i) => value / bases[i]));
  }
}

/** @param {string | number} value */
function shortly(value) {
  if (typeof value !== 'number') return value;
  if (Number.isNaN(value)) return '-';
  if (Number.isInteger(value)) return `${value}`;
  return Math.abs(value) >= 100 ? value.toFixed(0) : `${Number(value.toPrecision(3))}`;
}

/** @typedef {[string, ...(string | number)[]]} Row a name and its cells */

/**
 * Prints a title with the heads of the columns, and a line for each row.
 *
 * @param {string} title what was measured, with its unit
 * @param {string[]} heads
 * @param {Row[]} rows
 */
export function printRows(title, heads, rows) {
  const nameWidth = Math.max(44, ...rows.map(([name]) => name.length + 4));
  const widths = heads.map((head, i) =>
    Math.max(
      10,
      ...[head, ...rows.map((row) => shortly(row[i + 1]))].map((cell) => `${cell}`.length + 2),
    ),
  );
  const line = (/** @type {string} */ name, /** @type {(string | number)[]} */ cells) =>
    console.log(
      name.padEnd(nameWidth) + cells.map((cell, i) => shortly(cell).padStart(widths[i])).join(''),
    );

  console.log();
  line(title, heads);
  for (const [name, ...cells] of rows) line(`  ${name}`, cells);
}

/**
 * Prints median, p99 and number of samples of each row, and its median in proportion to that of one row.
 *
 * @param {string} title
 * @param {Samples} samples
 * @param {string} [base] the name of that row
 */
export function printSamples(title, samples, base = 'liveserve') {
  /** @type {Row[]} */
  const rows = [...samples].map(([name, values]) => [
    name,
    median(values),
    percentile(values, 0.99),
    `${values.length}`,
    `${shortly(median(values) / samples.median(base))}x`,
  ]);
  printRows(title, ['median', 'p99', 'n', `/ ${base}`], rows);
}

/** @type {string[]} */
const missed = [];

/**
 * Prints one of the goals of liveserve, what was measured, and whether that reaches it.
 *
 * @param {boolean} reached
 * @param {string} sentence
 * @param {number} measured
 */
export function printBar(reached, sentence, measured) {
  const line = `${sentence}: ${shortly(measured)}`;
  console.log(`  ${reached ? 'reached' : 'MISSED '}  ${line}`);
  if (!reached) missed.push(line);
}

/** The columns of the table. */
const SERVERS_OF_TABLE = ['liveserve', 'nginx', 'lighttpd', 'livereload', 'vite', 'bare'];

/** @type {Row[]} */
const table = [];

/**
 * What liveserve is to reach: at least or at most so many times what another server has, or at most a number.
 *
 * @typedef {{least: number, of: string} | {most: number, of?: string}} Goal
 *
 * @param {string} what was measured, with its unit
 * @param {Samples} samples by server
 * @param {Goal} goal
 */
export function addToTable(what, samples, goal) {
  const isLeast = 'least' in goal;
  const limit = isLeast ? goal.least : goal.most;
  const base = goal.of ?? '';
  const measured = base ? samples.ratio('liveserve', base) : samples.median('liveserve');
  table.push([
    what,
    ...SERVERS_OF_TABLE.map((name) => (samples.has(name) ? samples.median(name) : '')),
    `${isLeast ? '>=' : '<='} ${limit} ${base}`,
    measured,
    (isLeast ? measured >= limit : measured <= limit) ? 'yes' : 'no',
  ]);
}

/** Prints the most important figures side by side. */
export function printTable() {
  if (table.length > 0)
    printRows('side by side, medians', [...SERVERS_OF_TABLE, 'to reach', 'is', 'reached'], table);
}

/** Prints all missed goals once more, at the very end. */
export function printMissed() {
  if (missed.length > 0)
    console.log(`\nmissed bars:\n${missed.map((line) => `  ${line}\n`).join('')}`);
  else console.log('\nevery bar reached');
}
