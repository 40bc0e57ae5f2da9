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
  // The guides that come with the page are read as they are.
  '.md': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/**
 * A document of one file, such as the verifier, says itself which scripts may run, by their hashes, and fetches nothing;
 * the policy of the page would forbid what stands within it.
 */
const ownPolicy = /<meta http-equiv="Content-Security-Policy" content="(default-src 'none'; [^"]+)"/;
const alwaysDenied = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function servePage(folder: string): Handler {
  return async (context) => {
    const path = pathOf(context.req.url);
    const file = join(folder, path);
    if (path !== '/' && file.startsWith(folder + sep) && (await isFile(file))) {
      // Vite names the files in assets after their content, so they never change.
      const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
      const type = types[extname(file)] ?? 'application/octet-stream';
      const bytes = await readFile(file);
      const policy = type.startsWith('text/html') ? ownPolicy.exec(bytes.toString())?.[1] : undefined;
      return context.body(bytes, 200, {
        'content-type': type,
        'cache-control': cache,
        ...(policy !== undefined && { 'content-security-policy': `${policy}; ${alwaysDenied}` }),
      });
    }
    if (path.startsWith('/assets/')) return context.text('not found', 404);
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

/** Inside the folder whatever was asked for; a path that cannot be decoded is the page's to explain. */
function pathOf(url: string): string {
  try {
    return normalize(decodeURIComponent(new URL(url).pathname)).replaceAll('\0', '');
  } catch {
    return '/';
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
