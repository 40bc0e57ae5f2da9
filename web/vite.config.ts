import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The page's build: static files for the watcher's HTTP server, fit for a policy without inline code. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
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
