/**
 * arguments: what the fuzzers are given on the command line: a browser, a number, a seed.
 */

/**
 * Ends the program when they are wrong.
 *
 * @param {string} program its name
 * @param {string} what there is to be a number of
 * @param {string} usual how many when nothing is said
 * @returns {{name: import('../browser.js').BrowserName, count: number, firstSeed: number}}
 */
export function readArguments(program, what, usual) {
  const [name = 'chromium', count = usual, firstSeed = String(Date.now() % 1e6)] =
    process.argv.slice(2);
  if (!/^(chromium|firefox)$/.test(name) || !/^\d+$/.test(count) || !/^\d+$/.test(firstSeed)) {
    console.error(
      `${program}: give a browser (chromium or firefox), a number of ${what} and a seed, such as ` +
        `"chromium ${usual} 1"`,
    );
    process.exit(2);
  }
  return { name: /** @type {any} */ (name), count: Number(count), firstSeed: Number(firstSeed) };
}

/** The first lines that differ. @param {string} one @param {string} other */
export function difference(one, other) {
  const [left, right] = [one.split('\n'), other.split('\n')];
  const found = left.flatMap((line, i) =>
    line === right[i] || line === '~' ? [] : [`open:  ${line}\nfresh: ${right[i]}`],
  );
  if (found.length === 0 && right.length > left.length) found.push(`fresh: ${right[left.length]}`);
  return found.slice(0, 4).join('\n');
}
