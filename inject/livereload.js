/**
 * livereload: what a page gets that asks for livereload.js. It speaks the protocol of that name with the
 * server it came from; in a page of this server the script that is there anyway does all of it.
 */

import { createCommand } from './page/livereload_command.js';
import { createConnection } from './server/connection.js';
import { findTag } from './page/script_tag.js';

const PROTOCOL = 'http://livereload.com/protocols/official-7';

function start(source) {
	const { protocol, host } = new URL(source);
	const reload = () => location.reload();
	let stamps = Date.now();
	const show = createCommand({ document, stamp: () => (stamps++).toString(36), reload });
	let greetings = 0;

	createConnection({
		url: `${protocol.replace('http', 'ws')}//${host}/livereload`,
		connect: (url) => new WebSocket(url),
		probe: () => fetch(source, { method: 'HEAD', mode: 'no-cors', cache: 'no-store' }),
		hello: () => JSON.stringify({ command: 'hello', protocols: [PROTOCOL], ver: 'liveserve' }),
		receive(text) {
			const { command, path } = JSON.parse(text);
			if (command === 'reload') show(path);
			// What was missed while the connection was lost is not known.
			else if (command === 'hello' && ++greetings > 1) reload();
		},
		// Nothing is shown of it.
		miss() {},
		later: (callback, ms) => setTimeout(callback, ms),
		random: Math.random,
		now: Date.now,
		window,
		document,
		console,
	});
}

try {
	if (!findTag(document)) start(document.currentScript.src);
} catch {
	// A browser or a page that this script does not understand: the page stays as it is.
}
