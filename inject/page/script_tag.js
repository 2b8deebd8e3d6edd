/**
 * script_tag: the script element that the server put into the document, and what its attributes say.
 * Attributes are read, not properties, because the document may be XHTML or SVG.
 */

/**
 * @typedef {object} ScriptTag
 * @property {string} source the URL of the script
 * @property {string} state the attribute data-version as it stands, another one for each state of the
 *   folder
 * @property {string} epoch its first half, which says what run of the server made the page
 * @property {number} version its second half, the number of the last change in the page
 * @property {string | null} file the URL of the file that the document is made of, when the document's
 *   own URL does not say it
 * @property {string} level which calls of the console the server wants to know; not
 *   there when it wants errors only
 */

/**
 * @param {ParentNode} root a document, or its root element
 * @returns {Element | null} the first one, which is the one that acts
 */
export function findScriptTag(root) {
  return root.querySelector('script[data-version][src^="/__liveserve/"]');
}

/**
 * @param {Element} tag
 * @returns {ScriptTag | null} null when it is not as the server writes it
 */
export function readScriptTag(tag) {
  const names = ['data-version', 'src', 'data-file', 'data-console'];
  /** @type {any[]} */
  const [data, source, file, level] = names.map((name) => tag.getAttribute(name));
  const parts = /^([A-Za-z0-9]+)\.(\d+)$/.exec(data);
  if (!parts) return null;
  const [state, epoch, version] = parts;
  return { source, state, epoch, version: Number(version), file, level };
}
