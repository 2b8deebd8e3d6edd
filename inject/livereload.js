/**
 * livereload: the script for a page that requests livereload.js. It speaks the protocol of that name with
 * the server that it came from. In a page of this server it does nothing: client.js, which is there
 * anyway, does all of it.
 */

import { createLosses } from './page/losses.js';
import { isFollowed } from './page/script_tag.js';
import { createWorld } from './page/world.js';
import { createConnection } from './server/connection.js';
import { createLivereloadCommand } from './server/livereload_command.js';

const PROTOCOL = 'http://livereload.com/protocols/official-7';

/**
 * @param {import('./page/world.js').FullWindow} window
 * @param {string} source the URL of this script
 */
function start(window, source) {
  const world = createWorld(window);
  const { protocol, host, pathname } = new URL(source);
  // A proxy in front of the server may have put a path before its own.
  const [, prefix = ''] = /^(.*?)(?:\/__liveserve)?\/livereload\.js$/.exec(pathname) ?? [];
  const reload = () => window.location.reload();
  const show = createLivereloadCommand({ ...world, reload });
  let greetings = 0;
  const origin = `${protocol}//${host}${prefix}`;
  /** @type {import('./server/connection.js').Connect} */
  const connect = ({ url }) => new window.WebSocket(url);

  createConnection({
    ...world,
    ...createLosses(world),
    origin,
    url: `${origin.replace('http', 'ws')}/livereload`,
    connect,
    // A server has no other kind of socket for pages of other servers.
    probe: () =>
      window
        .fetch(source, { method: 'HEAD', mode: 'no-cors', cache: 'no-store' })
        .then(() => ({ connect })),
    hello: () => ({ command: 'hello', protocols: [PROTOCOL], ver: 'liveserve' }),
    receive(text) {
      const { command, path } = JSON.parse(text);
      if (command === 'reload') show(path);
      // What was missed while the connection was lost is not known.
      else if (command === 'hello' && ++greetings > 1) reload();
    },
    // A page of another server shows no note.
    offline() {},
  });
}

try {
  const { document } = window;
  if (!isFollowed(document)) {
    start(window, /** @type {HTMLScriptElement} */ (document.currentScript).src);
  }
} catch {
  // A browser or a page that this script does not understand: the page stays as it is.
}
