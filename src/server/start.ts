import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { messageOf, QwError, type OidcSettings } from '../model/index.ts';
import type { Clock, Log } from '../platform/index.ts';
import type { Demonstration, Watcher } from '../watcher/index.ts';
import { createApp } from './http/app.ts';
import { takeStatusPage } from './http/status-page.ts';
import { statusPageServing } from './http/status-page-routes.ts';

export interface ListenOptions {
  /** `127.0.0.1:8470`, `[::1]:0`; port 0 takes a free one. */
  listen: string;
  tls?: { 'certificate-file': string; 'key-file': string } | undefined;
  /** Off loopback without TLS all the same: something else encrypts. */
  insecure: boolean;
}

export interface RunningServer {
  /** `http://127.0.0.1:8470` */
  url: string;
  host: string;
  port: number;
  close(): Promise<void>;
}

/** A reserved address: what asks before the watcher is ready is told so. */
export interface ReservedServer extends RunningServer {
  serve(options: ServeOptions): void;
  /** What this answers, true, goes nowhere else. */
  take(taker: Taker): void;
}

type Taker = ReturnType<typeof takeStatusPage>;

export interface ServeOptions {
  watcher: Watcher;
  clock: Clock;
  log: Log;
  version: string;
  pageFolder: string;
  publicMetrics: boolean;
  demonstration?: Demonstration | undefined;
  trustedProxies?: readonly string[];
  publicUrl?: string | undefined;
  oidc?: OidcSettings | undefined;
}

const loopback = /^(127(\.\d{1,3}){3}|localhost|::1|\[::1\])$/i;

/**
 * Takes the address first, so that a port in use is known before anything else starts, and serves once there is
 * something to serve. Errors: LISTEN_FAILED, LISTEN_INSECURE.
 */
export async function reserve(options: ListenOptions): Promise<ReservedServer> {
  const { host, port: wanted } = splitListen(options.listen);
  if (!loopback.test(host) && !options.tls && !options.insecure) {
    throw new QwError('LISTEN_INSECURE', 'refusing to serve without TLS off loopback', { where: options.listen });
  }
  let listener: ReturnType<typeof getRequestListener> | undefined;
  let taker: Taker | undefined;
  const handle: Parameters<typeof createHttpServer>[1] = (request, response) => {
    if (taker?.(request, response) === true) return;
    if (listener) void listener(request, response);
    else response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '1' }).end('starting\n');
  };
  const limits = {
    maxHeaderSize: 16_384,
    requestTimeout: 60_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 10_000,
    // Connections that never ask for anything must not stand in the way of others for long.
    connectionsCheckingInterval: 2000,
  };
  const server: Server = options.tls
    ? createHttpsServer(
        {
          ...limits,
          cert: await readTls(options.tls['certificate-file']),
          key: await readTls(options.tls['key-file']),
          minVersion: 'TLSv1.2',
        },
        handle,
      )
    : createHttpServer(limits, handle);
  server.maxConnections = 2000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const what =
        cause.code === 'EADDRINUSE'
          ? 'the port is in use'
          : cause.code === 'EACCES'
            ? 'this user may not use the port'
            : messageOf(cause);
      reject(new QwError('LISTEN_FAILED', what, { where: options.listen, cause }));
    });
    server.listen({ host, port: wanted }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  const anyHost = /^(0\.0\.0\.0|::)$/.test(host);
  return {
    host,
    port,
    url: `${options.tls ? 'https' : 'http'}://${anyHost ? '127.0.0.1' : shown}:${port}`,
    serve: (serve) => {
      const allowedHosts = loopback.test(host)
        ? ['127.0.0.1', 'localhost', '[::1]', shown].map((name) => `${name}:${port}`)
        : undefined;
      const app = createApp({ ...serve, secure: options.tls !== undefined, port, allowedHosts });
      listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
      const { watcher, log, pageFolder, trustedProxies = [] } = serve;
      taker = takeStatusPage(statusPageServing({ desk: watcher.statusPage, log, pageFolder, trustedProxies }, false));
    },
    take: (given) => {
      taker = given;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Live streams never end by themselves.
      server.closeAllConnections();
      await closed;
    },
  };
}

function splitListen(listen: string): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(listen) ?? [];
  if (port === undefined || Number(port) > 65_535) {
    throw new QwError('BAD_INPUT', 'expected HOST:PORT, such as 127.0.0.1:8470 or [::1]:0', { where: listen });
  }
  return { host: bracketed ?? plain ?? '', port: Number(port) };
}

async function readTls(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new QwError('SECRET_UNREADABLE', 'cannot read the TLS certificate or key', { where: file, cause });
  }
}
