/**
 * page_state: takes along over a reload what the user has done to the page: what is scrolled, entered,
 * chosen, opened, selected and played, and where the focus is; never a password.
 *
 * What the document itself says is not taken along, so that an edit of it shows.
 */

import { setState, touchedFields } from './fields.js';
import { describe, find } from './locator.js';
import { rootsIn } from './shadow_roots.js';
import { hasScripts } from './snapshot.js';
import { isFirefox } from './world.js';

// A page may go on growing for that long after it has loaded.
const LONGEST_GROWTH_MS = 3000;
// What users do to act by themselves.
const USER_EVENTS = ['wheel', 'touchmove', 'keydown', 'mousedown'];
const SECRET = /^(password|file|hidden)$/;
// A password that is shown is a field of text.
const SECRET_TEXT = /password|one-time|cc-/;
// In markup, what an exchanged picture has in its address (assets.js).
const STAMP = /(\?|&amp;)liveserve=\w+/g;
// How far apart the points are at which elements are looked for that the user reads, and how many are enough.
const STEP = 24;
const MOST_READ = 5;

/**
 * @typedef {import('./locator.js').Description} Description
 * @typedef {import('./world.js').FullWindow} FullWindow
 *
 * @typedef {[kind: string, where: Description, what: any]} Entry what of which element
 *
 * @typedef {object} PageState
 * @property {Entry[]} entries
 * @property {number[]} before a hash of what each field had that a script may not have filled in
 * @property {number[]} scroll of the window, in pixels
 * @property {number} height of the page, in pixels
 * @property {[Description, number][]} read the topmost elements that the user sees, and how far each is from
 *   the top of the window
 * @property {[Description, any] | null} focus with what is selected in the field
 * @property {any} selection
 */

/**
 * What an element has of the user. read gives undefined when there is nothing, else what write needs; source
 * is what the document said of the element, for those that were in it (snapshot.js).
 *
 * @typedef {object} Kind
 * @property {string} selector
 * @property {(element: any, source: any) => any} read
 * @property {(element: any, what: any) => any} write
 */

/** @type {Record<string, Kind>} */
const KINDS = {
  opened: {
    selector: 'details',
    read: ({ open }, source) => (source && source.open !== open ? open : undefined),
    write: (details, open) => (details.open = open),
  },
  modal: {
    selector: 'dialog',
    read: (dialog) => dialog.matches(':modal') || undefined,
    write: (dialog) => dialog.open || dialog.showModal(),
  },
  dialog: {
    selector: 'dialog',
    read: (dialog, source) =>
      (dialog.open && !dialog.matches(':modal') && source && !source.open) || undefined,
    write: (dialog) => dialog.open || dialog.show(),
  },
  popover: {
    selector: '[popover]',
    read: (one) => (one.showPopover && one.matches(':popover-open')) || undefined,
    write: (one) => one.matches(':popover-open') || one.showPopover(),
  },
  written: {
    selector: '[contenteditable]',
    read({ innerHTML, isContentEditable }, source) {
      const html = innerHTML.replace(STAMP, '');
      return isContentEditable && source && source.innerHTML !== html ? html : undefined;
    },
    write: (one, html) => (one.innerHTML = html),
  },
  sized: {
    selector: 'textarea',
    read: ({ style }, source) =>
      source && style.cssText !== source.css ? [style.width, style.height] : undefined,
    write: ({ style }, [width, height]) => Object.assign(style, { width, height }),
  },
  played: {
    selector: 'video, audio',
    read: ({ currentTime, paused, volume, muted, playbackRate }) =>
      currentTime > 0 || !paused ? { currentTime, paused, volume, muted, playbackRate } : undefined,
    write: playOn,
  },
  scrolled: {
    selector: '*',
    // A browser scrolls a list of options by itself.
    read: ({ nodeName, scrollLeft, scrollTop }) =>
      (scrollLeft || scrollTop) && nodeName !== 'SELECT' ? [scrollLeft, scrollTop] : undefined,
    write: scrollElement,
  },
};

