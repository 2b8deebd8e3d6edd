import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createPacketRequests, readPacket } from '../../../view/packets/packet_requests.js';

/** Requests whose answers are the test's. */
function create() {
  /** @type {{address: string, answer: (status: number, body?: any) => void, fail: () => void, signal: AbortSignal}[]} */
  const asked = [];
  const shown = [];
  const request = createPacketRequests({
    fetch: /** @type {any} */ (
      (address, { signal }) =>
        new Promise((resolve, reject) => {
          const answer = (status, body) =>
            resolve({ status, ok: status === 200, json: async () => body });
          asked.push({ address, answer, fail: () => reject(new TypeError()), signal });
          signal.addEventListener('abort', () => reject(signal.reason));
        })
    ),
    show: (packet) => shown.push(packet.n),
    fail: (n, sentence) => shown.push(sentence),
  });
  return { asked, shown, request };
}

test('a packet is read, with what is left out', () => {
  const tree = [{ text: 'Frame 3', from: 0, to: 3, children: [{ text: 'a' }] }];
  assert.deepEqual(readPacket({ n: 3, sentence: 'x', tree, bytes: 'AAEC', plain: 'QQ==' }), {
    n: 3,
    sentence: 'x',
    tree: [
      { text: 'Frame 3', from: 0, to: 3, children: [{ text: 'a', from: 0, to: 0, children: [] }] },
    ],
    bytes: Uint8Array.of(0, 1, 2),
    plain: Uint8Array.of(0x41),
  });
  assert.equal(readPacket({ n: 1 }).plain, null);
});

test('only the newest request counts', async () => {
  const { asked, shown, request } = create();
  const first = request(1);
  const second = request(2);
  assert.ok(asked[0].signal.aborted);
  asked[1].answer(200, { n: 2 });
  await Promise.all([first, second]);
  assert.deepEqual(
    asked.map(({ address }) => address),
    ['packet/1', 'packet/2'],
  );
  assert.deepEqual(shown, [2]);
});

test('a packet that is gone, and a server that does not answer, are said in words', async () => {
  const { asked, shown, request } = create();
  const gone = request(1);
  asked[0].answer(404);
  await gone;
  const broken = request(2);
  asked[1].answer(500);
  await broken;
  const away = request(3);
  asked[2].fail();
  await away;
  const sentence = (n) =>
    `Packet ${n} could not be fetched. Check that liveserve is still running.`;
  assert.deepEqual(shown, [
    'Packet 1 is gone: only the newest packets are kept.',
    sentence(2),
    sentence(3),
  ]);
});
