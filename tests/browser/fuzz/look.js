/**
 * look: all that can be seen of a page, as one text. The function runs in the page.
 */

/**
 * @returns {string} the tree, the computed styles, the state of the fields, and what was drawn of pictures
 */
export function look() {
  /** @type {string[]} */
  const lines = [];
  const stamp = /[?&]liveserve=\w+/g;
  const properties = [
    'color',
    'background-image',
    'border',
    'margin',
    'display',
    'list-style-image',
    '--b',
  ];
  const fields = ['value', 'checked', 'selectedIndex', 'open', 'validationMessage'];

  /** @param {any} one @param {string} indent */
  const walk = (one, indent) => {
    if (one.nodeType === 3) {
      if (one.data.trim()) lines.push(`${indent}"${one.data}"`);
      return;
    }
    if (one.nodeType !== 1) return;
    const attributes = [...one.attributes]
      .map(
        ({ name, value, namespaceURI }) => `${name}{${namespaceURI}}=${value.replace(stamp, '')}`,
      )
      .sort();
    lines.push(`${indent}<${one.nodeName} ${attributes.join(' ')}>`);
    const style = getComputedStyle(one);
    const values = properties.map((name) => style.getPropertyValue(name).replace(stamp, ''));
    lines.push(`${indent} style ${values.join('|')}`);
    for (const name of fields) if (name in one) lines.push(`${indent} ${name} ${one[name]}`);
    if ('form' in one) lines.push(`${indent} form ${one.form?.outerHTML.length}`);
    if (one.nodeName === 'IMG') lines.push(`${indent} ${one.currentSrc.replace(stamp, '')}`);
    for (const child of one.childNodes) walk(child, `${indent} `);
  };
  walk(document.documentElement, '');
  lines.push(`mode ${document.compatMode}`);
  const sheets = [...document.styleSheets];
  lines.push(
    `sheets ${sheets.map((sheet) => `${sheet.href?.replace(stamp, '')} ${sheet.disabled}`)}`,
  );
  return lines.join('\n');
}
