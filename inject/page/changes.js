/**
 * changes: decides what a change on disk means for this page.
 *
 * The document itself: follow it. A file that an updater can exchange in place: let it. Any other file that
 * the page has asked for: reload. Everything else is somebody else's affair.
 *
 * @typedef {object} Change
 * @property {string[]} urls canonical addresses of the file, its path among them; of a folder all end in '/'
 * @property {'created' | 'modified' | 'deleted'} kind
 *
 * @typedef {object} Updater knows files that it can bring up to date without a reload
 * @property {() => Set<string | null>} addresses
 * @property {(kinds: Map<string, string>) => void} update from changed addresses of its own to the kind of
 *   change
 */

/**
 * @param {object} options
 * @param {() => string[]} options.ownAddresses where the document is found
 * @param {boolean} options.isListing whether it lists a folder
 * @param {{addresses: () => Set<string | null>, read: () => Set<string | null>, isIncomplete: () => boolean}}
 *   options.resources what scripts have read needs a reload, whoever else uses it
 * @param {Updater} options.stylesheets
 * @param {() => Promise<Updater>} options.findAssets rejects when it cannot be had
 * @param {(mustReload: boolean) => void} options.follow brings the document up to date
 * @param {() => void} options.stop the document is gone
 * @returns {(changes: Change[], isBlunt?: boolean) => Promise<boolean>} applies one batch, in place where that
 *   is possible and isBlunt does not forbid it; whether the page uses anything of it
 */
export function createChanges(options) {
	const { ownAddresses, isListing, resources, stylesheets, findAssets, follow, stop } = options;
	let isGone = false;

	return async (changes, isBlunt) => {
		const sheets = stylesheets.addresses();
		const read = resources.read();
		const used = [...sheets, ...resources.addresses()].filter(Boolean);
		const [sheetKinds, otherKinds] = [new Map(), new Map()];
		let isShown = false;
		let reloads = false;
		let isUsed = false;

		for (const change of changes) {
			const relation = relationOf(change, ownAddresses(), isListing);
			// The document is read by ourselves, too.
			const touched = relation ? [] : used.filter((address) => covers(change, address));
			if (relation === 'gone' || relation === 'shown') isGone = relation === 'gone';
			if (relation === 'shown') isShown = true;
			const isUnknown = !relation && touched.length === 0 && resources.isIncomplete();
			if (relation === 'listed' || isUnknown) reloads = true;
			if (relation || touched.length > 0) isUsed = true;
			for (const address of touched) {
				if (read.has(address)) reloads = true;
				(sheets.has(address) ? sheetKinds : otherKinds).set(address, change.kind);
			}
		}
		if (isUsed && isBlunt) reloads = true;
		const assetKinds = new Map();
		const assets = otherKinds.size > 0 && !reloads && (await findAssets().catch(() => null));
		const known = assets ? assets.addresses() : new Set();
		for (const [address, kind] of otherKinds) {
			if (known.has(address)) assetKinds.set(address, kind);
			else reloads = true;
		}

		// While the document is not on disk a reload would only show that; its return is waited for.
		if (isGone) stop();
		else if (isShown || reloads) follow(reloads);
		if (isGone || !reloads) {
			if (sheetKinds.size > 0) stylesheets.update(sheetKinds);
			if (assetKinds.size > 0) assets.update(assetKinds);
		}
		return isUsed;
	};
}

// What the changed file is to the document at the addresses own; false when nothing.
function relationOf(change, own, isListing) {
	const { urls, kind } = change;
	const isDeleted = kind === 'deleted';
	const names = isDeleted ? own : own.flatMap(namesFor);
	if (names.some((name) => covers(change, name))) return isDeleted ? 'gone' : 'shown';
	const isChild = (url) => own.includes(url.replace(/[^/]+\/?$/, ''));
	return isListing && kind !== 'modified' && urls.some(isChild) && 'listed';
}

// A folder that comes or goes takes everything in it along.
function covers({ urls, kind }, address) {
	const isFolder = kind !== 'modified' && urls.every((url) => url.endsWith('/'));
	return urls.some((url) => url === address || (isFolder && address.startsWith(url)));
}

// Under which names a file may appear that the server would show at this address.
function namesFor(address) {
	const ends = address.endsWith('/') ? ['index.html', 'index.htm'] : ['.html', '/'];
	return [address, ...ends.map((end) => address + end)];
}
