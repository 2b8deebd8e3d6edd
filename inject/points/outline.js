/**
 * outline: shows where an element is, by a frame around it and a line of text.
 *
 * As the badge is (badge.js), it is one element behind the body with a closed shadow root, and it is there only while
 * something is shown. What it looks like is set by the CSSOM, which no policy forbids.
 *
 * The shield lies over the page while the keys are held: a frame without an address, in which the clicks land. No
 * listener of the page hears what happens in another document.
 */

import { outwards } from './frames.js';

const COLOUR = '#1f6feb';
const LABEL_HEIGHT = 24;
const RESET = 'all:initial!important;';

const BOX =
  `position:fixed;box-sizing:border-box;pointer-events:none;outline:2px solid ${COLOUR};` +
  'outline-offset:-1px;border-radius:2px;background:rgba(31,111,235,.12);z-index:2147483646';
const LABEL =
  `position:fixed;pointer-events:none;max-width:90vw;padding:2px 6px;background:${COLOUR};color:#fff;` +
  'font:12px/1.4 ui-monospace,monospace;border-radius:3px;white-space:pre;overflow:hidden;' +
  'text-overflow:ellipsis;z-index:2147483647';
// A frame whose colour scheme is another one than that of its document is not transparent.
const SHIELD =
  'position:fixed;inset:0;width:100%;height:100%;border:0;background:transparent;cursor:crosshair;' +
  'color-scheme:light only;z-index:2147483645';

/**
 * @typedef {object} Outline
 * @property {(element: Element | null, text?: string, frames?: Element[]) => void} show null: nothing is shown. frames
 *   are those that the element is in, the outermost first
 * @property {(listen: (shield: Window) => void) => void} raise puts the shield over the page
 * @property {() => void} lower
 * @property {(node: unknown) => boolean} isPart whether node is the element of the outline
 */

/** @param {Document} document @returns {Element} where something is above all else, and can be clicked */
function topmost(document) {
  /** @type {Element[]} */
  let modals = [];
  try {
    modals = [...document.querySelectorAll('dialog:modal')];
  } catch {
    // An older browser.
  }
  return modals.at(-1) ?? document.fullscreenElement ?? document.documentElement;
}

/**
 * @param {Element} element
 * @param {Element[]} frames
 * @returns {{left: number, top: number, width: number, height: number}} in the viewport of the outermost document
 */
function rectOf(element, frames) {
  const rect = element.getBoundingClientRect();
  const [left, top] = outwards(rect.left, rect.top, frames);
  const [right, bottom] = outwards(rect.right, rect.bottom, frames);
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * @param {Document} document
 * @returns {Outline}
 */
export function createOutline(document) {
  /** @type {HTMLElement | undefined} */
  let host;
  /** @type {ShadowRoot} */
  let shadow;
  /** @type {Record<string, HTMLElement | undefined>} */
  const pieces = {};

  /** @type {(name: string, tag: string, style: string) => any} */
  function piece(name, tag, style) {
    if (!host) {
      host = document.createElement('div');
      host.style.cssText = RESET;
      shadow = host.attachShadow({ mode: 'closed' });
    }
    const top = topmost(document);
    if (host.parentNode !== top) top.append(host);
    let one = pieces[name];
    if (!one) {
      one = pieces[name] = document.createElement(tag);
      one.style.cssText = style;
      if (tag === 'iframe') one.tabIndex = -1;
      shadow.append(one);
    }
    return one;
  }

  /** @param {string} name */
  function remove(name) {
    pieces[name]?.remove();
    delete pieces[name];
    if (Object.keys(pieces).length) return;
    host?.remove();
    host = undefined;
  }

  return {
    show(element, text = '', frames = []) {
      if (!element) {
        remove('box');
        remove('label');
        return;
      }
      const label = piece('label', 'div', LABEL);
      label.textContent = text;
      label.style.display = text ? 'block' : 'none';
      place(piece('box', 'div', BOX), label, rectOf(element, frames), document);
    },
    raise(listen) {
      if (pieces.shield) return;
      const shield = /** @type {HTMLIFrameElement} */ (piece('shield', 'iframe', SHIELD));
      const begin = () => shield.contentWindow && listen(shield.contentWindow);
      begin();
      // Firefox gives it another document a little later.
      shield.addEventListener('load', begin);
    },
    lower: () => remove('shield'),
    isPart: (node) => !!host && node === host,
  };
}

/**
 * @param {HTMLElement} box comes around the rectangle
 * @param {HTMLElement} label comes above it, or below it when there is no room
 * @param {ReturnType<typeof rectOf>} rect
 * @param {Document} document
 */
function place(box, label, rect, document) {
  // In a root that is transformed, "fixed" is not relative to the window.
  box.style.left = box.style.top = '0';
  const zero = box.getBoundingClientRect();
  Object.assign(box.style, {
    left: `${rect.left - zero.left}px`,
    top: `${rect.top - zero.top}px`,
    width: `${rect.width}px`,
    height: `${rect.height}px`,
  });
  const above = rect.top - LABEL_HEIGHT;
  const below = rect.top + rect.height + 2;
  const isBelow = above < 0 && below + LABEL_HEIGHT < document.documentElement.clientHeight;
  label.style.left = `${Math.max(rect.left, 2) - zero.left}px`;
  label.style.top = `${(isBelow ? below : Math.max(above, 2)) - zero.top}px`;
}
