/**
 * badge: a small note in a corner of the window. It is there only while there is something to say.
 *
 * It is one element behind the body. The page's own style sheets and scripts do not reach into it: it has
 * a closed shadow root with a style sheet of its own, which no content security policy forbids. (A
 * MutationObserver on the root element sees it come and go.) A click hides it until there is a new note.
 */

/**
 * @typedef {(about: string, text?: string | false) => void} Note notes text about something, in place of
 *   what was noted about it before; without text there is nothing to note. The last note is shown
 */

/**
 * @param {Document} document
 * @param {typeof CSSStyleSheet} StyleSheet
 * @returns {Note}
 */
export function createBadge(document, StyleSheet) {
  const notes = new Map();
  /** @type {any} */
  let host;

  return (about, text) => {
    notes.delete(about);
    if (text) notes.set(about, text);
    host?.remove();
    if (!notes.size) return;
    host = document.createElement('div');
    const shadow = host.attachShadow({ mode: 'closed' });
    const sheet = new StyleSheet();
    sheet.replaceSync(
      // !important inside a shadow root outweighs whatever the page says of the element, and of what it would have
      // before and behind it.
      ':host,:host::before,:host::after{all:initial!important}' +
        'div{position:fixed;right:8px;bottom:8px;z-index:2147483647;padding:8px;' +
        'outline:1px solid;font:13px sans-serif;white-space:pre-line;color:#fff;background:#222;cursor:pointer}' +
        '@media print{div{display:none}}',
    );
    shadow.adoptedStyleSheets = [sheet];
    const box = host.cloneNode();
    box.role = 'status';
    box.textContent = `liveserve: ${[...notes.values()].pop()}`;
    box.onclick = () => {
      notes.clear();
      host.remove();
    };
    shadow.append(box);
    document.documentElement.append(host);
  };
}
