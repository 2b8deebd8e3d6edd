/**
 * report: numbers into lines.
 */

/** The value below which the share p of the samples lies (nearest rank); NaN of none. */
export function percentile(samples, p) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

export const median = (samples) => percentile(samples, 0.5);

/** Samples by name, in the order in which the names first came. */
export class Samples extends Map {
  add(name, value) {
    if (!this.has(name)) this.set(name, []);
    this.get(name).push(value);
  }

  median(name) {
    return median(this.get(name) ?? []);
  }

  /** The median of the ratios of two rows sample by sample: what each round says, whatever the others did. */
  ratio(name, base) {
    const bases = this.get(base);
    return median(this.get(name).map((value, i) => value / bases[i]));
  }
}

function shortly(value) {
  if (typeof value !== 'number') return value;
  if (Number.isNaN(value)) return '-';
  if (Number.isInteger(value)) return `${value}`;
  return Math.abs(value) >= 100 ? value.toFixed(0) : `${Number(value.toPrecision(3))}`;
}

/**
 * Prints a title with the heads of the columns, and a line for each row.
 *
 * @param {string} title what was measured, with its unit
 * @param {string[]} heads
 * @param {[string, ...(string | number)[]][]} rows each a name and its cells
 */
export function printRows(title, heads, rows) {
  const nameWidth = Math.max(44, ...rows.map(([name]) => name.length + 4));
  const widths = heads.map((head) => Math.max(10, head.length + 2));
  const line = (name, cells) =>
    console.log(
      name.padEnd(nameWidth) + cells.map((cell, i) => shortly(cell).padStart(widths[i])).join(''),
    );

  console.log();
  line(title, heads);
  for (const [name, ...cells] of rows) line(`  ${name}`, cells);
}

/**
 * Prints median, p99 and number of samples of each row, and how its median compares with that of the row
 * base.
 *
 * @param {string} title
 * @param {Samples} samples
 * @param {string} base
 */
export function printSamples(title, samples, base = 'liveserve') {
  const rows = [...samples].map(([name, values]) => [
    name,
    median(values),
    percentile(values, 0.99),
    `${values.length}`,
    `${shortly(median(values) / samples.median(base))}x`,
  ]);
  printRows(title, ['median', 'p99', 'n', `/ ${base}`], rows);
}

const missed = [];

/** Prints one of the bars that were set for liveserve, what was measured, and whether that reaches it. */
export function printBar(reached, sentence, measured) {
  const line = `${sentence}: ${shortly(measured)}`;
  console.log(`  ${reached ? 'reached' : 'MISSED '}  ${line}`);
  if (!reached) missed.push(line);
}

/** What nobody asked for as a bar, but where it should go: a ratio to somebody better. */
export const printAim = (sentence, ratio) =>
  console.log(`  aim      ${sentence}: ${shortly(ratio)} of it`);

/** Once more what was missed, at the very end. */
export function printMissed() {
  if (missed.length > 0)
    console.log(`\nmissed bars:\n${missed.map((line) => `  ${line}\n`).join('')}`);
  else console.log('\nevery bar reached');
}
