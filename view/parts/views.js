/**
 * views: on a narrow screen one part of the page is shown at a time, and these tabs choose which.
 */

import { byId } from './element.js';

const VIEWS = ['packets', 'ladder', 'details'];

/**
 * @param {Document} document
 * @param {() => void} changed
 */
export function createViews(document, changed) {
  const main = byId(document, 'main');
  const tabs = VIEWS.map((name) => byId(document, `view-${name}`));

  /** @param {number} index */
  function show(index) {
    main.dataset.view = VIEWS[index];
    tabs.forEach((tab, i) => {
      tab.setAttribute('aria-selected', String(i === index));
      tab.setAttribute('tabindex', i === index ? '0' : '-1');
    });
    changed();
  }

  tabs.forEach((tab, i) => {
    tab.addEventListener('click', () => show(i));
    tab.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const next = (i + step + VIEWS.length) % VIEWS.length;
      show(next);
      tabs[next].focus();
    });
  });
  show(0);
}
