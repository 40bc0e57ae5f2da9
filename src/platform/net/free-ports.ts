import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections (32768 on Linux, RFC 6335 section 6: 49152). */
const lowest = 20_000;
const highest = 32_000;

/**
 * Ports of loopback that nobody uses at present; all different. They lie where no outgoing connection takes them
 * while their owner is not running.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  const start = randomInt(highest - lowest);
  for (let step = 0; ports.length < count && step < highest - lowest; step++) {
    const port = lowest + ((start + step) % (highest - lowest));
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
