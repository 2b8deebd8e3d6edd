/**
 * points: joins the page with the editor. With certain keys held, the element under the pointer is outlined with its
 * place, and a click opens that in the editor; and the element at the editor's cursor is outlined. update.js loads this
 * when the server says that an editor is connected, and somebody has asked for it.
 */

import { quietly } from './page/quietly.js';
import { createOutline } from './points/outline.js';
import { createPointer, watchWindows } from './points/pointer.js';
import { createPositions } from './points/positions.js';

export { createPositions };

const SHOWN_MS = 1500;

/**
 * @typedef {import('./page/world.js').FullWindow} FullWindow
 *
 * @typedef {object} EditorMessage what the server says of the editor; see src/points/points.c
 * @property {boolean} there
 * @property {string} [keys]
 * @property {boolean} [follow]
 * @property {string} [url]
 * @property {number} [offset]
 *
 * @typedef {object} PointsOptions
 * @property {FullWindow} window
 * @property {Document} document
 * @property {import('./page/world.js').Later} later
 * @property {(message: object) => unknown} send
 *
 * @typedef {object} Points
 * @property {(message: EditorMessage) => void} update
 */

/**
 * @param {string | undefined} data the attribute data-liveserve-editor: words, or "off"
 * @param {EditorMessage} message
 * @returns {{keys: string, follows: boolean}} what is wanted in this page; keys is empty for no clicks
 */
export function wishesOf(data, { there, keys, follow }) {
  const words = data?.split(/\s+/) ?? [];
  const isOff = !there || words.includes('off');
  const click = words.includes('click') ? 'alt+shift' : '';
  return {
    keys: isOff ? '' : (keys ?? click),
    follows: !isOff && (!!follow || words.includes('follow')),
  };
}

/**
 * The positions in each document that is asked about.
 *
 * @returns {(window: FullWindow) => import('./points/positions.js').Positions}
 */
function createAtlas() {
  /** @type {WeakMap<Document, import('./points/positions.js').Positions>} */
  const known = new WeakMap();
  return (window) => {
    const positions = known.get(window.document) ?? createPositions(window);
    known.set(window.document, positions);
    return positions;
  };
}

/**
 * @param {PointsOptions} options
 * @param {ReturnType<typeof createAtlas>} atlas
 * @param {import('./points/outline.js').Outline} outline
 */
function createFollower({ window, document, later }, atlas, outline) {
  let newest = 0;
  /** @param {Element} element */
  const isSeen = (element) => {
    const { top, bottom, height, width } = element.getBoundingClientRect();
    const { innerHeight } = window;
    return (!height && !width) || (bottom > 0 && top < innerHeight);
  };
  return {
    /** @param {EditorMessage} message */
    async show({ url, offset }) {
      const number = ++newest;
      if (url === undefined) return outline.show(null);
      const positions = atlas(window);
      await positions.prepare(true);
      if (number !== newest) return;
      const element = positions.elementAt(url, offset ?? 0);
      if (!element || !document.body?.contains(element)) return outline.show(null);
      if (!isSeen(element)) element.scrollIntoView({ block: 'center', behavior: 'instant' });
      outline.show(element);
      later(() => number === newest && outline.show(null), SHOWN_MS);
    },
  };
}

/**
 * @param {PointsOptions} options
 * @returns {Points}
 */
export function createPoints(options) {
  const { window, document } = options;
  const atlas = createAtlas();
  const follower = createFollower(options, atlas, createOutline(document));
  const pointer = createPointer({ ...options, atlas, outline: createOutline(document) });
  let isWatching = false;
  let cursor = '';

  return {
    update(message) {
      const { keys, follows } = wishesOf(document.documentElement.dataset.liveserveEditor, message);
      // In a frame, the page around it sees to the clicks.
      const isInside = !!window.frameElement;
      if (keys && !isInside && !isWatching) {
        isWatching = true;
        watchWindows(window, pointer);
      }
      pointer.set(keys);
      const { url, offset } = message;
      const wanted = follows && url !== undefined ? `${url} ${offset}` : '';
      if (wanted !== cursor) quietly(() => follower.show(wanted ? message : { there: true }));
      cursor = wanted;
    },
  };
}
