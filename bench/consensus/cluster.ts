import { spawn, type ChildProcess } from 'node:child_process';
import { createPrivateKey, randomBytes, type KeyObject } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Genesis, Protocol } from '../../src/model/index.ts';
import { makeKey, transitionId, type MemberConfiguration, type MemberFault } from './member-child.ts';
import { freePorts, type Served } from './served.ts';

export interface OurCluster extends Served {
  children: readonly ChildProcess[];
  genesis: Genesis;
  /** Of the members, in their order, and last the operator's. */
  keys: readonly KeyObject[];
  /** Called for each transition when a member has applied it, with the member's place. */
  onTransition(listener: (at: number) => void): void;
}

export interface ClusterOptions {
  members: number;
  protocol: Protocol;
  /** Members that are asked, from 0; all by default. */
  asked?: readonly number[];
  application?: MemberConfiguration['application'];
  faults?: Readonly<Record<number, MemberFault>>;
}

/** Our members on loopback, one process each; requests go round-robin to all that are `asked`. */
export async function startCluster(
  directory: string,
  { members, protocol, asked, application = 'sink', faults = {} }: ClusterOptions,
): Promise<OurCluster> {
  const ports = await freePorts(2 * members);
  const keys = Array.from({ length: members }, makeKey);
  const operator = makeKey();
  const genesis: Genesis = {
    format: 1,
    cluster: 'bench',
    createdAt: 0,
    nonce: randomBytes(16).toString('hex'),
    operators: [{ name: 'bench', publicKey: operator.publicKey }],
    epoch: 1,
    protocol,
    watchers: keys.map(({ publicKey }, at) => ({
      number: at + 1,
      id: `member-${at + 1}`,
      publicKey,
      address: `127.0.0.1:${ports[2 * at]}`,
      role: 'member',
      site: '',
    })),
    nextNumber: members + 1,
  };
  const children = keys.map(({ privateKey }, at) => {
    const configuration: MemberConfiguration = {
      genesis,
      number: at + 1,
      privateKey,
      directory: join(directory, `member-${at + 1}`),
      port: ports[2 * at + 1] ?? 0,
      application,
      fault: faults[at],
    };
    const script = join(import.meta.dirname, 'member-child.ts');
    const flags = (process.env['QW_BENCH_FLAGS'] ?? '').split(' ').filter(Boolean);
    return spawn(process.execPath, [...flags, script, JSON.stringify(configuration)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  });
  await Promise.all(
    children.map(
      (child) =>
        new Promise((resolve, reject) => {
          child.stdout?.once('data', resolve);
          child.once('exit', (code) => reject(new Error(`a member ended with ${code}`)));
        }),
    ),
  );
  const places = asked ?? keys.map((_, at) => at);
  let hear: (at: number) => void = () => undefined;
  const clients = await Promise.all(places.map((at) => openClient(ports[2 * at + 1] ?? 0, () => hear(at))));
  return {
    onTransition: (listener) => {
      hear = listener;
    },
    children,
    genesis,
    keys: [...keys, operator].map(({ privateKey }) => createPrivateKey(privateKey)),
    processes: children.map(({ pid }) => pid ?? 0),
    put: (index, key, value) => {
      const client = clients[index % clients.length];
      if (!client) throw new Error('nobody is asked');
      return client.put(key, value);
    },
    stop: async () => {
      for (const client of clients) client.close();
      await Promise.all(
        children.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          const gone = new Promise((resolve) => child.once('exit', resolve));
          child.kill('SIGTERM');
          await gone;
        }),
      );
    },
  };
}

interface Client {
  put(key: Uint8Array, value: Uint8Array): Promise<void>;
  close(): void;
}

async function openClient(port: number, onTransition: () => void): Promise<Client> {
  const socket: Socket = await new Promise((resolve, reject) => {
    const opened = connect(port, '127.0.0.1', () => resolve(opened));
    opened.once('error', reject);
  });
  socket.setNoDelay(true);
  const waiting = new Map<number, { resolve: () => void; reject: (problem: Error) => void }>();
  let next = 0;
  let rest: Buffer = Buffer.alloc(0);
  let requests: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let at = 0;
    for (; rest.length - at >= 5; at += 5) {
      const id = rest.readUInt32BE(at);
      if (id === transitionId) onTransition();
      const call = waiting.get(id);
      waiting.delete(id);
      if (rest[at + 4] === 1) call?.resolve();
      else call?.reject(new Error('the request was refused'));
    }
    rest = rest.subarray(at);
  });
  const end = () => {
    for (const call of waiting.values()) call.reject(new Error('the member is gone'));
    waiting.clear();
  };
  socket.on('close', end);
  socket.on('error', end);
  return {
    put: (key, value) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error('the member is gone'));
        const id = next++;
        waiting.set(id, { resolve, reject });
        const bytes = Buffer.alloc(8 + key.length + value.length);
        bytes.writeUInt32BE(id);
        bytes.writeUInt32BE(key.length + value.length, 4);
        bytes.set(key, 8);
        bytes.set(value, 8 + key.length);
        if (requests.length === 0) {
          queueMicrotask(() => {
            socket.write(Buffer.concat(requests));
            requests = [];
          });
        }
        requests.push(bytes);
        return undefined;
      }),
    close: () => socket.destroy(),
  };
}
