/**
 * game_exports: the files of game engines, which are compressed when they are built. It is the same in each
 * browser. The page does with them what the loaders of Unity and Godot do.
 */

import zlib from 'node:zlib';

import { page } from './site.js';

/** The smallest module: a magic number and a version. */
const WASM = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** @param {import('./site.js').TestSite} testSite */
export function testGameExports(testSite) {
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
