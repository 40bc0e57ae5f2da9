import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/**
 * The verifier's build: one file that holds everything, so that it works from a disk, offline, and can be kept for as
 * long as the certificates. It uses the published library by its published name, as any other program would.
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  publicDir: false,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: {
    alias: { 'quorumwatch/certificate': fileURLToPath(new URL('../src/model/certificate/index.ts', import.meta.url)) },
  },
  plugins: [oneFile()],
  build: {
    outDir: fileURLToPath(new URL('../build/web', import.meta.url)),
    emptyOutDir: false,
    target: 'es2023',
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    rollupOptions: { input: fileURLToPath(new URL('verify.html', import.meta.url)) },
  },
});

/** Puts script and style into the document, with a policy that lets exactly these run and nothing be fetched. */
function oneFile(): Plugin {
  return {
    name: 'one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      let script = '';
      let style = '';
      for (const [name, part] of Object.entries(bundle)) {
        if (part.type === 'chunk') script += part.code;
        else if (name.endsWith('.css')) style += textOf(part.source);
        else continue;
        delete bundle[name];
      }
      // The document's end tag of a script must not occur within it.
      script = script.replaceAll('</script', String.raw`<\/script`);
      const allow = (kind: string, text: string) =>
        `${kind} 'sha256-${createHash('sha256').update(text).digest('base64')}'`;
      const policy = ["default-src 'none'", allow('script-src', script), allow('style-src', style)].join('; ');
      for (const part of Object.values(bundle)) {
        if (part.type !== 'asset' || !part.fileName.endsWith('.html')) continue;
        part.source = textOf(part.source)
          .replaceAll(/\s*<link rel="stylesheet"[^>]*>/g, '')
          .replaceAll(/\s*<script type="module"[^>]*><\/script>/g, '')
          .replace('<title>', () => `<meta http-equiv="Content-Security-Policy" content="${policy}" />\n    <title>`)
          .replace('</head>', () => `<style>${style}</style></head>`)
          .replace('</body>', () => `<script type="module">${script}</script></body>`);
      }
    },
  };
}

function textOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}
