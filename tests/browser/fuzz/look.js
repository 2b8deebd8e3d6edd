/**
 * look: all that can be seen of a page, as one text. The functions run in the page.
 */

/**
 * @param {number} [styles] of so many elements the computed styles are looked at: those of a very long page only in
 *   its first elements
 * @returns {string} the trees, a number for the computed styles of each element, the state of the fields, and
 *   which pictures are shown. A line that may differ, as about a field that somebody has used, is "~"
 */
export function look(styles = 150) {
  const lines = /** @type {string[]} */ ([]);
  const { touched = new Set() } = /** @type {any} */ (window);
  // Only the tab in front shows where the focus is, and so in a list what is chosen.
  const focused = !document.hasFocus() && document.activeElement;
  // Chromium has not yet found where the pictures are that nobody sees.
  const clean = (/** @type {string} */ text) =>
    text.replace(/[?&]liveserve=\w+|(?<=url\(")http:\/\/[^/]+\//g, '');
  const fields = 'value checked selected selectedIndex open validationMessage willValidate muted';
  const states = ':target :default :checked :indeterminate :popover-open'.split(' ');
  const names = [...getComputedStyle(document.documentElement)];

  /** @type {(one: any, part: string | null) => number} */
  function styleOf(one, part) {
    const style = getComputedStyle(one, part);
    // Chromium lays out what is hidden until it is found only when somebody asks, and may give a cell of a table
    // another size then.
    if (one.matches('[hidden^=u] *') || (part && /^(none|normal|)$/.test(style.content))) return 0;
    const all = [...new Set([...names, ...style])];
    // Firefox may go on breaking in two what once had lines from right to left in it.
    const broken = style.display === 'inline' ? /(perspective|transform)-origin: [^,]*/g : '';
    const values = all.map((name) => `${name}: ${style.getPropertyValue(name)}`).join();
    const text = clean(values).replace(broken, '');
    let sum = 0;
    for (let i = 0; i < text.length; i++) sum = (Math.imul(sum, 31) + text.charCodeAt(i)) | 0;
    return sum;
  }

  /** @type {(one: any, indent: string) => void} */
  function seeElement(one, indent) {
    const attributes = [...one.attributes]
      .map(({ name, value, namespaceURI }) => `${name}{${namespaceURI ?? ''}}=${clean(value)}`)
      .sort();
    const isBehind = (one.closest('select') ?? one) === focused;
    const say = (/** @type {string} */ line, isVague = touched.has(one)) =>
      lines.push(isVague ? '~' : `${indent} ${line}`);
    lines.push(`${indent}<${one.nodeName} {${one.namespaceURI}} ${attributes.join(' ')}>`);
    const parts = styles-- > 0 ? [null, '::before', '::after'] : [];
    say(`style ${parts.map((part) => styleOf(one, part))}`, isBehind || undefined);
    for (const name of fields.split(' '))
      if (name in one && one.nodeName !== 'LI' && !(name === 'value' && one.files))
        say(`${name} ${JSON.stringify(one[name])}`);
    say(`is ${states.filter((state) => one.matches(state))}`);
    for (const name of ['list', 'control', 'form'])
      if (name in one) lines.push(`${indent} ${name} ${clean(one[name]?.outerHTML ?? '').length}`);
    if (/^(IFRAME|FRAME|OBJECT)$/.test(one.nodeName)) {
      const inner = one.contentDocument;
      say(`frame ${clean(inner?.documentElement?.textContent ?? '')}`);
      for (const seen of inner?.querySelectorAll('p, img') ?? []) {
        const { color, backgroundImage, margin } = inner.defaultView.getComputedStyle(seen);
        say(clean(`in it ${seen.naturalWidth} ${color} ${backgroundImage} ${margin}`));
      }
    }
    // Chromium tells the fragment that was asked for first. What is lazy and unseen is there only if it was in memory.
    if ('currentSrc' in one && (one.loading !== 'lazy' || one.getClientRects()[0]))
      lines.push(`${indent} ${clean(one.currentSrc).replace(/#.*/, '')} ${one.naturalWidth}`);
  }

  /** @type {(one: any, indent: string) => void} */
  function walk(one, indent) {
    if (one.nodeType !== 1) lines.push(`${indent}${one.nodeName} ${JSON.stringify(one.data)}`);
    // Behind the body is what liveserve notes about an error of the page. No HTML parser puts a div there.
    if (one.nodeType !== 1 || one.matches(':root > div')) return;
    seeElement(one, indent);
    for (const root of [one.content, one.shadowRoot, one])
      for (const child of root?.childNodes ?? []) walk(child, indent + (root === one ? ' ' : ' #'));
  }
  for (const one of document.childNodes) walk(one, '');
  // Of a missing file that is preloaded, too, Chromium has a sheet without rules after a load only.
  for (const { href, disabled, cssRules } of document.styleSheets)
    if (cssRules.length) lines.push(`sheet ${clean(href ?? '')} ${disabled} ${cssRules.length}`);
  const { scrollWidth: width, scrollHeight: height } = document.documentElement;
  return `${lines.join('\n')}\n${document.compatMode} ${document.title}\nsize ${width} ${height}`;
}

/** @returns {string} the computed styles of all elements, written out */
export function seeStyles() {
  return [...document.querySelectorAll(':not([hidden=until-found] *)')]
    .map((one) => {
      const style = getComputedStyle(one);
      return `${one.nodeName} ${[...style].map((name) => `${name}: ${style.getPropertyValue(name)}`).join('\n')}`;
    })
    .join('\n');
}

/**
 * Runs in the page, and does what a user does.
 *
 * @param {number} choice which field
 * @returns {number} how many fields were used
 */
export function use(choice) {
  /** @type {any[]} */
  const found = [...document.querySelectorAll('input, textarea, select')];
  // A textarea in a drawing is no field. And what is chosen in some is shown elsewhere, too.
  const all = found.filter(
    (one) =>
      'form' in one &&
      !one.querySelector('selectedcontent') &&
      !/^(hidden|file|submit|image|reset)$/.test(one.type) &&
      !one.disabled,
  );
  const field = all[choice % all.length];
  if (!field || field.type === 'radio') return 0;
  const page = /** @type {any} */ (window);
  page.touched ??= new Set();
  const { checked, selectedIndex, value } = field;
  (page.undo ??= []).push(() => {
    if (field.type === 'checkbox') field.checked = checked;
    else if (field.options) field.selectedIndex = selectedIndex;
    else field.value = value;
  });
  if (field.type === 'checkbox') field.checked = !field.checked;
  else if (field.options) field.selectedIndex = field.options.length - 1;
  else field.value = /range|number/.test(field.type) ? '11' : 'typed';
  for (const one of field.options ? [field, ...field.options] : [field]) page.touched.add(one);
  // An option stays chosen, wherever it goes.
  field.kept = field.options ? undefined : field.value;
  (page.used ??= new Set()).add(field);
  return 1;
}

/** Undoes what use has done: what is typed in a field may be higher than what was in it. */
export function undoUse() {
  const page = /** @type {any} */ (window);
  for (const undo of (page.undo ?? []).reverse()) undo();
  page.undo = [];
  page.used?.clear();
}

/**
 * @returns {string} which used fields have lost what the user did, and how many of them are gone
 */
export function findLosses() {
  const page = /** @type {any} */ (window);
  const used = [...(page.used ?? [])];
  const here = used.filter((one) => one.isConnected);
  const gone = used.length - here.length;
  page.used = new Set(here);
  const changed = here.filter((one) => !one.options && one.kept !== one.value);
  return JSON.stringify({ gone, changed: changed.map((one) => one.outerHTML) });
}
