/**
 * report: numbers into lines.
 */

/** The value below which the share p of the samples lies (nearest rank). */
export function percentile(samples, p) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
}

export const median = (samples) => percentile(samples, 0.5);

function shortly(value) {
  if (value === undefined) return '-';
  if (value === 0 || Number.isInteger(value)) return `${value}`;
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : `${Number(value.toPrecision(2))}`;
}

/**
 * Prints one table: a line for each of the rows, with the ratio of its median to that of the row `base`.
 *
 * @param {string} title what was measured, with its unit
 * @param {Map<string, number[]>} rows samples by name
 * @param {string} base
 */
export function printTable(title, rows, base = 'liveserve') {
  const width = Math.max(50, ...[...rows.keys()].map((name) => name.length + 2));
  const line = (name, ...cells) => console.log(name.padEnd(width) + cells.map((c) => c.padStart(10)).join(''));
  const baseMedian = rows.has(base) ? median(rows.get(base)) : undefined;

  console.log();
  line(title, 'median', 'p99', 'n', 'ratio');
  for (const [name, samples] of rows) {
    if (samples.length === 0) {
      line(`  ${name}`, 'nothing');
      continue;
    }
    const ratio = baseMedian ? `${shortly(median(samples) / baseMedian)}x` : '-';
    const cells = [median(samples), percentile(samples, 0.99)].map(shortly);
    line(`  ${name}`, ...cells, `${samples.length}`, ratio);
  }
}

/** Prints one of the bars that were set for liveserve, and whether it was reached. */
export function printBar(reached, sentence) {
  console.log(`  ${reached ? 'reached' : 'MISSED '}  ${sentence}`);
}
