import { createConnection, createServer, type Server } from 'node:net';

/**
 * Sockets in the file system are the same in all network namespaces: one relay in the office listens there and calls the
 * page, one outside listens on loopback and calls there.
 */
export function relay(from: { path: string } | { host: string; port: number }, to: typeof from): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((near) => {
      const far = createConnection(to);
      near.pipe(far).pipe(near);
      near.on('error', () => far.destroy());
      far.on('error', () => near.destroy());
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
    server.once('error', reject);
    server.listen(from, () => resolve(server));
  });
}

const [path, port] = process.argv.slice(2);
if (process.argv[1]?.endsWith('relay.ts') && path !== undefined && port !== undefined) {
  await relay({ path }, { host: '127.0.0.1', port: Number(port) });
  console.log('ready');
}
