/**
 * inert_page: a document as a tree of nodes that is in no document, so nothing in it loads or runs. It is
 * what a browser would make of the text, but for noscript, whose content is elements here.
 */

/**
 * @typedef {object} Page
 * @property {Element} root
 * @property {string} doctype
 * @property {CharacterData[]} comments those outside of head and body, and the white space in the root element,
 *   in the order of the document
 * @property {string} places where these stand
 * @property {boolean} hasTies whether a field belongs to a form that is not around it, and that its attribute
 *   form does not name. Only the parser makes such a tie
 */

/** @type {(root: Element, name: string) => Element | undefined} head or body */
export const partOf = (root, name) => [...root.children].find((one) => one.localName === name);

/** @param {Document} document */
export const doctypeOf = ({ doctype }) =>
  doctype ? [doctype.name, doctype.publicId, doctype.systemId].join() : '';

/**
 * @param {Document} document
 * @returns {Pick<Page, 'comments' | 'places'>}
 */
export function commentsIn(document) {
  const root = document.documentElement;
  const nodes = [...document.childNodes].flatMap((one) =>
    one === root ? [...one.childNodes] : one,
  );
  const seen = nodes.filter((one) => /^(#comment|#text|HEAD|BODY)$/.test(one.nodeName));
  return {
    comments: /** @type {any} */ (seen.filter((one) => 'data' in one)),
    places: seen.map((one) => `${one.nodeName} ${one.parentNode === root}`).join(),
  };
}

const FORM_TAGS = /<(\/?form|input|select|textarea|button|fieldset|output|object)\b/gi;

/**
 * @param {string} text
 * @returns {string} for each field, the number of the form that the parser ties it to
 */
function tiesIn(text) {
  let forms = 0;
  let form = 0;
  return [...text.matchAll(FORM_TAGS)]
    .flatMap(([, tag]) => {
      if (!/form/i.test(tag)) return form;
      form = tag[0] === '/' ? 0 : form || ++forms;
      return [];
    })
    .join();
}

/**
 * A style element in a document, even in one that is never shown, makes Firefox show the page's own style
 * elements without what they import. So the tree is the content of an element that is in no document. What
 * such a content lacks (the doctype, the attributes of the root, what is around head and body) comes from a
 * document without style elements. In their place are noframes, which a parser treats alike there.
 *
 * @param {string} text
 * @param {typeof DOMParser} Parser
 * @returns {Page}
 */
export function parsePage(text, Parser) {
  /** @param {string} html */
  const parse = (html) => new Parser().parseFromString(html, 'text/html');
  const shell = parse(text.replace(/<(\/?)style\b/gi, '<$1noframes'));
  const root = parse(shell.compatMode === 'BackCompat' ? '' : '<!doctype html>').createElement(
    'html',
  );
  root.innerHTML = text;
  for (const attribute of shell.documentElement.attributes) {
    root.setAttributeNode(/** @type {Attr} */ (attribute.cloneNode()));
  }
  return {
    root,
    doctype: doctypeOf(shell),
    ...commentsIn(shell),
    // In the markup of a tree each form is around its fields.
    hasTies: /<form/i.test(text) && tiesIn(text) !== tiesIn(root.innerHTML),
  };
}

/**
 * @param {XMLHttpRequest} answer with the bytes of a document
 * @param {Document} document
 * @returns {string | null} the text, decoded as that of document was; null when the answer is not HTML, or
 *   may be in another charset than document
 */
export function decodeHtml(answer, document) {
  const charset = document.characterSet;
  const type = answer.getResponseHeader('content-type') ?? '';
  const [, said] = /charset="?([\w-]+)/i.exec(type) ?? [];
  const decoder = new TextDecoder(said ?? charset);
  if (decoder.encoding !== charset.toLowerCase() || !/^text\/html\b/i.test(type)) return null;
  const text = decoder.decode(answer.response);
  // The browser guesses the charset that nobody says. That makes no difference to ASCII alone.
  return said || /^[\0-\x7f]*$/.test(text) ? text : null;
}
