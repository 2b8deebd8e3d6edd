/**
 * Real back ends behind `--proxy`, those that are installed: each page gets the tag, a save of a template reloads
 * it, and a restart in the middle of an edit ends with the right page and one reload.
 */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { FETCH, load, NAVIGATION, TAG } from '../support/load.js';
import { atEnd, findFreePort, inTime, makeSite, portOf, until } from '../support/server.js';
import { openPage } from '../support/websocket.js';
import { withServer } from '../support/with_server.js';

const UPLOAD_MIB = 1024;

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

const isOpen = (port) =>
  new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** A program that listens at a port, and can be stopped and started again. */
function makeProgram(port, command, args, options = {}) {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  let output = '';
  atEnd(() => child?.kill('SIGKILL'));
  return {
    port,
    async start() {
      child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (text) => (output += text));
      await until(`${command} to listen\n${output}`, () => isOpen(port));
    },
    async stop() {
      if (!child) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await inTime(ended, () => `${command} to end`);
      child = undefined;
    },
  };
}

const WSGI = `
import gzip, os, sys
from wsgiref.simple_server import make_server, WSGIRequestHandler

class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass

def app(environ, start_response):
    body = open(os.path.join(sys.argv[2], 'page.html'), 'rb').read()
    headers = [('Content-Type', 'text/html; charset=utf-8')]
    if environ['PATH_INFO'] == '/packed':
        body = gzip.compress(body)
        headers.append(('Content-Encoding', 'gzip'))
    headers.append(('Content-Length', str(len(body))))
    start_response('200 OK', headers)
    return [body]

make_server('127.0.0.1', int(sys.argv[1]), app, handler_class=Quiet).serve_forever()
`;

const FLASK = `
import sys
from flask import Flask, render_template
app = Flask(__name__, template_folder=sys.argv[2])
app.config['TEMPLATES_AUTO_RELOAD'] = True

@app.route('/')
@app.route('/packed')
def page():
    return render_template('page.html')

app.run('127.0.0.1', int(sys.argv[1]))
`;

const NODE = `
const fs = require('node:fs'), http = require('node:http'), zlib = require('node:zlib');
const [port, folder] = process.argv.slice(2);
http.createServer((asked, answer) => {
  const page = fs.readFileSync(folder + '/page.html');
  const isPacked = asked.url === '/packed';
  answer.setHeader('Content-Type', 'text/html');
  if (isPacked) answer.setHeader('Content-Encoding', 'br');
  answer.end(isPacked ? zlib.brotliCompressSync(page) : page);
}).listen(Number(port), '127.0.0.1');
`;

const PHP = `<?php
ini_set('zlib.output_compression', '0');
if ($_SERVER['REQUEST_URI'] === '/packed') {
  header('Content-Encoding: gzip');
  echo gzencode(file_get_contents(__DIR__ . '/page.html'));
} else {
  readfile(__DIR__ . '/page.html');
}
`;

const NGINX = (port, behind, folder) => `
daemon off; master_process off; pid ${folder}/nginx.pid; error_log /dev/null;
events {}
http {
  access_log off; client_body_temp_path ${folder}/1; proxy_temp_path ${folder}/2;
  fastcgi_temp_path ${folder}/3; uwsgi_temp_path ${folder}/4; scgi_temp_path ${folder}/5;
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${behind}; } }
}
`;

const page = (word) => `<!doctype html><html><head><title>${word}</title></head></html>`;

/** A folder of templates, and the program that makes pages of them. It is stopped and started by restart. */
const backEnds = [
  {
    name: "PHP's own server",
    isThere: works('php', '-r', 'exit(0);'),
    make: (port, files) => {
      files.write('index.php', PHP);
      return makeProgram(port, 'php', ['-S', `127.0.0.1:${port}`, 'index.php'], {
        cwd: files.root,
      });
    },
  },
  {
    name: "Python's http.server",
    isThere: works('python3', '-c', 'import http.server'),
    path: '/page.html',
    make: (port, { root }) =>
      makeProgram(port, 'python3', [
        '-m',
        'http.server',
        '-b',
        '127.0.0.1',
        '-d',
        root,
        String(port),
      ]),
  },
  {
    name: 'a WSGI application',
    isThere: works('python3', '-c', 'import wsgiref'),
    make: (port, { root }) => makeProgram(port, 'python3', ['-c', WSGI, String(port), root]),
  },
  {
    name: 'Flask',
    isThere: works('python3', '-c', 'import flask'),
    make: (port, { root }) => makeProgram(port, 'python3', ['-c', FLASK, String(port), root]),
  },
  {
    name: 'Node, with compression',
    isThere: true,
    make: (port, files) => {
      files.write('server.cjs', NODE);
      const script = path.join(files.root, 'server.cjs');
      return makeProgram(port, process.execPath, [script, String(port), files.root]);
    },
  },
];

