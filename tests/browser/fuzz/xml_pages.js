/**
 * xml_pages: the random documents as XHTML and as drawings. Both are parsed as XML, where a mistake is an end:
 * what stands behind it is not shown.
 */

/**
 * @typedef {import('./elements.js').Node} Node
 * @typedef {import('./elements.js').Element} Element
 * @typedef {import('./documents.js').Site} Site
 */

const NAMESPACES = {
  html: 'http://www.w3.org/1999/xhtml',
  svg: 'http://www.w3.org/2000/svg',
  math: 'http://www.w3.org/1998/Math/MathML',
};

/** What an XML document cannot hold, in no way. @param {string} text */
const legal = (text) => text.replace(/[\0-\x08\v\f\x0e-\x1f]|&#0;/g, '');

/** @param {string} text */
const escaped = (text) =>
  legal(text)
    .replace(/&(?!(amp|lt|#x80);)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/"/g, '&quot;');

/** @param {Record<string, string | null>} attributes */
const attributesOf = (attributes) =>
  Object.entries(attributes)
    .filter(([name]) => /^[\w:-]+$/.test(name))
    .map(([name, value]) => ` ${name}="${escaped(value ?? '')}"`)
    .join('');

/** @param {Node} node @returns {string} */
export function xmlMarkup(node) {
  if (typeof node === 'string') {
    return /^<!--|^<!\[CDATA/.test(node) ? node : escaped(node).replace(/]]>/g, ']]&gt;');
  }
  const { name, attributes, children } = node;
  const namespace = /** @type {Record<string, string>} */ (NAMESPACES)[name];
  // Sheets may have any text.
  const text = name === 'style' ? legal(children.join('')) : children.map(xmlMarkup).join('');
  const inner = name === 'style' ? text.replace(/&/g, '&amp;').replace(/</g, '&lt;') : text;
  return `<${name}${namespace ? ` xmlns="${namespace}"` : ''}${attributesOf(attributes)}>${inner}</${name}>`;
}

const XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"';

/** @param {Element[]} head @returns {string} for each linked sheet, what does the same in any XML */
const linkedSheets = (head) =>
  head
    .filter(({ name, attributes }) => name === 'link' && attributes.rel === 'stylesheet')
    .map(({ attributes: { href, media } }) => {
      const rest = media ? ` media="${media}"` : '';
      return `<?xml-stylesheet type="text/css" href="${href}"${rest}?>\n`;
    })
    .join('');

/** @param {Site} site @param {string} script */
function xhtmlOf({ head, body, before, after, rootAttributes, bodyAttributes }, script) {
  // Where something else stands behind the root, nothing is shown but the mistake.
  return `<?xml version="1.0" encoding="utf-8"?>
${before}<html xmlns="${NAMESPACES.html}" ${XLINK}${attributesOf(rootAttributes)}>
<head><title>x</title>
${head.map(xmlMarkup).join('\n')}${script}</head>
<body${attributesOf(bodyAttributes)}>${body.map(xmlMarkup).join('')}</body></html>${after}
`;
}

/** @param {Site} site @param {string} script */
function drawingOf({ head, body, before, after }, script) {
  const shapes = body.map((node) => {
    if (typeof node === 'string') return `<text y="20">${xmlMarkup(node)}</text>`;
    if (node.name === 'svg') return node.children.map(xmlMarkup).join('');
    const inner = `<div xmlns="${NAMESPACES.html}">${xmlMarkup(node)}</div>`;
    return `<foreignObject width="300" height="90">${inner}</foreignObject>`;
  });
  const sheets = head.filter(({ name }) => name === 'style').map(xmlMarkup);
  return `${linkedSheets(head)}${before}<svg xmlns="${NAMESPACES.svg}" ${XLINK} width="400" height="300">
${sheets.join('\n')}${script}
${shapes.join('\n')}
</svg>${after}
`;
}

/**
 * @param {Site} site
 * @returns {string} its page
 */
export function xmlOf(site) {
  const script = site.scripts.length > 0 ? '<script>window.ran = true</script>' : '';
  return site.name.endsWith('.svg') ? drawingOf(site, script) : xhtmlOf(site, script);
}