/** @param {any} field @returns {any} what the user has entered */
function enteredIn(field) {
  if (field.options) {
    return [...field.options].filter(({ selected }) => selected).map(({ value }) => value);
  }
  return /^(checkbox|radio)$/.test(field.type) ? field.checked : field.value;
}

/** @param {any} field */
const isSecret = ({ type, autocomplete }) => SECRET.test(type) || SECRET_TEXT.test(autocomplete);

/** @param {any} field @returns {number} the same for the same content, which cannot be had from it */
function hashOf(field) {
  let hash = 0;
  for (const letter of JSON.stringify(enteredIn(field))) {
    hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0;
  }
  return hash;
}

/**
 * @param {any} field
 * @param {import('./snapshot.js').Source | undefined} source
 * @returns {boolean} whether a script has put in what the field says while the page was loaded. Of a list in
 *   which several can be chosen that is not known
 */
function isOfScript({ type, value, checked }, source) {
  const [, , , atFirst, wasChecked] = source ?? [];
  return type !== 'select-multiple' && value === atFirst && checked === wasChecked;
}

/** @type {(field: any, entered: any) => void} */
function enter(field, entered) {
  if (Array.isArray(entered)) {
    /** @type {HTMLOptionElement[]} */
    const options = [...field.options];
    // A choice that is no longer offered is no choice.
    if (!entered.every((value) => options.some((option) => option.value === value))) return;
    for (const option of options) option.selected = entered.includes(option.value);
  } else if (typeof entered === 'boolean') field.checked = entered;
  else field.value = entered;
}

/** @type {(media: any, state: any) => void} */
function playOn(media, { paused, ...state }) {
  const goOn = () => {
    Object.assign(media, state);
    if (!paused) media.play().catch(() => {});
  };
  if (media.readyState > 0) goOn();
  else media.addEventListener('loadedmetadata', goOn, { once: true });
}

/** @type {(element: any, to: number[]) => boolean} whether it could be scrolled so far */
function scrollElement(element, [left, top]) {
  element.scrollTo({ left, top, behavior: 'instant' });
  return Math.abs(element.scrollTop - top) <= 1 && Math.abs(element.scrollLeft - left) <= 1;
}

/* ---- the window, the focus, the selection ---- */

/** @param {Window} window @param {any} element */
function isFixed({ getComputedStyle }, element) {
  for (let one = element; one; one = one.parentElement) {
    if (/fixed|sticky/.test(getComputedStyle(one).position)) return true;
  }
  return false;
}

/**
 * What is read must not move when something above it comes or goes. The topmost element may be the very one
 * that was edited, so there are some more.
 *
 * @param {FullWindow} window
 * @returns {[Description, number][]}
 */
function readElements(window) {
  const { document, innerHeight, innerWidth } = window;
  const seen = new Set();
  /** @type {[Description, number][]} */
  const found = [];
  for (let y = 1; y < innerHeight && found.length < MOST_READ; y += STEP) {
    const element = document.elementFromPoint(innerWidth / 2, y);
    if (!element || seen.has(element) || /^(html|body)$/.test(element.localName)) continue;
    seen.add(element);
    if (isFixed(window, element)) continue;
    const where = describe(element);
    if (where.count === 1) found.push([where, element.getBoundingClientRect().top]);
  }
  return found;
}

/** @param {Document} document @returns {[Description, any] | null} */
function focusOf({ activeElement, body }) {
  let field = /** @type {any} */ (activeElement);
  while (field?.shadowRoot?.activeElement) field = field.shadowRoot.activeElement;
  if (!field || field === body || field.localName === 'iframe') return null;
  const { selectionStart, selectionEnd, selectionDirection } = quietSelection(field);
  return [describe(field), [selectionStart ?? undefined, selectionEnd, selectionDirection]];
}

