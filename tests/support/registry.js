/**
 * registry: a registry of npm packages on this machine, with the packages of some .tgz files. All other names are
 * unknown to it.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import { portOf } from './server.js';

/**
 * What npm asks a registry for by the name of a package, as far as an installation needs it.
 *
 * @param {string} file
 * @param {string} url where the file can be had
 */
function describe(file, url) {
  const manifest = JSON.parse(
    execFileSync('tar', ['-xzOf', file, 'package/package.json'], { encoding: 'utf8' }),
  );
  const integrity = `sha512-${createHash('sha512').update(fs.readFileSync(file)).digest('base64')}`;
  const { name, version } = manifest;
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist: { tarball: url, integrity } } },
  };
}

/**
 * Starts one, which ends with this process.
 *
 * @param {string[]} files
 * @returns {Promise<string>} its URL
 */
export async function startRegistry(files) {
  /** @type {Map<string, string | Buffer>} */
  const answers = new Map();
  const server = http.createServer(({ url }, response) => {
    const answer = answers.get(decodeURIComponent(url ?? ''));
    response.writeHead(answer === undefined ? 404 : 200).end(answer ?? '{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref(); // It ends with the process.
  const origin = `http://127.0.0.1:${portOf(server)}`;
  for (const [index, file] of files.entries()) {
    const path = `/files/${index}.tgz`;
    const description = describe(file, origin + path);
    answers.set(path, fs.readFileSync(file));
    answers.set(`/${description.name}`, JSON.stringify(description));
  }
  return origin;
}
