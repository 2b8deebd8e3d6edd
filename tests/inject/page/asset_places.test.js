import assert from 'node:assert/strict';
import { test } from 'node:test';

import { changeUrls } from '../../../inject/page/asset_places.js';

test('every URL in an attribute or in CSS is found, and nothing else is touched', () => {
	const rows = [
		['src', 'a.png', '<a.png>'],
		['src', ' a b.png ', '<a b.png>'],
		['srcset', 'a.png', '<a.png>'],
		['srcset', 'a.png 1x, b.png 2x', '<a.png> 1x, <b.png> 2x'],
		['srcset', '\n  a.png 480w,\n  b,c.png 800.5w\n', '\n  <a.png> 480w,\n  <b,c.png> 800.5w\n'],
		['style', 'color: red', 'color: red'],
		['style', 'background: url(a.png) red', 'background: url("<a.png>") red'],
		[
			'style',
			'background: url( "a b.png" ), URL(\'c.png\')',
			'background: url("<a b.png>"), url("<c.png>")',
		],
		['style', 'background: url("a(1).png")', 'background: url("<a(1).png>")'],
		['style', 'mask: url(#m)', 'mask: url("<#m>")'],
		['style', 'src: url("a.woff2") format("woff2")', 'src: url("<a.woff2>") format("woff2")'],
	];
	for (const [name, text, expected] of rows) {
		assert.equal(
			changeUrls(name, text, (url) => `<${url}>`),
			expected,
		);
		assert.equal(
			changeUrls(name, text, (url) => url),
			name === 'src' ? text.trim() : text,
		);
	}
});
