import { createServer, type AddressInfo, type Server } from 'node:net';

/** Ports of loopback that nobody uses at present; all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listening(0)));
  const ports = servers.map((server) => (server?.address() as AddressInfo | null)?.port ?? 0);
  await Promise.all(servers.map((server) => new Promise((resolve) => server?.close(resolve))));
  return ports;
}

export async function isFree(port: number): Promise<boolean> {
  const server = await listening(port);
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  return server !== undefined;
}

function listening(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
