/**
 * hit: which element is under the pointer.
 */

import { insideOf } from './frames.js';

/**
 * @typedef {import('../page/world.js').FullWindow} FullWindow
 *
 * @typedef {object} Hit
 * @property {Element} element
 * @property {FullWindow} window whose document it is in
 * @property {Element[]} frames around it, the outermost first
 */

const FRAMES = /^(iframe|frame|object|embed)$/;

/**
 * @param {any} element
 * @returns {FullWindow | null} the window of a frame; null when the element is none, or of another origin
 */
export function windowIn(element) {
  try {
    const isFrame = FRAMES.test(element?.localName);
    return isFrame && element.contentDocument?.documentElement ? element.contentWindow : null;
  } catch {
    return null;
  }
}

/**
 * @param {FullWindow} window
 * @param {number} x
 * @param {number} y
 * @param {(node: unknown) => boolean} isPart
 * @returns {Hit | null} the innermost element there, also in shadow roots and in frames of the same origin
 */
export function hit(window, x, y, isPart) {
  /** @param {Document | ShadowRoot} root */
  const first = (root) => root.elementsFromPoint(x, y).find((one) => !isPart(one));
  let element = first(window.document);
  for (let inner; element?.shadowRoot; element = inner) {
    inner = first(element.shadowRoot);
    if (!inner || inner === element) break;
  }
  if (!element) return null;
  const content = windowIn(element);
  if (!content) return { element, window, frames: [] };
  const inside = insideOf(element);
  const found = hit(content, (x - inside.left) / inside.x, (y - inside.top) / inside.y, isPart);
  return found && { ...found, frames: [element, ...found.frames] };
}
