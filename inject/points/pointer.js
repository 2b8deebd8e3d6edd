/**
 * pointer: outlines the element under the pointer while certain keys are held, and has its place opened by a click.
 */

import { outwards } from './frames.js';
import { quietly } from '../page/quietly.js';
import { listen } from '../page/world.js';
import { hit, windowIn } from './hit.js';
import { createAreHeld } from './keys.js';

// A page that does not stand still is not compared again for each of its changes.
const AGAIN_MS = 250;

/**
 * @typedef {import('../page/world.js').FullWindow} FullWindow
 * @typedef {import('./outline.js').Outline} Outline
 * @typedef {import('./positions.js').Found} Found
 * @typedef {(window: FullWindow) => import('./positions.js').Positions} Atlas
 *
 * @typedef {object} PointerOptions
 * @property {FullWindow} window
 * @property {(message: object) => unknown} send
 * @property {Atlas} atlas
 * @property {Outline} outline
 *
 * @typedef {object} Pointer
 * @property {(keys: string) => void} set none: nothing happens any more
 * @property {(event: any, frames: Element[]) => void} heard takes an event of a document, with the pointer or the keys,
 *   and the frames around that
 * @property {() => void} lower nothing is shown any more, until the keys are held again
 * @property {() => void} scrolled
 */

/**
 * @param {Found | null} found
 * @param {Element} asked
 */
function describe(found, asked) {
  if (!found) return `<${asked.localName}>: made by a script, no place in a file`;
  const { url, line, column } = found.place;
  const place = `${decodeURIComponent(url).slice(1)}:${line}:${column}`;
  return found.isOwn
    ? `${place} <${asked.localName}>`
    : `${place} <${found.element.localName}>, around <${asked.localName}> that a script has made`;
}

/**
 * @param {PointerOptions} options
 * @param {() => boolean} isUp whether something is to be shown
 */
function createLook({ window, atlas, outline }, isUp) {
  let newest = 0;
  /** @type {(x: number, y: number, isAgain?: boolean) => Promise<Found | null>} */
  return async (x, y, isAgain = false) => {
    const number = ++newest;
    const found = x < 0 ? null : hit(window, x, y, outline.isPart);
    if (!found) {
      outline.show(null);
      return null;
    }
    const positions = atlas(found.window);
    const isKnown = await positions.prepare(isAgain).catch(() => false);
    let place = isKnown ? positions.find(found.element) : null;
    // A script may have put it there a moment ago.
    if (isKnown && !place?.isOwn && positions.compare(AGAIN_MS))
      place = positions.find(found.element);
    if (number !== newest || !isUp()) return null;
    const text = isKnown
      ? describe(place, found.element)
      : 'this page is made by a program, so its elements have no place in a file';
    outline.show(place?.element ?? found.element, text, found.frames);
    return place;
  };
}

/**
 * @param {PointerOptions} options
 * @returns {Pointer}
 */
export function createPointer(options) {
  const { send, outline } = options;
  let areHeld = createAreHeld('');
  let [isOn, isUp] = [false, false];
  /** Where the pointer was last. */
  let [x, y] = [-1, -1];
  const lookAt = createLook(options, () => isUp);
  const look = (isAgain = false) => quietly(() => lookAt(x, y, isAgain));

  async function click() {
    const found = await lookAt(x, y);
    if (found) send({ type: 'show', ...found.place });
  }

  function lower() {
    if (!isUp) return;
    isUp = false;
    outline.lower();
    outline.show(null);
  }

  function raise() {
    if (isUp) return;
    isUp = true;
    outline.raise(watchShield);
    look(true);
  }

  /** @param {any} shield */
  function watchShield(shield) {
    for (const type of ['mousedown', 'contextmenu', 'dragstart', 'selectstart'])
      listen(shield, type, (event) => event.preventDefault());
    listen(shield, 'mousemove', (event) => {
      if (!areHeld(event)) return lower();
      [x, y] = [event.clientX, event.clientY];
      look();
    });
    listen(shield, 'click', (event) => {
      event.preventDefault();
      [x, y] = [event.clientX, event.clientY];
      if (event.isTrusted) quietly(click);
    });
    listen(shield, 'keyup', lower);
  }

  return {
    set(keys) {
      isOn = !!keys;
      areHeld = createAreHeld(keys);
      if (!isOn) lower();
    },
    heard(event, frames) {
      if (!isOn) return;
      if (event.type === 'mousemove') [x, y] = outwards(event.clientX, event.clientY, frames);
      // Firefox would open its menu when Alt is let go.
      if (isUp && event.type === 'keyup') event.preventDefault();
      if (areHeld(event)) raise();
      else lower();
    },
    lower,
    scrolled: () => isUp && look(),
  };
}

/**
 * Hears the keys and the pointer in this document, and in frames of the same origin that the pointer is moved over.
 *
 * @param {FullWindow} window
 * @param {Pointer} pointer
 */
export function watchWindows(window, pointer) {
  const watched = new WeakSet();
  /** @type {(inner: FullWindow, frames: Element[]) => void} */
  function watch(inner, frames) {
    if (watched.has(inner.document)) return;
    watched.add(inner.document);
    for (const type of ['keydown', 'keyup', 'mousemove'])
      listen(inner, type, (event) => pointer.heard(event, frames), true);
    listen(inner, 'blur', pointer.lower);
    listen(inner, 'scroll', pointer.scrolled, true);
    listen(
      inner,
      'mouseover',
      ({ target }) => {
        const content = windowIn(target);
        if (content) watch(content, [...frames, target]);
      },
      true,
    );
  }
  watch(window, []);
  listen(window, 'pagehide', pointer.lower);
}
