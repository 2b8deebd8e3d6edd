/**
 * badge: a small note in a corner of the window, there only while something is to be said.
 *
 * It is one element behind the body, which the page's own style sheets and scripts do not reach into: its
 * inside is a closed shadow root with a style sheet of its own, which needs no leave of a content security
 * policy. (A MutationObserver on the root element sees it come and go.) A click hides it until there is news.
 */

// !important inside a shadow root outweighs whatever the page says of the element.
const STYLE =
	':host{all:initial!important}' +
	'div{position:fixed;inset:auto 8px 8px auto;z-index:2147483647;padding:6px 9px;' +
	'outline:1px solid;font:13px sans-serif;white-space:pre-line;color:#fff;background:#222;cursor:pointer}' +
	'@media print{div{display:none}}';

/**
 * @param {Document} document
 * @param {typeof CSSStyleSheet} StyleSheet
 * @returns {(about: string, text?: string) => void} notes text about something, in place of what was noted
 *   about that before; without text there is nothing to note. Shows the last note
 */
export function createBadge(document, StyleSheet) {
	const notes = new Map();
	let host;

	return (about, text) => {
		notes.delete(about);
		if (text) notes.set(about, text);
		host?.remove();
		if (!notes.size) return;
		host = document.createElement('div');
		const shadow = host.attachShadow({ mode: 'closed' });
		shadow.adoptedStyleSheets = [new StyleSheet()];
		shadow.adoptedStyleSheets[0].replaceSync(STYLE);
		const box = document.createElement('div');
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
