/**
 * trees: the document and every open shadow tree in it.
 */

/**
 * @param {Document | ShadowRoot | Element} root
 * @returns {(Document | ShadowRoot | Element)[]} root and the shadow roots below it, at any depth
 */
export function treesIn(root) {
	const hosts = [...root.querySelectorAll('*')].filter((element) => element.shadowRoot);
	return [root, ...hosts.flatMap((host) => treesIn(host.shadowRoot))];
}

/**
 * @param {Document | ShadowRoot | Element} root
 * @param {string} selector
 * @returns {Element[]} what matches in any of these trees
 */
export const findAll = (root, selector) =>
	treesIn(root).flatMap((tree) => [...tree.querySelectorAll(selector)]);
