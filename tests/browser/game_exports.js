/**
 * game_exports: the files of game engines, which are compressed when they are built. It is the same in each
 * browser. The page does with them what the loaders of Unity and Godot do.
 */

import assert from 'node:assert/strict';
import zlib from 'node:zlib';

import { GREEN, page } from './site.js';

/** The smallest module: a magic number and a version. */
const WASM = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** A module with a function: add(a, b). */
const ADD = Buffer.from([
  ...WASM,
  ...[1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f], // a type: two numbers, and one
  ...[3, 2, 1, 0], // a function of that type
  ...[7, 7, 1, 3, 0x61, 0x64, 0x64, 0, 0], // its name: add
  ...[10, 9, 1, 7, 0, 0x20, 0, 0x20, 1, 0x6a, 0x0b], // its code
]);

/** A document as Unity's template makes it: a canvas, a script that loads the build, and how far that is. */
const UNITY_PAGE = `<!doctype html>
<html lang="en-us">
  <head><meta charset="utf-8"><title>Game</title><link rel="stylesheet" href="TemplateData/style.css"></head>
  <body>
    <div id="container"><canvas id="canvas" width="96" height="60" tabindex="-1"></canvas>
    <p id="bar">0</p></div>
    <script>
      const build = 'Build';
      const script = document.createElement('script');
      script.src = build + '/game.loader.js';
      script.onload = () => {
        startGame(document.querySelector('#canvas'), {
          dataUrl: build + '/game.data.gz',
          frameworkUrl: build + '/game.framework.js.br',
          codeUrl: build + '/game.wasm.br',
        }).then(
          (text) => (document.querySelector('#bar').textContent = text),
          (error) => (document.querySelector('#bar').textContent = String(error)),
        );
      };
      document.body.appendChild(script);
    </script>
  </body>
</html>
`;

/** What Unity's loader does: the framework by a script element, the code while it arrives, the data by its length. */
const UNITY_LOADER = `
async function startGame(canvas, { dataUrl, frameworkUrl, codeUrl }) {
  const framework = new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = frameworkUrl;
    script.onload = () => resolve(window.gameFramework);
    script.onerror = () => reject(new Error('the framework was not sent as a script'));
    document.body.appendChild(script);
  });
  const code = fetch(codeUrl);
  if ((await code).headers.get('Content-Encoding') !== 'br') throw new Error('not sent as br');
  const { instance } = await WebAssembly.instantiateStreaming(code, {});
  const data = await (await fetch(dataUrl)).arrayBuffer();
  const start = await framework;
  return start(canvas, instance.exports, new Uint8Array(data));
}
`;

const UNITY_FRAMEWORK = `
window.gameFramework = (canvas, { add }, data) => {
  canvas.getContext('2d').fillRect(0, 0, add(10, 20), 10);
  return [add(40, 2), data.length, new TextDecoder().decode(data.slice(0, 4))].join();
};
`;

/** As Godot's: one script that fetches code and pack beside it, and wants to share memory with threads. */
const GODOT_PAGE = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Game</title></head>
  <body><canvas id="canvas"></canvas><p id="status">loading</p>
    <script src="index.js"></script>
    <script>
      const engine = new Engine({ executable: 'index', fileSizes: { 'index.pck': 70000, 'index.wasm': 41 } });
      const show = (text) => (document.querySelector('#status').textContent = text);
      engine.startGame().then(show, (error) => show(String(error)));
    </script>
  </body>
