/**
 * script_tag: the script element that the server put into the document, and what its attributes say.
 *
 * The server puts it before everything else that runs in the document, and the script takes it out as soon
 * as it runs. So the page's own scripts and style sheets find the document as its author wrote it.
 */

import { listen } from './world.js';

// An event of the document by which one script of ours asks whether another one works in it.
const QUESTION = 'liveserve';

/**
 * @typedef {object} ScriptTag
 * @property {string} source the absolute URL of the script; a <base> of the page makes no difference
 * @property {string} origin the absolute URL of the server's root, without the slash at its end. Behind a
 *   proxy it may have a path, which the server does not know of
 * @property {string} state the attribute data-version as it stands, another one for each state of the
 *   folder
 * @property {string} epoch its first half, which says what run of the server made the page
 * @property {number} version its second half, the number of the last change in the page
 * @property {string} [file] the URL of the file that the document is made of, when the document's
 *   own URL does not say it
 * @property {string} level which calls of the console the server wants to know; not
 *   there when it wants errors only
 */

/**
 * Takes the tag of the script that runs out of the document. A script that was imported, because the tag's own
 * try to load it has failed, is no current script; then it is the first tag of the document.
 *
 * @param {Document} document
 * @returns {ScriptTag}
 * @throws when there is none, or when it is not as the server writes it
 */
export function takeScriptTag(document) {
  const tag = /** @type {HTMLScriptElement} */ (
    document.currentScript ?? document.querySelector('[src*="__liveserve/client"]')
  );
  // The root of a drawing, or of XHTML, that was read before anything was written into it.
  if (tag !== document.documentElement) tag.remove();
  // An imported script runs when a <base> may have been read; the tag has noted its address before that.
  const {
    version: state,
    file,
    console: level,
    source = tag.src,
  } = /** @type {any} */ (tag.dataset);
  const [, epoch, version] = /** @type {RegExpExecArray} */ (/^(\w+)\.(\d+)$/.exec(state));
  const [origin] = source.split('/__liveserve/');
  return { source, origin, state, epoch, version: +version, file, level };
}

/**
 * @param {Document} document
 * @returns {boolean} whether a script of ours works in this document. It leaves no trace that a page could
 *   find, so it is asked
 */
export const isFollowed = (document) =>
  !document.dispatchEvent(new Event(QUESTION, { cancelable: true }));

/** Lets isFollowed return true from now on. @param {Document} document */
export const follow = (document) => listen(document, QUESTION, (event) => event.preventDefault());