/** Loads a page, and connects as its script would. */
async function visit(server, at) {
  const { status, text } = await load(server, at);
  assert.equal(status, 200);
  assert.match(text, TAG, text);
  const [, epoch, version] = /data-version="(\w+)\.(\d+)"/.exec(text);
  const socket = await openPage(server, { epoch, version: Number(version), page: at });
  assert.equal((await socket.message()).type, 'hello', 'nothing is newer than the page');
  return { socket, version, html: text.replace(TAG, '') };
}

describe('real back ends', () => {
  for (const { name, isThere, make, path: at = '/' } of backEnds) {
    const skip = !isThere && 'not installed';
    test(`${name}: the tag, a save, a restart`, { skip }, async (t) => {
      const files = makeSite({ 'page.html': page('one') });
      const program = make(await findFreePort(), files);
      t.after(() => program.stop());
      await program.start();
      const args = [
        `--proxy=http://127.0.0.1:${program.port}`,
        `--watch=${path.join(files.root, 'page.html')}`,
        '--proxy-wait=60',
      ];
      await withServer({ root: makeSite().root, args }, async (server) => {
        const first = await visit(server, at);
        assert.equal(first.html, page('one'));
        assert.doesNotMatch((await load(server, at, FETCH)).text, TAG);
        if (at === '/')
          assert.equal((await load(server, '/packed')).text.replace(TAG, ''), page('one'));

        files.edit('page.html', 'one', 'two');
        assert.equal((await first.socket.message()).type, 'reload');
        const second = await visit(server, at);
        assert.equal(second.html, page('two'));

        await program.stop();
        files.edit('page.html', 'two', 'three');
        assert.equal((await second.socket.message()).type, 'reload');
        const waiting = visit(server, at);
        await server.waitForLine(/is not there, so pages wait for it/);
        await program.start();
        const third = await waiting;
        assert.equal(third.html, page('three'));
        await server.waitForLine(/is back, so pages reload/);
        const now = await visit(server, at);
        assert.equal(now.version, third.version, 'the page that has waited is not reloaded again');
        for (const { socket } of [first, second, third, now]) socket.destroy();
      });
    });
  }

  const hasNginx = works('nginx', '-v') && works('python3', '-c', 'import wsgiref');
  test(
    'nginx in front of an application that restarts',
    { skip: !hasNginx && 'not installed' },
    async (t) => {
      const files = makeSite({ 'page.html': page('one') });
      const [port, behind] = [await findFreePort(), await findFreePort()];
      files.write('nginx.conf', NGINX(port, behind, files.root));
      const nginx = makeProgram(port, 'nginx', [
        '-p',
        files.root,
        '-c',
        `${files.root}/nginx.conf`,
      ]);
      const application = makeProgram(behind, 'python3', ['-c', WSGI, String(behind), files.root]);
      t.after(() => Promise.all([nginx.stop(), application.stop()]));
      await application.start();
      await nginx.start();
      const args = [`--proxy=http://127.0.0.1:${port}`, '--proxy-wait=60'];
      await withServer({ root: makeSite().root, args }, async (server) => {
        const first = await visit(server, '/');
        await application.stop();
        const fetched = await load(server, '/', FETCH);
        assert.equal(fetched.status, 502, "nginx's own answer, at once");
        assert.match(fetched.text, /nginx/);
        const waiting = visit(server, '/');
        await server.waitForLine(/answers 502, so pages wait for it/);
        files.edit('page.html', 'one', 'two');
        await application.start();
        const second = await waiting;
        assert.equal(second.html, page('two'));
        assert.equal((await first.socket.message()).type, 'reload');
        for (const { socket } of [first, second]) socket.destroy();
      });
    },
  );

  test(`an upload of ${UPLOAD_MIB} MiB takes no memory`, async () => {
    const counter = http.createServer((asked, answer) => {
      let length = 0;
      asked.on('data', (piece) => (length += piece.length));
      asked.on('end', () => answer.end(String(length)));
    });
    await once(counter.listen(0, '127.0.0.1'), 'listening');
    after(() => counter.close());
    const env = { ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:quarantine_size_mb=1` };
    const args = [`--proxy=http://127.0.0.1:${portOf(counter)}`];
    await withServer({ root: makeSite().root, args, env }, async (server) => {
      await load(server, '/', FETCH);
      const before = memory(server);
      const length = UPLOAD_MIB * 1024 * 1024;
      const upload = http.request({
        port: server.port,
        method: 'PUT',
        path: '/upload',
        headers: { ...NAVIGATION, 'Content-Length': length },
      });
      const answered = once(upload, 'response');
      const piece = Buffer.alloc(1024 * 1024, 'x');
      for (let i = 0; i < UPLOAD_MIB; i++)
        if (!upload.write(piece)) await inTime(once(upload, 'drain'), () => `room for piece ${i}`);
      upload.end();
      const [answer] = await inTime(answered, () => 'the answer to an upload');
      const [text] = await once(answer.setEncoding('utf8'), 'data');
      assert.equal(text.replace(TAG, ''), String(length));
      assert.ok(memory(server) - before < 16 * 1024, `${memory(server) - before} KiB`);
    });
  });
});

/** The peak of the server's memory, in KiB. */
function memory(server) {
  return Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${server.pid}/status`, 'utf8'))[1]);
}
