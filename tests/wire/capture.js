/**
 * capture: runs dumpcap around some traffic, and tshark on what it has written.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { inTime, until } from '../support/server.js';

/** What the version of tshark must be: later ones have other words. */
const VERSION = /^TShark \(Wireshark\) 4\.0\./;

/** Whether the programs are there that live comparisons need. */
export function hasTshark() {
  const { stdout, error } = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
  return !error && VERSION.test(stdout);
}

/**
 * Starts to capture the TCP packets of a port.
 *
 * @param {string} file to be written
 * @param {number} port
 * @param {string} [device]
 */
export async function startCapture(file, port, device = 'lo') {
  const child = spawn(
    'dumpcap',
    ['-q', '-i', device, '-f', `tcp port ${port} or udp port ${port}`, '-w', file],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (bytes) => (said += bytes));
  const exited = once(child, 'close');
  await until('dumpcap to begin', () => /File: /.test(said) && fs.existsSync(file));
  return {
    /** Ends it when all packets that were sent before are in the file. */
    async stop() {
      await waitForMark(file, port);
      child.kill('SIGINT');
      await inTime(exited, () => `dumpcap to end: ${said}`);
      dropMarks(file, port);
    },
  };
}

/** Sends a datagram that the filter lets through, until it is in the file. Packets arrive in order. */
async function waitForMark(file, port) {
  const dgram = await import('node:dgram');
  const socket = dgram.createSocket('udp4');
  const mark = Buffer.from(`mark ${process.hrtime.bigint()}`);
  // Nobody listens there, so the port answers with an error.
  socket.on('error', () => {});
  socket.send(mark, port, '127.0.0.1');
  await until('dumpcap to write all packets', () => fs.readFileSync(file).includes(mark));
  socket.close();
}

function dropMarks(file, port) {
  const all = `${file}.all`;
  fs.renameSync(file, all);
  execute('tshark', ['-r', all, '-Y', `!(udp.port == ${port})`, '-w', file]);
  fs.rmSync(all);
}

/**
 * @param {string} program
 * @param {string[]} args
 */
export function execute(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
    env: { ...process.env, TZ: 'UTC' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/**
 * What tshark prints for a capture.
 *
 * @param {string} file
 */
export const tsharkText = (file) => execute('tshark', ['-n', '-r', file]);

/**
 * Waits until a socket is open or closed.
 *
 * @param {import('node:net').Socket} socket
 * @param {string} event
 */
export const heard = (socket, event) => inTime(once(socket, event), () => `the event ${event}`);
