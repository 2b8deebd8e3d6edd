/**
 * align: which nodes of an old list of siblings live on as which of a new list.
 *
 * As much as possible stays: what is equal at both ends, then in what is left the heaviest common
 * sequence (so a long paragraph counts for more than the line breaks around it), and between those
 * each node takes the next old one of its kind.
 */

// Above this many comparisons only the ends are looked at.
const MOST_CELLS = 1e6;

/**
 * @param {Node[]} olds
 * @param {Node[]} news
 * @returns {(Node | undefined)[]} for each new node the old one that becomes it, in the order of both lists
 */
export function align(olds, news) {
	const most = Math.min(olds.length, news.length);
	let start = 0;
	while (start < most && olds[start].isEqualNode(news[start])) start++;
	let end = 0;
	while (end < most - start && olds.at(-1 - end).isEqualNode(news.at(-1 - end))) end++;

	const middle = (list) => list.slice(start, list.length - end);
	return [
		...olds.slice(0, start),
		...alignMiddle(middle(olds), middle(news)),
		...olds.slice(olds.length - end),
	];
}

function alignMiddle(olds, news) {
	const partners = [];
	let nextOld = 0;
	let nextNew = 0;
	const fillUpTo = (oldEnd, newEnd) => {
		for (; nextNew < newEnd; nextNew++) {
			const at = olds.findIndex(
				(old, i) => i >= nextOld && i < oldEnd && isAlike(old, news[nextNew]),
			);
			partners.push(olds[at]);
			if (at >= 0) nextOld = at + 1;
		}
		nextOld = oldEnd;
	};
	for (const [i, j] of commonSequence(olds.map(textOf), news.map(textOf))) {
		fillUpTo(i, j);
		partners.push(olds[i]);
		nextOld = i + 1;
		nextNew = j + 1;
	}
	fillUpTo(olds.length, news.length);
	return partners;
}

const textOf = (node) => node.outerHTML ?? `${node.nodeType}${node.data}`;

// The pairs of places of the heaviest sequence that both lists have.
function commonSequence(a, b) {
	const width = b.length + 1;
	if (a.length * b.length > MOST_CELLS) return [];
	const best = new Float64Array((a.length + 1) * width);
	for (let i = a.length - 1; i >= 0; i--) {
		for (let j = b.length - 1; j >= 0; j--) {
			const at = i * width + j;
			const both = a[i] === b[j] ? best[at + width + 1] + a[i].length : 0;
			best[at] = Math.max(both, best[at + 1], best[at + width]);
		}
	}
	const pairs = [];
	for (let i = 0, j = 0; i < a.length && j < b.length;) {
		const at = i * width + j;
		if (best[at] === best[at + width]) i++;
		else if (best[at] === best[at + 1]) j++;
		else pairs.push([i++, j++]);
	}
	return pairs;
}

// A frame that is given another address would add to the history, a sheet would leave the page bare meanwhile.
const NEVER_CHANGED = /^(i?frame|object|embed|style|link)$/i;

function isAlike(a, b) {
	return (
		a.nodeName === b.nodeName &&
		a.id === b.id &&
		a.type === b.type &&
		!NEVER_CHANGED.test(a.nodeName)
	);
}
