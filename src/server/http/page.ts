import { readFile, stat } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { Handler } from 'hono';
import { html } from 'hono/html';

/** Serves the built page: files by their path, the one document for everything else, since the page routes by itself. */

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

export function servePage(folder: string): Handler {
  return async (context) => {
    const path = normalize(decodeURIComponent(new URL(context.req.url).pathname));
    const file = join(folder, path);
    const type = types[extname(file)];
    if (type !== undefined && file.startsWith(folder + sep) && (await isFile(file))) {
      // Vite names files after their content, so they never change.
      const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      return context.body(await readFile(file), 200, { 'content-type': type, 'cache-control': cache });
    }
    if (extname(file) !== '' && type !== undefined) return context.text('not found', 404);
    const document = join(folder, 'index.html');
    if (!(await isFile(document)))
      return context.html(
        html`<!doctype html><title>Quorumwatch</title>
          <p>
            The page is not built. Run <code>npm run build</code>; the API is at
            <a href="/api/v1/openapi.json">/api/v1</a>.
          </p>`,
        503,
      );
    return context.body(await readFile(document), 200, {
      'content-type': types['.html'] ?? '',
      'cache-control': 'no-cache',
    });
  };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