</html>
`;

const GODOT_SCRIPT = `
class Engine {
  constructor(config) {
    this.config = config;
  }
  async startGame() {
    if (!crossOriginIsolated) throw new Error('no shared memory');
    const memory = new Int32Array(new SharedArrayBuffer(4));
    const { executable, fileSizes } = this.config;
    const [code, pack] = await Promise.all(['.wasm', '.pck'].map((end) => fetch(executable + end)));
    const module = await WebAssembly.compileStreaming(code);
    const { exports } = await WebAssembly.instantiate(module, {});
    Atomics.store(memory, 0, exports.add(20, 22));
    const bytes = await pack.arrayBuffer();
    if (bytes.byteLength !== fileSizes['index.pck']) throw new Error('the pack is ' + bytes.byteLength);
    return [Atomics.load(memory, 0), ...new Uint8Array(bytes.slice(0, 2))].join();
  }
}
`;

/** Runs in the page: the length that was sent of a file. @param {string} name */
function sentLength(name) {
  const all = /** @type {PerformanceResourceTiming[]} */ (performance.getEntriesByType('resource'));
  return all.find((entry) => entry.name.endsWith(name))?.encodedBodySize;
}

/** @param {import('./site.js').TestSite} testSite */
function testUnity(testSite) {
  testSite(
    'an export as Unity writes it runs, and a new build of it is shown',
    {
      'index.html': UNITY_PAGE,
      'TemplateData/style.css': '#bar { color: rgb(0, 150, 0) }',
      'Build/game.loader.js': UNITY_LOADER,
      'Build/game.framework.js.br': zlib.brotliCompressSync(UNITY_FRAMEWORK),
      'Build/game.wasm.br': zlib.brotliCompressSync(ADD),
      'Build/game.data.gz': zlib.gzipSync('data'.repeat(1000)),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsText('#bar', '42,4000,data');
      await tab.showsColour('#bar', GREEN);
      site.write('Build/game.data.gz', zlib.gzipSync('next'.repeat(500)));
      await tab.showsText('#bar', '42,2000,next');
      site.write(
        'Build/game.framework.js.br',
        zlib.brotliCompressSync(UNITY_FRAMEWORK.replace('add(40, 2)', 'add(40, 3)')),
      );
      await tab.showsText('#bar', '43,2000,next');
    },
  );
}

/** @param {import('./site.js').TestSite} testSite */
function testGodot(testSite) {
  const pack = Buffer.alloc(70000, 'pk');
  testSite(
    'an export as Godot writes it runs, isolated by _headers, from the packed files beside the others',
    {
      'index.html': GODOT_PAGE,
      'index.js': GODOT_SCRIPT,
      'index.js.gz': zlib.gzipSync(GODOT_SCRIPT),
      'index.wasm': ADD,
      'index.wasm.br': zlib.brotliCompressSync(ADD),
      'index.pck': pack,
      'index.pck.gz': zlib.gzipSync(pack),
      _headers:
        '/*\n  Cross-Origin-Opener-Policy: same-origin\n  Cross-Origin-Embedder-Policy: require-corp\n',
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsText('#status', '42,112,107');
      assert.equal(await tab.ask(sentLength, 'index.pck'), zlib.gzipSync(pack).length);
      await tab.isKnown();
      // The packed file is older than this one from now on, so it is left out.
      const next = Buffer.alloc(70000, 'zz');
      site.write('index.pck', next);
      await tab.showsText('#status', '42,122,122');
      assert.equal(await tab.ask(sentLength, 'index.pck'), next.length);
    },
    ['--precompressed'],
  );
}

/** @param {import('./site.js').TestSite} testSite */
export function testGameExports(testSite) {
  testUnity(testSite);
  testGodot(testSite);
  testSite(
    'the files of a game start as they were exported: .br and .gz, scripts, WebAssembly and data',
    {
      'index.html': page(
        `<p>loading</p><script>
        const script = document.createElement('script');
        script.src = 'Build/game.framework.js.br';
        script.onerror = () => (document.querySelector('p').textContent = 'no script');
        script.onload = async () => {
          const show = (text) => (document.querySelector('p').textContent = text);
          try {
            const one = await WebAssembly.compileStreaming(fetch('Build/game.wasm.br'));
            const two = await WebAssembly.compileStreaming(fetch('godot.wasm.gz'));
            const data = await (await fetch('Build/game.data.br')).text();
            const pack = await (await fetch('godot.pck.gz')).text();
            show([framework, one instanceof WebAssembly.Module, two instanceof WebAssembly.Module,
              data, pack].join());
          } catch (error) {
            show(String(error));
          }
        };
        document.head.append(script);</script>`,
      ),
      'Build/game.framework.js.br': zlib.brotliCompressSync('window.framework = "framework";'),
      'Build/game.wasm.br': zlib.brotliCompressSync(WASM),
      'Build/game.data.br': zlib.brotliCompressSync('data'),
      'godot.wasm.gz': zlib.gzipSync(WASM),
      'godot.pck.gz': zlib.gzipSync('pack'),
    },
    async ({ open, site }) => {
      const tab = await open();
      await tab.showsText('p', 'framework,true,true,data,pack');
      site.write('Build/game.data.br', zlib.brotliCompressSync('new data'));
      await tab.showsText('p', 'framework,true,true,new data,pack');
    },
  );
}
