/**
 * tag: the script element that the server put into the document, and what it says. Attributes, not
 * properties, because the document may be XHTML or SVG.
 */

/**
 * @param {Document} document
 * @returns {Element | null} the first one, which is the one that acts
 */
export function findTag(document) {
	return document.querySelector('script[data-version][src^="/__liveserve/"]');
}

/**
 * @param {Element} tag
 * @returns {{source: string, birth: string, epoch: string, version: number, file: string | null,
 *   says: string | null} | null} null when it is not as the server writes it; birth is data-version as it
 *   stands, different for every state of the folder; file is the address of what the document is made of,
 *   when its own does not say; says is what of the console the server wants, null for errors only
 */
export function readTag(tag) {
	const parts = /^([A-Za-z0-9]+)\.(\d+)$/.exec(tag.getAttribute('data-version'));
	if (!parts) return null;
	const [birth, epoch, version] = parts;
	const [source, file, says] = ['src', 'data-file', 'data-console'].map((name) =>
		tag.getAttribute(name),
	);
	return { source, birth, epoch, version: Number(version), file, says };
}
