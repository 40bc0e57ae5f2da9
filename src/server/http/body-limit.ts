import type { MiddlewareHandler } from 'hono';
import { QwError } from '../../model/index.ts';

/**
 * Bounds what a request may send, whether or not it says its length beforehand: a declared length is held by the HTTP
 * parser, a chunked body is read here. What is too long is read on for a while and thrown away, since a connection that is
 * closed with something unread in it is reset, and whoever sends would never see the answer.
 */
export function limitBody(maxBytes: number): MiddlewareHandler {
  const tooLarge = () => new QwError('REQUEST_TOO_LARGE', `a body has at most ${maxBytes} bytes here`);
  return async (context, next) => {
    const declared = Number(context.req.header('content-length') ?? 0);
    const body = context.req.raw.body as AsyncIterable<Uint8Array> | null;
    if (!body && declared > maxBytes) throw tooLarge();
    if (body && (declared > maxBytes || context.req.header('transfer-encoding') !== undefined)) {
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of body) {
        size += chunk.length;
        if (size > 2 * maxBytes) break;
        if (size <= maxBytes) chunks.push(chunk);
      }
      if (size > maxBytes || declared > maxBytes) throw tooLarge();
      // Handlers look for the text here first; every body is JSON.
      Object.assign(context.req.bodyCache, { text: Promise.resolve(Buffer.concat(chunks).toString('utf8')) });
    }
    await next();
  };
}
