/**
 * markdown: what a Markdown file links to, what of it can be linked to, and what it calls by name.
 * Only as much of the syntax as our own documents use: links and images in a line, headings with #,
 * code in backticks or blocks.
 */

/**
 * A line of the text with its number, without lines of code.
 *
 * @param {string} text
 * @returns {{number: number, line: string}[]}
 */
function proseLines(text) {
  const lines = [];
  let isFenced = false;
  let isIndented = false;
  let wasBlank = true;
  for (const [index, line] of text.split('\n').entries()) {
    const isFence = /^ *```/.test(line);
    isIndented = /^( {4}|\t)/.test(line) && (wasBlank || isIndented);
    wasBlank = line.trim() === '';
    if (isFence) isFenced = !isFenced;
    else if (!isFenced && !isIndented) lines.push({ number: index + 1, line });
  }
  return lines;
}

/**
 * The links of a document, images among them.
 *
 * @param {string} text
 * @returns {{number: number, target: string}[]} with the numbers of their lines
 */
export function linksOf(text) {
  return proseLines(text).flatMap(({ number, line }) => {
    const prose = line.replace(/`[^`]*`/g, '');
    return [...prose.matchAll(/\]\(([^)\s]*)[^)]*\)/g)].map(([, target]) => ({ number, target }));
  });
}

/**
 * The pieces of code in backticks, without blocks of code.
 *
 * @param {string} text
 * @returns {string[]}
 */
export function codeIn(text) {
  return proseLines(text).flatMap(({ line }) =>
    [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code),
  );
}

/**
 * The names by which the headings of a document can be linked to, made as GitHub makes them: small
 * letters, no punctuation, a hyphen for each space, and a number behind the second of two that are
 * alike.
 *
 * @param {string} text
 * @returns {Set<string>}
 */
export function anchorsOf(text) {
  const anchors = new Set();
  for (const { line } of proseLines(text)) {
    const heading = /^#{1,6} +(.*?) *#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const words = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1');
    const anchor = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-');
    let name = anchor;
    for (let count = 1; anchors.has(name); count++) name = `${anchor}-${count}`;
    anchors.add(name);
  }
  return anchors;
}
