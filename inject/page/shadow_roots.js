/**
 * shadow_roots: the document and every open shadow root in it.
 */

/** @typedef {Document | ShadowRoot} Root */

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {any[]} the elements that match in this tree alone
 */
export const select = (root, selector) => [...root.querySelectorAll(selector)];

/**
 * @param {Root} root
 * @returns {Root[]} root and the open shadow roots below it, at any depth
 */
export const rootsIn = (root) => [
  root,
  ...select(root, '*').flatMap(({ shadowRoot }) => (shadowRoot ? rootsIn(shadowRoot) : [])),
];

/**
 * @param {Root} root
 * @param {string} selector
 * @returns {Element[]} what matches in root and in the shadow roots below it
 */
export const findAll = (root, selector) => rootsIn(root).flatMap((one) => select(one, selector));
