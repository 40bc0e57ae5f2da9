import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { connect, type ClientHttp2Session } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, type Served } from './served.ts';

const program = 'etcd';
const connectionsPerMember = 3;

/** Version text of the installed etcd; undefined when there is none. */
export function etcdVersion(): string | undefined {
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8' }).split('\n')[0];
  } catch {
    return undefined;
  }
}

/** A cluster of etcd on loopback with its data below a folder; puts go round-robin to all members, as in its own benchmark. */
export async function startEtcd(directory: string, members: number): Promise<Served> {
  const ports = await freePorts(2 * members);
  const peer = (at: number) => `http://127.0.0.1:${ports[2 * at]}`;
  const client = (at: number) => `http://127.0.0.1:${ports[2 * at + 1]}`;
  const names = Array.from({ length: members }, (_, at) => `n${at}`);
  const cluster = names.map((name, at) => `${name}=${peer(at)}`).join(',');
  const children = names.map((name, at) =>
    spawn(
      program,
      [
        `--name=${name}`,
        `--data-dir=${directory}/${name}`,
        `--listen-peer-urls=${peer(at)}`,
        `--initial-advertise-peer-urls=${peer(at)}`,
        `--listen-client-urls=${client(at)}`,
        `--advertise-client-urls=${client(at)}`,
        `--initial-cluster=${cluster}`,
        '--initial-cluster-state=new',
        '--log-level=error',
      ],
      { stdio: 'ignore' },
    ),
  );
  const sessions: ClientHttp2Session[] = [];
  try {
    for (let at = 0; at < members; at++) {
      await untilHealthy(`${client(at)}/health`);
      for (let more = 0; more < connectionsPerMember; more++) sessions.push(connect(client(at)));
    }
  } catch (problem) {
    await stop(children);
    throw problem;
  }
  return {
    processes: children.map(({ pid }) => pid ?? 0),
    put: (index, key, value) => {
      const session = sessions[index % sessions.length];
      if (!session) throw new Error('etcd has no connection');
      return put(session, key, value);
    },
    stop: async () => {
      for (const session of sessions) session.destroy();
      await stop(children);
    },
  };
}

async function untilHealthy(url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok && ((await answer.json()) as { health?: string }).health === 'true') return;
    await sleep(100);
  }
  throw new Error(`etcd at ${url} does not become healthy within 10 s`);
}

async function stop(children: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    children.map(async (child) => {
      if (child.exitCode !== null) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }),
  );
}

/** `etcdserverpb.KV/Put` as one unary gRPC call; rejects when the status is not 0. */
function put(session: ClientHttp2Session, key: Uint8Array, value: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': '/etcdserverpb.KV/Put',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    let status: unknown;
    stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
    stream.on('error', reject);
    stream.on('close', () => (status === '0' ? resolve() : reject(new Error(`etcd answers status ${String(status)}`))));
    stream.resume();
    stream.end(putFrame(key, value));
  });
}

/** A gRPC frame with a PutRequest: field 1 is the key, field 2 the value, both length-delimited (protobuf wire format). */
function putFrame(key: Uint8Array, value: Uint8Array): Buffer {
  const message = Buffer.concat([field(1, key), field(2, value)]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function field(number: number, bytes: Uint8Array): Buffer {
  const length: number[] = [];
  let rest = bytes.length;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  length.push(rest);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
}
