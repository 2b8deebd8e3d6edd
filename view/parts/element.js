/**
 * element: makes elements. Text always becomes a text node, never markup.
 */

/**
 * @param {Document} document
 * @param {string} name
 * @param {Record<string, string | number | boolean>} [attributes] true: without a value; false: left out
 * @param {(Node | string)[]} children
 * @returns {HTMLElement}
 */
export function make(document, name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children);
  return element;
}

/**
 * The element of that id; the page has it.
 *
 * @param {Document} document
 * @param {string} id
 */
export function byId(document, id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`no element #${id}`);
  return element;
}

/**
 * Changes the text of an element that has only text. Its text node stays, which costs less than a new one.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  const node = element.firstChild;
  if (!node) element.append(text);
  else if (node.nodeValue !== text) node.nodeValue = text;
}
