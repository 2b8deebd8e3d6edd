/**
 * asset_places: every place of the page that may name an image, a font, a sound or a video: attributes,
 * style attributes and style sheets.
 */

import { rulesIn } from '../styles/css_rules.js';
import { findAll, rootsIn } from './shadow_roots.js';
import { sourceOf } from './url.js';

/** By attribute, the elements in which it names such a file. */
const ATTRIBUTES = {
  // Not track: Firefox does not load it again.
  src: 'img, input, video, audio, source',
  srcset: 'img, source',
  poster: 'video',
  href: 'link[rel~="icon" i], image, use, feImage',
  background: '*',
  style: '*',
};
const FONT_FACE_RULE = 5;

const IS_SIZE = /^[\d.]+[wxh]$/;
const CSS_URL = /url\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^)]*?)\s*\)/gi;

/**
 * @param {string} name of the attribute, or 'style' for CSS
 * @param {string} text
 * @param {(url: string) => string} change
 * @returns {string} text with each URL in it changed
 */
export function changeUrls(name, text, change) {
  if (name === 'srcset') {
    return text.replace(/[^\s,]\S*[^\s,]/g, (piece) =>
      IS_SIZE.test(piece) ? piece : change(piece),
    );
  }
  if (name !== 'style') return text.replace(/\S(.*\S)?/s, (url) => change(url));
  return text.replace(CSS_URL, (whole, quoted) => {
    const [, quote, url] = /** @type {RegExpExecArray} */ (/^(["']?)(.*)\1$/s.exec(quoted));
    const changed = change(url);
    // The value of a custom property is a text, which a page may see.
    return changed === url ? whole : `url(${quote}${changed}${quote})`;
  });
}

/**
 * @typedef {(url: string) => Promise<any>} Load loads a file into the browser's memory, so that it shows
 *   at once
 *
 * @typedef {object} Place
 * @property {string} name of the attribute, or 'style' for CSS
 * @property {string} text
 * @property {string} base what URLs in the text are relative to
 * @property {Load | false | null} load null or false when files of this place are not to be loaded ahead
 * @property {(text: string) => void} set
 *
 * @typedef {object} Fixed
 * @property {string} [name] of the attribute; none for a text of CSS
 * @property {string} text
 * @property {string} base
 * @property {string} [shown] the one address in the text that may be exchanged
 *
 * @typedef {object} AssetPlaces
 * @property {() => Iterable<Place>} every
 * @property {(sheet: CSSStyleSheet) => Iterable<Place>} inSheet
 * @property {(element: Element) => Iterable<Place>} ofElement its attributes
 * @property {(element: Element) => Iterable<Place>} within those of the element and of all below it, less
 *   shadow roots
 * @property {() => Iterable<Fixed>} fixed texts in which nothing is exchanged
 * @property {(name: string) => boolean} isSelected whether a style sheet asks how the value of an attribute
 *   ends
 */

/**
 * @param {(selector: string) => Element[]} find
 * @param {Load} loadImage
 * @returns {Generator<Place, void>}
 */
function* inAttributes(find, loadImage) {
  for (const [name, elements] of Object.entries(ATTRIBUTES)) {
    const selector = elements.replace(/[^,]+/g, `$&[*|${name}]`);
    for (const element of find(selector)) yield inAttribute(element, name, loadImage);
  }
}

/** @type {(element: Element, name: string, loadImage: Load) => Place} */
function inAttribute(element, name, loadImage) {
  const qualified = element.hasAttribute(name) ? name : `xlink:${name}`;
  /** @type {any} an HTMLMediaElement, or null, or false */
  const media = name === 'src' && element.closest('video, audio');
  /** @param {string} text */
  const set = (text) => element.setAttribute(qualified, text);
  return {
    name,
    text: /** @type {string} */ (element.getAttribute(qualified)),
    base: element.baseURI,
    load: !media && loadImage,
    set: media ? (text) => goOnWith(media, () => set(text)) : set,
  };
}

/**
 * Of a set Chromium takes a larger picture that it has in its memory, which is where it puts what comes anew.
 *
 * @param {any} element
 * @returns {Fixed}
 */
function inSet(element) {
  const { currentSrc } = element.closest('picture')?.querySelector('img') ?? element;
  return {
    name: 'srcset',
    text: element.getAttribute('srcset'),
    base: element.baseURI,
    shown: currentSrc,
  };
}

/**
 * Those that show a picture, or what is in them: there is no script of ours in them that follows the file.
 *
 * @param {Document} document
 * @returns {Fixed[]}
 */
const objectsIn = (document) =>
  findAll(document, 'object[data], embed[src]')
    .filter((one) => !(/** @type {any} */ (one).contentDocument))
    .map((one) => ({ name: 'src', text: sourceOf(one), base: one.baseURI }));

/**
 * @param {object} options
 * @param {Document} options.document
 * @param {Load} options.loadImage
 * @param {Load} options.loadFont
 * @returns {AssetPlaces}
 */
export function createAssetPlaces({ document, loadImage, loadFont }) {
  /** @returns {Generator<Place, void>} */
  function* every() {
    yield* inAttributes((selector) => findAll(document, selector), loadImage);
    for (const sheet of sheets()) yield* inSheet(sheet);
  }

  const sheets = () =>
    rootsIn(document).flatMap((root) => [...root.styleSheets, ...(root.adoptedStyleSheets ?? [])]);

  /** @returns {Generator<Fixed, void>} */
  function* fixed() {
    for (const one of findAll(document, '[srcset*=","]')) yield inSet(one);
    yield* objectsIn(document);
    // As in filter="url(a.svg#b)": a browser shows such a part of a file some time after.
    for (const { attributes, baseURI } of findAll(document, 'svg *')) {
      const texts = [...attributes].map(({ name, value }) => (name === 'style' ? '' : value));
      yield { text: texts.join(), base: baseURI };
    }
    for (const one of document.getAnimations?.() ?? []) {
      if (/^CSS/.test(one.constructor.name)) continue;
      const frames = /** @type {KeyframeEffect} */ (one.effect).getKeyframes();
      const text = frames.map((frame) => Object.values(frame).join()).join();
      yield { text, base: document.baseURI };
    }
  }

  /** @param {string} name */
  function isSelected(name) {
    const asks = new RegExp(`\\[\\s*(?:[\\w*]*\\|)?${name}\\s*[$~|]?=`, 'i');
    /** @type {(sheet: any) => boolean} */
    const isIn = (sheet) =>
      rulesIn(sheet).some(
        (/** @type {any} */ rule) => asks.test(rule.selectorText) || isIn(rule.styleSheet ?? rule),
      );
    return sheets().some(isIn);
  }

  /** @type {(sheet: any, base?: string) => Generator<Place, void>} */
  function* inSheet(sheet, base = sheet?.href ?? document.baseURI) {
    for (const rule of /** @type {any[]} */ (rulesIn(sheet))) {
      if (rule.styleSheet) yield* inSheet(rule.styleSheet);
      else if (rule.type === FONT_FACE_RULE) yield inFontFace(sheet, rule, base);
      else if (rule.style) yield* inDeclarations(rule.style, base);
      if (!rule.styleSheet && rule.cssRules) yield* inSheet(rule, base);
    }
  }

  /**
   * Each declaration for itself: the text of a whole rule may lack some of them.
   *
   * @type {(style: CSSStyleDeclaration, base: string) => Generator<Place, void>}
   */
  function* inDeclarations(style, base) {
    for (const name of namesIn(style)) {
      const text = style.getPropertyValue(name);
      const set = (/** @type {string} */ value) =>
        style.setProperty(name, value, style.getPropertyPriority(name));
      if (/url\(/i.test(text)) yield { name: 'style', text, base, load: loadImage, set };
    }
  }

  /** Nothing is lost in the text of such a rule. @type {(sheet: any, rule: CSSRule, base: string) => Place} */
  const inFontFace = (sheet, rule, base) => ({
    name: 'style',
    text: rule.cssText,
    base,
    load: loadFont,
    set: (text) => setRule(sheet, rule, text),
  });

  /** @param {Element} element */
  const ofElement = (element) =>
    inAttributes((selector) => (element.matches(selector) ? [element] : []), loadImage);
  /** @param {Element} element */
  function* within(element) {
    yield* ofElement(element);
    yield* inAttributes((selector) => [...element.querySelectorAll(selector)], loadImage);
  }

  return { every, inSheet, ofElement, within, fixed, isSelected };
}

/**
 * @param {CSSStyleDeclaration} style
 * @returns {Set<string>} the properties; with var() in a shorthand only that has a value
 */
function namesIn(style) {
  const shorthands = style.cssText.matchAll(/(?:^|;)\s*([\w-]+)\s*:(?=[^;]*url\()/gi);
  const names = [...style];
  const hidden = [...shorthands].map(([, name]) => name).filter((name) => !names.includes(name));
  const isHidden = (/** @type {string} */ name) => /\bvar\(/i.test(style.getPropertyValue(name));
  return new Set([...names, ...hidden.filter(isHidden)]);
}

/** @type {(parent: CSSStyleSheet | CSSGroupingRule, rule: CSSRule, text: string) => void} */
function setRule(parent, rule, text) {
  const at = [...parent.cssRules].indexOf(rule);
  parent.insertRule(text, at + 1);
  parent.deleteRule(at);
}

/**
 * Where the media were that have no data yet: of a file that changes twice, or that is gone and comes back, the
 * element itself says only that it is at its start.
 *
 * @type {WeakMap<HTMLMediaElement, {currentTime: number, playbackRate: number, paused: boolean}>}
 */
const positions = new WeakMap();

/**
 * Loads a media element again; it goes on where it was.
 *
 * @param {HTMLMediaElement} media
 * @param {() => void} change
 */
function goOnWith(media, change) {
  if (!positions.has(media)) {
    const { currentTime, playbackRate, paused } = media;
    positions.set(media, { currentTime, playbackRate, paused });
    const goOn = () => {
      positions.delete(media);
      Object.assign(media, { currentTime, playbackRate });
      if (!paused) media.play().catch(() => {});
    };
    media.addEventListener('loadedmetadata', goOn, { once: true });
  }
  change();
  media.load();
}
