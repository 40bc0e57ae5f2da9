import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** Guides that the page links to come with it: whoever's Internet is down can read them. */
const guides: Plugin = {
  name: 'guides',
  async generateBundle() {
    for (const name of ['uplinks.md', 'performance.md', 'traffic.md']) {
      const source = await readFile(new URL(`../docs/guide/${name}`, import.meta.url));
      this.emitFile({ type: 'asset', fileName: `guide/${name}`, source });
    }
  },
};

/** The page's build: static files for the watcher's HTTP server, fit for a policy without inline code. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  resolve: {
    // The words that notifications and the command line have too, a language each: the page fetches those of its own.
    alias: [
      {
        find: /^quorumwatch\/text\//,
        replacement: fileURLToPath(new URL('../src/model/text/', import.meta.url)),
      },
    ],
  },
  plugins: [guides],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: fileURLToPath(new URL('../build/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // Inlined assets would be data: addresses, which the content security policy of the server refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
