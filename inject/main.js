/**
 * main: the only module that touches the page's own document, window and clock; it puts the others
 * together. Nothing here may be seen or felt by the page.
 */

import { canonicalPath } from './address.js';
import { createChanges } from './changes.js';
import { createConnection } from './connection.js';
import { createReload } from './reload.js';
import { createResources } from './resources.js';
import { createStylesheets } from './stylesheets.js';
import { findTag, readTag } from './tag.js';

function start({ source, birth, epoch, version }) {
  const { origin, pathname } = location;
  const root = document.documentElement;
  if (root.getAttribute('data-liveserve') === 'off') return;

  const later = (callback, ms) => setTimeout(callback, ms);
  const reload = createReload({
    reload: () => location.reload(),
    storage: () => sessionStorage,
    key: `liveserve ${pathname}`,
    birth,
    later,
    console,
  });
  let stamps = Date.now();
  const stamp = () => (stamps++).toString(36);
  const stylesheets = createStylesheets({ document, origin, stamp, later, giveUp: reload });
  const change = createChanges({
    // The second differs when a script has moved the page on with history.pushState.
    ownAddresses: () => [pathname, location.pathname].map(canonicalPath),
    isListing: root.hasAttribute('data-liveserve-listing'),
    resources: createResources({ document, origin, Observer: PerformanceObserver }),
    updaters: [stylesheets],
    reload,
  });

  function receive(text) {
    try {
      const message = JSON.parse(text);
      if (message.type === 'change') change(message.changes);
      if (message.type === 'reload') reload();
      // The version of a hello is not taken: what was missed follows it, and may get lost on its way.
      if (message.type === 'hello') stylesheets.retry();
      else version = message.version;
    } catch {
      reload();
    }
    // A page that is still loading may have asked for the old file without our knowing yet.
    if (document.readyState !== 'complete') addEventListener('load', () => receive(text));
  }

  createConnection({
    connect: () => new WebSocket(`${origin.replace('http', 'ws')}/ws`, 'liveserve.v1'),
    probe: () => fetch(source, { method: 'HEAD', cache: 'no-store' }),
    hello: () => JSON.stringify({ type: 'hello', page: location.pathname, epoch, version }),
    receive,
    later,
    random: Math.random,
    now: Date.now,
    window,
    document,
  });
}

function begin() {
  const first = findTag(document);
  const tag = document.currentScript ?? first;
  const said = tag && readTag(tag);
  // A second tag in the same document leaves the work to the first; in a sandbox without an origin there
  // is no server to talk to.
  if (!said || (first && first !== tag) || window.origin === 'null') return;
  start(said);
}

try {
  begin();
} catch {
  // A browser or a page that this script does not understand: the page stays as it is.
}
