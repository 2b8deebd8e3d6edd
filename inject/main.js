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
import { createUses } from './uses.js';

function start({ source, birth, epoch, version, file }) {
  const { origin, pathname } = location;
  const root = document.documentElement;
  if (root.getAttribute('data-liveserve') === 'off') return;

  const later = (callback, ms) => setTimeout(callback, ms);
  const loadAnew = createReload({
    reload: () => location.reload(),
    storage: () => sessionStorage,
    key: `liveserve ${pathname}`,
    birth,
    later,
    console,
  });
  // Until that is done, and when the user does not let it be done, this page is not what it should be.
  let isOld = false;
  // Said by the server: whether nothing is to be exchanged in place.
  let reloads = false;
  const reload = () => {
    isOld = true;
    loadAnew();
  };
  let stamps = Date.now();
  const stamp = () => (stamps++).toString(36);
  const stylesheets = createStylesheets({ document, origin, stamp, later, giveUp: reload });
  const grown = () => uses.look();
  const resources = createResources({ document, origin, Observer: PerformanceObserver, grown });
  // The second differs when a script has moved the page on with history.pushState.
  const ownAddresses = () => [pathname, location.pathname, file ?? pathname].map(canonicalPath);
  const change = createChanges({
    ownAddresses,
    isListing: root.hasAttribute('data-liveserve-listing'),
    resources,
    updaters: () => (reloads ? [] : [stylesheets]),
    reload,
  });
  const uses = createUses({
    addresses: () =>
      isOld || resources.isIncomplete() || document.readyState !== 'complete'
        ? null
        : new Set([...ownAddresses(), ...resources.addresses(), ...stylesheets.addresses()]),
    send: (message) => send(JSON.stringify(message)),
    later,
  });

  function receive(text) {
    try {
      const message = JSON.parse(text);
      if (message.type === 'state') return uses.stamped(message.stamp);
      if (message.type === 'change' && change(message.changes)) uses.touched();
      if (message.type === 'reload') reload();
      // What was missed follows a hello, whose version is the one before that.
      ({ version, epoch = epoch } = message);
      if (message.type === 'hello') {
        reloads = message.reloads ?? false;
        stylesheets.retry();
        uses.greeted();
      }
    } catch {
      reload();
    }
    // A page that is still loading may have asked for the old file without our knowing yet.
    if (document.readyState !== 'complete') addEventListener('load', () => receive(text));
  }

  const send = createConnection({
    connect: () => new WebSocket(`${origin.replace('http', 'ws')}/ws`, 'liveserve.v1'),
    probe: () => fetch(source, { method: 'HEAD', cache: 'no-store' }),
    hello: () => JSON.stringify({ type: 'hello', page: location.pathname, epoch, version, ...uses.proof() }),
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