/**
 * What lies behind a modal dialog is not found at any point, and its backdrop counts as itself.
 *
 * @param {Window} window
 */
const dialogOnTop = ({ document, innerWidth, innerHeight }) =>
  document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('dialog');

/** Some types of fields have no selection, and some of them throw. @param {any} field @returns {any} */
function quietSelection(field) {
  try {
    const { selectionStart, selectionEnd, selectionDirection } = field;
    return { selectionStart, selectionEnd, selectionDirection };
  } catch {
    return {};
  }
}

/** @type {(found: any, selection: any) => void} */
function focusOn(field, [start, end, direction]) {
  field.focus({ preventScroll: true });
  try {
    if (start !== undefined && start !== null) field.setSelectionRange(start, end, direction);
  } catch {
    // It is a field of another type now.
  }
}

/** @type {(node: any, offset: number) => any} a place in a text, or between the nodes of an element */
function describePlace(node, offset) {
  const parent = node.nodeType === 1 ? node : node.parentElement;
  return [describe(parent), node === parent ? -1 : [...parent.childNodes].indexOf(node), offset];
}

/** @param {Window} window */
function selectionOf(window) {
  const selection = window.getSelection();
  if (!selection || selection.rangeCount === 0 || !selection.anchorNode) return null;
  const { anchorNode, anchorOffset, focusNode, focusOffset } = /** @type {any} */ (selection);
  return {
    from: describePlace(anchorNode, anchorOffset),
    to: describePlace(focusNode, focusOffset),
    text: `${selection}`,
  };
}

/** @type {(window: FullWindow, saved: any) => boolean} whether both ends are there */
function select(window, { from, to, text }) {
  const [anchor, focus] = [from, to].map(([where, at]) => {
    const element = find(window.document, where);
    return at < 0 ? element : element?.childNodes[at];
  });
  if (!anchor || !focus) return false;
  const selection = /** @type {Selection} */ (window.getSelection());
  try {
    selection.setBaseAndExtent(anchor, from[2], focus, to[2]);
  } catch {
    // The text is shorter now.
  }
  if (`${selection}` !== text) selection.removeAllRanges();
  return true;
}

/* ---- all of it ---- */

/**
 * Firefox puts into the fields of the new page what those at the same places had, before any script runs.
 * What it has put in is taken out again; then each field gets what is its own.
 *
 * @param {FullWindow} window
 * @param {number[]} before see PageState
 * @param {boolean} isTaken whether the user has acted already
 */
function undoOwnMemory(window, before, isTaken) {
  if (!isFirefox(window)) return;
  const root = window.document.documentElement;
  // Nothing else can have filled in a page without scripts. What it fills in may be older than the page before.
  const isOwn = !isTaken && !hasScripts(root);
  for (const [field, state] of touchedFields(root)) {
    if (isOwn || before.includes(hashOf(field))) setState(field, state);
  }
}

/**
 * @param {FullWindow} window
 * @param {WeakMap<Node, import('./snapshot.js').Source>} sources see snapshot.js
 * @param {boolean} isFilledIn whether the browser may have filled in fields by itself, before any script
 * @returns {PageState} for restoreState in the next document, as it is or through JSON
 */
