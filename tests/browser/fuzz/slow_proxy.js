/**
 * slow_proxy: a network between a browser and a server: it is slow, it can be cut, and single requests can
 * fail in it. It knows no more of HTTP than the first line of a request.
 */

import { once } from 'node:events';
import net from 'node:net';

import { atEnd, findFreePort, portOf } from '../../support/server.js';

/** @type {Set<number>} */
const usedPorts = new Set();

/** A browser keeps what it has loaded from a port, and Back shows it unasked, also when it is of another site. */
async function findNewPort() {
  for (;;) {
    const port = await findFreePort();
    if (usedPorts.size < usedPorts.add(port).size) return port;
  }
}

/**
 * @param {number} port of the server
 * @param {() => number} delayMs asked for each piece that passes
 */
export async function startSlowProxy(port, delayMs) {
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const network = {
    url: '',
    /** Whether nothing passes. */
    isDown: false,
    /** A request fails when its first line matches. @type {RegExp | null} */
    fails: null,
    /** How many requests have passed. */
    requests: 0,
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    stop() {
      listener.close();
      network.cut();
    },
  };

  /** Passes on in order. @type {(from: net.Socket, to: net.Socket) => void} */
  function pass(from, to) {
    let last = Promise.resolve();
    /** @param {() => void} act */
    const later = (act) => {
      const wait = delayMs();
      last = last.then(() => new Promise((resolve) => setTimeout(resolve, wait))).then(act);
    };
    from.on('data', (data) => later(() => void (to.destroyed || to.write(data))));
    from.on('end', () => later(() => to.end()));
    for (const type of ['error', 'close']) from.on(type, () => later(() => to.destroy()));
  }

  const listener = net.createServer({ allowHalfOpen: true }, (browser) => {
    if (network.isDown) return void browser.destroy();
    const server = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [browser, server]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    browser.on('data', (data) => {
      const [, line] = /^([A-Z]+ \S+) HTTP/.exec(data.toString('latin1', 0, 500)) ?? [];
      if (line) network.requests++;
      if (line && network.fails?.test(line)) [browser, server].forEach((one) => one.destroy());
    });
    pass(browser, server);
    pass(server, browser);
  });
  listener.listen(await findNewPort(), '127.0.0.1');
  await once(listener, 'listening');
  atEnd(network.stop);
  network.url = `http://localhost:${portOf(listener)}/`;
  return network;
}

/** @typedef {Awaited<ReturnType<typeof startSlowProxy>>} Network */
