import type { MiddlewareHandler } from 'hono';
import { QwError } from '../../model/index.ts';

/**
 * Bounds what a request may send, whether or not it says its length beforehand: a declared length is held by the HTTP
 * parser, a chunked body is read here.
 */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const tooLarge = () => new QwError('REQUEST_TOO_LARGE', `a body has at most ${maxBytes} bytes here`);
  return async (context, next) => {
    if (Number(context.req.header('content-length') ?? 0) > maxBytes) throw tooLarge();
    if (context.req.header('transfer-encoding') !== undefined && context.req.raw.body) {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of context.req.raw.body as AsyncIterable<Uint8Array>) {
        size += chunk.length;
        if (size > maxBytes) throw tooLarge();
        chunks.push(chunk);
      }
      // Handlers look for the text here first; every body is JSON.
      Object.assign(context.req.bodyCache, { text: Promise.resolve(Buffer.concat(chunks).toString('utf8')) });
    }
    await next();
  };
}