export function saveState(window, sources, isFilledIn) {
  const { document } = window;
  const root = document.documentElement;
  const isScripted = !isFilledIn && hasScripts(root);
  /** @param {any} field */
  const isUsers = (field) => !isScripted || !isOfScript(field, sources.get(field));
  const roots = rootsIn(document);
  /** @type {Entry[]} */
  const entries = roots
    .flatMap((one) => touchedFields('host' in one ? one : root))
    // A radio button is unchecked by another one.
    .filter(([field]) => !isSecret(field) && (field.type !== 'radio' || field.checked))
    .filter(([field]) => isUsers(field))
    .map(([field]) => ['entered', describe(field), enteredIn(field)]);
  const top = dialogOnTop(window);
  for (const [kind, { selector, read }] of Object.entries(KINDS)) {
    const elements = roots.flatMap((one) => [...one.querySelectorAll(selector)]);
    // The last one that is opened is on top.
    for (const element of elements.sort((one, other) => +(one === top) - +(other === top))) {
      // The window itself is scrolled by what is read.
      if (kind === 'scrolled' && (element === root || element === document.body)) continue;
      const [open, css, innerHTML] = sources.get(element) ?? [];
      const what = read(element, sources.has(element) && { open, css, innerHTML });
      if (what !== undefined) entries.push([kind, describe(element), what]);
    }
  }
  const fields = [...document.querySelectorAll('input:not([type=password]), textarea, select')];
  const focus = focusOf(document);
  return {
    entries,
    before: fields.filter(isUsers).map(hashOf),
    scroll: [window.scrollX, window.scrollY],
    height: root.scrollHeight,
    read: window.scrollY ? readElements(window) : [],
    focus,
    // In a field the selection is that of the focus.
    selection: focus?.[1][0] === undefined ? selectionOf(window) : null,
  };
}

/**
 * Restores each thing as soon as its element is there, and scrolls as soon as the page is large enough, unless
 * the user acts first.
 *
 * @param {PageState} saved
 * @param {FullWindow} window
 * @param {WeakMap<Node, import('./snapshot.js').Source>} sources of this document
 */
export function restoreState(saved, window, sources) {
  const { document } = window;
  let { entries, focus, selection } = saved;
  let end = Infinity;
  let isTaken = false;
  for (const type of USER_EVENTS) {
    window.addEventListener(type, () => (isTaken = true), { once: true, capture: true });
  }

  /** @param {Entry} entry */
  const isPending = ([kind, where, what]) => {
    if (kind === 'scrolled' && isTaken) return false;
    const element = find(document, where);
    if (!element) return true;
    if (kind === 'entered') enter(element, what);
    // Firefox may have put it in before the document was read to its end. It is the user's all the same.
    if (kind === 'entered') sources.get(element)?.splice(3);
    try {
      return kind !== 'entered' && KINDS[kind].write(element, what) === false;
    } catch {
      // What the page's policy, or the element as it is now, does not allow is left out.
      return false;
    }
  };

  /** @type {any} */
  let read;
  /** @returns {boolean} whether the page is as long as it was, and could be scrolled so far */
  function scrollWindow() {
    const [left, top] = saved.scroll;
    for (const [where, at] of read?.element.isConnected ? [] : saved.read) {
      const element = find(document, where);
      if (!element) continue;
      read = { element, at };
      break;
    }
    /** @returns {number} */
    const wanted = () =>
      read ? window.scrollY + read.element.getBoundingClientRect().top - read.at : top;
    window.scrollTo({ left, top: wanted(), behavior: 'instant' });
    const isWhole = document.documentElement.scrollHeight >= saved.height;
    return isWhole && Math.abs(window.scrollY - wanted()) < 1;
  }

  function restoreFocus() {
    const element = focus && find(document, focus[0]);
    if (element && focus) focusOn(element, focus[1]);
    if (element) focus = null;
    if (selection && !focus && select(window, selection)) selection = null;
  }

  let isUndone = false;
  function look() {
    if (document.readyState !== 'loading' && !isUndone) {
      isUndone = true;
      undoOwnMemory(window, saved.before, isTaken);
    }
    if (document.readyState !== 'loading') entries = entries.filter(isPending);
    if (document.readyState !== 'loading' && !isTaken) restoreFocus();
    const isScrolled = isTaken || !saved.scroll.some(Boolean) || scrollWindow();
    const now = window.performance.now();
    if (document.readyState === 'complete') end = Math.min(end, now + LONGEST_GROWTH_MS);
    const isIncomplete = entries.length > 0 || !isScrolled || (!isTaken && (focus || selection));
    if (now <= end && (isIncomplete || document.readyState !== 'complete')) {
      window.requestAnimationFrame(look);
    }
  }
  look();
}
