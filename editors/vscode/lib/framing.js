/**
 * framing: the base protocol of LSP 3.17: messages of JSON, each with a head that says its length.
 */
'use strict';

const HEAD_END = Buffer.from('\r\n\r\n');
const HEAD_MAX = 4096;
const MESSAGE_MAX = 64 * 1024 * 1024;

/** @param {object} message @returns {string} */
function frame(message) {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

/**
 * @param {(message: any) => void} onMessage
 * @param {(error: Error) => void} onError what comes is not the protocol; nothing more is read
 * @returns {(bytes: Buffer) => void} takes bytes in pieces of any size
 */
function createReader(onMessage, onError) {
  let waiting = Buffer.alloc(0);
  let isBroken = false;

  /** @returns {boolean} whether there was a whole message */
  function takeOne() {
    const end = waiting.indexOf(HEAD_END);
    if (end < 0 && waiting.length <= HEAD_MAX) return false;
    const [, digits] =
      /^Content-Length: *(\d{1,9})$/im.exec(waiting.subarray(0, Math.max(end, 0)).toString()) ?? [];
    const length = Number(digits);
    if (!digits || length > MESSAGE_MAX) throw new Error('a message of liveserve has no length');
    const start = end + HEAD_END.length;
    if (waiting.length < start + length) return false;
    const text = waiting.subarray(start, start + length).toString();
    waiting = waiting.subarray(start + length);
    onMessage(JSON.parse(text));
    return true;
  }

  return (bytes) => {
    if (isBroken) return;
    waiting = Buffer.concat([waiting, bytes]);
    try {
      while (takeOne());
    } catch (error) {
      isBroken = true;
      onError(/** @type {Error} */ (error));
    }
  };
}

module.exports = { frame, createReader };
