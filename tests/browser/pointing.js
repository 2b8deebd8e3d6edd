/**
 * pointing: a person at a page who holds keys and points at elements, and what the page shows then.
 */

import { until } from '../support/server.js';

/** @typedef {import('./site.js').Tab} Tab */

/** Runs in the page before its scripts: notes what it hears, and what is in closed shadow roots. */
export function spy() {
  document.heard = [];
  for (const type of ['click', 'mousedown', 'mouseup', 'pointerdown', 'auxclick', 'contextmenu'])
    window.addEventListener(type, () => document.heard.push(type), true);
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (options) {
    const root = attachShadow.call(this, options);
    if (options.mode !== 'closed') return root;
    (document.roots ??= []).push(root);
    // An outline is there for a moment only, which a busy test may miss.
    const note = () => {
      const boxes = /** @type {any[]} */ ([...root.children]);
      const box = boxes.find((one) => one.localName === 'div' && one.style.width);
      const { x, y, width, height } = box?.getBoundingClientRect() ?? {};
      if (box) document.outlined = [x, y, width, height].map(Math.round).join();
    };
    const changes = { attributes: true, childList: true, subtree: true };
    new MutationObserver(note).observe(root, changes);
    return root;
  };
}

/** Runs in the page: the texts of what is shown now. */
export const labels = () =>
  (document.roots ?? [])
    .filter(({ host }) => host.isConnected)
    .flatMap((root) => [...root.children].filter((one) => one.localName === 'div'))
    .map((one) => one.textContent)
    .filter(Boolean)
    .join();

/** Runs in the page. @param {string} selector */
export const rectangle = (selector) => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [x, y, width, height].map(Math.round).join();
};

/** @param {Tab} tab @param {string} selector @returns {Promise<{x: number, y: number}>} its centre */
export const centre = (tab, selector) =>
  tab.page.evaluate((one) => {
    const { x, y, width, height } = document.querySelector(one).getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  }, selector);

/** @param {Tab} tab */
export async function hold(tab) {
  await tab.page.keyboard.down('Alt');
  await tab.page.keyboard.down('Shift');
}

/** @param {Tab} tab */
export async function release(tab) {
  await tab.page.keyboard.up('Shift');
  await tab.page.keyboard.up('Alt');
}

/** Waits until the page has what joins it with the editor. @param {Tab} tab */
export const isReady = (tab) =>
  tab.shows(true, () =>
    performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/points.js')),
  );

/**
 * Points at a place with the keys held, and waits for a label.
 *
 * @param {Tab} tab
 * @param {{x: number, y: number}} at
 * @param {string} label
 */
export async function pointAt(tab, { x, y }, label) {
  await hold(tab);
  // The part listens a moment after it was loaded. So the pointer is moved until it is heard.
  await until(`the label ${label}`, async () => {
    await tab.page.mouse.move(x - 1, y);
    await tab.page.mouse.move(x, y);
    return (await tab.ask(labels)) === label;
  }).catch(async (error) => {
    throw new Error(`${error.message}; it shows ${await tab.ask(labels)}`);
  });
}

/** @param {string} text @param {string} what @returns {string} its line and column */
export function placeOf(text, what) {
  const before = text.slice(0, text.indexOf(what)).split('\n');
  return `${before.length}:${/** @type {string} */ (before.at(-1)).length + 1}`;
}
