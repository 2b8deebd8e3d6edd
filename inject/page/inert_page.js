/**
 * inert_page: a document as a tree of nodes that is in no document, so nothing in it loads or runs. It is
 * what a browser would make of the text, but for noscript, whose content is elements here.
 */

/**
 * @typedef {object} Page
 * @property {Element} root
 * @property {string} doctype
 */

/** @type {(root: Element, name: string) => Element | undefined} head or body */
export const partOf = (root, name) => [...root.children].find((one) => one.localName === name);

/** @param {Document} document */
export const doctypeOf = ({ doctype }) =>
  doctype ? [doctype.name, doctype.publicId, doctype.systemId].join() : '';

/**
 * A style element in a document, even in one that is never shown, makes Firefox show the page's own style
 * elements without what they import. So the tree is the content of an element that is in no document. What
 * such a content lacks (the doctype, the attributes of the root) comes from a document without style
 * elements.
 *
 * @param {string} text
 * @param {typeof DOMParser} Parser
 * @returns {Page}
 */
export function parsePage(text, Parser) {
  /** @param {string} html */
  const parse = (html) => new Parser().parseFromString(html, 'text/html');
  const shell = parse(text.replace(/<style/gi, '<x-style'));
  const root = parse(shell.compatMode === 'BackCompat' ? '' : '<!doctype html>').createElement(
    'html',
  );
  root.innerHTML = text;
  for (const attribute of shell.documentElement.attributes) {
    root.setAttributeNode(/** @type {Attr} */ (attribute.cloneNode()));
  }
  return { root, doctype: doctypeOf(shell) };
}

/**
 * @param {XMLHttpRequest} answer with the bytes of a document
 * @param {Document} document
 * @returns {string | null} the text, decoded as that of document was; null when the answer is not HTML, or
 *   says another charset than the one of document
 */
export function decodeHtml(answer, document) {
  const charset = document.characterSet;
  const type = answer.getResponseHeader('content-type') ?? '';
  const [, said = charset] = /charset="?([\w-]+)/i.exec(type) ?? [];
  const decoder = new TextDecoder(said);
  if (decoder.encoding !== charset.toLowerCase() || !/^text\/html\b/i.test(type)) return null;
  return decoder.decode(answer.response);
}
