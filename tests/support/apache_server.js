/**
 * apache_server: the real Apache httpd, to compare answers with. It has a configuration of its own in a folder of
 * its own, and listens on a free port of 127.0.0.1 only.
 */

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { atEnd, findFreePort, inTime, makeSite, until } from './server.js';

const PROGRAM = ['/usr/sbin/apache2', '/usr/sbin/httpd'].find((file) => fs.existsSync(file));
const MODULES = [
  '/usr/lib/apache2/modules',
  '/usr/lib64/httpd/modules',
  '/usr/lib/httpd/modules',
].find((folder) => fs.existsSync(folder));

/** False if Apache httpd is here. Otherwise the reason to skip a test. */
export const apacheSkip =
  !(PROGRAM && MODULES) && 'Apache httpd is not installed (Debian: apache2-bin)';

/** A port may be taken by another program between the moment it was found and the start. */
const STARTS = 5;

/** The modules without which it does not start or cannot serve a folder. */
const BASE_MODULES = ['mpm_event', 'authz_core', 'mime', 'dir'];

/**
 * @typedef {object} ApacheOptions
 * @property {string} root the folder that it serves, which everybody may be able to read
 * @property {string[]} [modules] those to be loaded besides the usual ones: "include", "rewrite"
 * @property {string} [config] lines of the whole server
 * @property {string} [folder] lines for the served folder: "Options +Includes", "AllowOverride All"
 */

/**
 * Starts httpd and waits until it answers.
 *
 * @param {ApacheOptions} options
 */
export async function startApache(options) {
  const home = makeSite({});
  // httpd gives up root, and reads the files as nobody.
  for (const folder of [home.root, options.root]) fs.chmodSync(folder, 0o755);
  for (let left = STARTS - 1; ; left--) {
    const port = await findFreePort();
    home.write('httpd.conf', configuration(options, home.root, port));
    const apache = new Apache(home.path('httpd.conf'), port, home.path('errors'));
    try {
      await apache.begin();
      return apache;
    } catch (error) {
      apache.kill();
      if (left === 0 || !/address already in use/i.test(apache.errors())) throw error;
    }
  }
}

/**
 * @param {ApacheOptions} options
 * @param {string} home
 * @param {number} port
 */
function configuration({ root, modules = [], config = '', folder = '' }, home, port) {
  const user = process.getuid() === 0 ? ['User nobody', `Group ${groupOfNobody()}`] : [];
  return [
    `ServerRoot ${home}`,
    'ServerName localhost',
    `Listen 127.0.0.1:${port}`,
    `PidFile ${path.join(home, 'pid')}`,
    `DefaultRuntimeDir ${home}`,
    `ErrorLog ${path.join(home, 'errors')}`,
    'Mutex posixsem',
    // One process with some threads is enough.
    'ServerLimit 1',
    'StartServers 1',
    'ThreadsPerChild 8',
    'MaxRequestWorkers 8',
    'MinSpareThreads 1',
    'MaxSpareThreads 8',
    ...user,
    ...[...BASE_MODULES, ...modules].map(
      (name) => `LoadModule ${name}_module ${path.join(MODULES, `mod_${name}.so`)}`,
    ),
    'TypesConfig /etc/mime.types',
    `DocumentRoot "${root}"`,
    `<Directory "${root}">`,
    'Options +FollowSymLinks',
    'Require all granted',
    folder,
    '</Directory>',
    config,
    '',
  ].join('\n');
}

/** The group of the user nobody has another name on each system. */
function groupOfNobody() {
  return spawnSync('id', ['-gn', 'nobody'], { encoding: 'utf8' }).stdout.trim();
}

/** A running httpd. startApache() makes it. */
class Apache {
  port;
  #errors;
  #child;
  #exited;
  #hasEnded = false;

  /**
   * @param {string} config
   * @param {number} port
   * @param {string} errors the file of its errors
   */
  constructor(config, port, errors) {
    this.port = port;
    this.#errors = errors;
    this.#child = spawn(PROGRAM, ['-f', config, '-D', 'FOREGROUND'], {
      stdio: ['ignore', 'ignore', fs.openSync(`${errors}.start`, 'w')],
    });
    this.#exited = once(this.#child, 'exit').then(() => (this.#hasEnded = true));
    // A test that fails may leave it running.
    this.#child.unref();
    atEnd(() => this.kill());
  }

  /** What it has logged so far. */
  errors() {
    return [`${this.#errors}.start`, this.#errors]
      .map((file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''))
      .join('');
  }

  /** Waits for its first answer. */
  async begin() {
    await until('Apache httpd to answer', async () => {
      if (this.#hasEnded) throw new Error(`Apache httpd has ended:\n${this.errors()}`);
      return this.get('/').then(
        () => !this.#hasEnded,
        () => false,
      );
    });
  }

  /**
   * Its answer to a GET. Unlike get() of http.js, it reads chunks, which httpd sends.
   *
   * @param {string} target as it is sent
   * @param {import('./http.js').Fields} [fields]
   * @returns {Promise<{status: number, fields: http.IncomingHttpHeaders, body: Buffer}>}
   */
  async get(target, fields = {}) {
    const headers = { Host: `localhost:${this.port}`, ...fields };
    const request = http.get({
      host: '127.0.0.1',
      port: this.port,
      path: target,
      headers: Object.fromEntries(
        Object.entries(headers).filter(([, value]) => value !== undefined),
      ),
      agent: false,
    });
    const [answer] = await inTime(once(request, 'response'), () => `Apache httpd on ${target}`);
    const body = await inTime(answer.toArray(), () => `the rest of Apache httpd on ${target}`);
    return { status: answer.statusCode, fields: answer.headers, body: Buffer.concat(body) };
  }

  async stop() {
    this.#child.kill('SIGTERM');
    await inTime(this.#exited, () => `Apache httpd to end\n${this.errors()}`);
  }

  /** Ends it at once. Its children end when they notice. */
  kill() {
    if (!this.#hasEnded) this.#child.kill('SIGTERM');
  }
}
