/**
 * words: what the status bar and the output say.
 */
'use strict';

/**
 * @typedef {object} State
 * @property {'off' | 'starting' | 'on'} state
 * @property {string} [url]
 * @property {string} [root]
 * @property {number} [pages] how many are open
 */

/**
 * @param {State[]} servers one for each folder that is served
 * @returns {{text: string, tooltip: string}}
 */
function statusOf(servers) {
  const on = servers.filter(({ state }) => state === 'on');
  if (servers.some(({ state }) => state === 'starting'))
    return { text: '$(loading~spin) Starting...', tooltip: 'liveserve is starting' };
  if (!on.length)
    return { text: '$(broadcast) Go Live', tooltip: 'Serve this folder with liveserve' };
  const ports = on.map(({ url }) => portOf(/** @type {string} */ (url)));
  const pages = on.reduce((sum, one) => sum + (one.pages ?? 0), 0);
  const count = pages ? ` (${pages})` : '';
  const folders = on.map(({ url, root }) => `${url} serves ${root}`).join('\n');
  return {
    text: `$(circle-slash) Port: ${ports.join(', ')}${count}`,
    tooltip: `${folders}\n${pages} open page${pages === 1 ? '' : 's'}. Click to stop`,
  };
}

/** @param {string} url */
function portOf(url) {
  const { port, protocol } = new URL(url);
  return port || (protocol === 'https:' ? '443' : '80');
}

/** The time of an event on this machine's clock. @param {string} time */
const clock = (time) => new Date(time).toTimeString().slice(0, 8);

/**
 * @param {any} event
 * @returns {string | null} one line for the output; null when the event is not for people
 */
function lineOf(event) {
  const time = clock(event.time);
  switch (event.event) {
    case 'start':
      return `${time}  serving ${event.root} at ${event.url}`;
    case 'said': {
      const place = event.file ? `${event.file}:${event.line}:${event.column ?? 1}` : event.source;
      const page = event.page ? ` on ${event.page} (${event.browser ?? 'unknown browser'})` : '';
      return `${time}  ${event.level}${page}: ${event.text}${place ? `  ${place}` : ''}`;
    }
    case 'problem':
      return `${time}  ${event.path}:${event.line}  ${event.text}`;
    case 'fixed':
      return `${time}  ${event.path} is mended`;
    case 'change': {
      const [{ path = 'a file' } = {}, ...more] = event.changes ?? [];
      const others = more.length + (event.further ?? 0);
      const rest = others ? ` and ${others} more` : '';
      return `${time}  changed ${path}${rest}, told ${event.told} of ${event.open} pages`;
    }
    case 'error':
    case 'notice':
    case 'remark':
    case 'settings':
      return `${time}  ${event.text}`;
    default:
      return null;
  }
}

module.exports = { statusOf, portOf, lineOf };
