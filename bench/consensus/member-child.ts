import { generateKeyPairSync, createPrivateKey, type KeyObject } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import {
  createVerifier,
  ed25519Signer,
  openClusterReplica,
  openTlsTransport,
  VerdictMachine,
  type EntryDraft,
  type LedgerEntry,
  type Transport,
} from '../../src/agree/index.ts';
import { readDocument } from '../../src/watcher/read-document.ts';
import { createLog, systemClock } from '../../src/platform/index.ts';
import type { Genesis, Membership } from '../../src/model/index.ts';

/** One member of a cluster under load: takes requests over a socket, answers when they are durable and applied. */

export interface MemberConfiguration {
  genesis: Genesis;
  number: number;
  /** PKCS #8 PEM. */
  privateKey: string;
  directory: string;
  port: number;
  /** `sink` keeps what it is given; `verdict` is the state machine of the product. */
  application: 'sink' | 'verdict';
  fault?: MemberFault | undefined;
}

export interface MemberFault {
  /** Holds back every order of its own for so long: a primary that is slow on purpose. */
  slowOrdersMs?: number;
  /** Sends so many requests a second to each other member, under signatures that are wrong. */
  badRequestsPerSecond?: number;
}

/** Stands in place of a request's number where a member tells of a transition. */
export const transitionId = 0xffff_ffff;

/** Counts what it is given; the ledger holds all of it. */
class Sink {
  readonly #membership: Membership;
  entries = 0;

  constructor({ epoch, protocol, watchers, nextNumber }: Genesis) {
    this.#membership = { epoch, protocol, watchers, nextNumber };
  }

  membership(): Membership {
    return this.#membership;
  }

  execute(request: Uint8Array): EntryDraft[] {
    return [{ kind: 'put', body: Buffer.from(request).toString('latin1') }];
  }

  apply(_entry: LedgerEntry): void {
    this.entries += 1;
  }

  snapshot(): Uint8Array {
    return Buffer.from(String(this.entries));
  }

  restore(snapshot: Uint8Array): void {
    this.entries = Number(Buffer.from(snapshot).toString());
  }
}

async function main(): Promise<void> {
  const configuration = JSON.parse(process.argv[2] ?? '') as MemberConfiguration;
  const { genesis, number, privateKey, directory, port, fault } = configuration;
  const key: KeyObject = createPrivateKey(privateKey);
  const own = genesis.watchers.find((watcher) => watcher.number === number);
  if (!own) throw new Error(`the genesis has no member ${number}`);
  const [host = '', peerPort = ''] = own.address.split(':');
  const log = createLog({ level: 'warning', format: 'text', write: (line) => process.stderr.write(line) });
  const transport = await openTlsTransport({
    privateKey: key,
    self: { number, role: 'member' },
    listen: { host, port: Number(peerPort) },
    clock: systemClock,
    random: Math.random,
    log,
  });
  transport.setPeers(
    genesis.watchers.map((watcher) => ({ ...watcher, publicKey: Buffer.from(watcher.publicKey, 'hex') })),
  );
  const application =
    configuration.application === 'sink'
      ? new Sink(genesis)
      : new VerdictMachine({ genesis, readConfiguration: readDocument, verify: createVerifier() });
  if (fault?.badRequestsPerSecond !== undefined) flood(transport, number, genesis, fault.badRequestsPerSecond);
  const replica = await openClusterReplica({
    directory,
    genesis,
    application,
    transport: fault?.slowOrdersMs === undefined ? transport : slow(transport, fault.slowOrdersMs),
    clock: systemClock,
    random: Math.random,
    signer: ed25519Signer(own.id, key),
    report: (problem) => console.error(problem),
  });
  const serve = (socket: Socket) => {
    socket.setNoDelay(true);
    let rest: Buffer = Buffer.alloc(0);
    let answers: Buffer[] = [];
    const answer = (id: number, ok: boolean) => {
      const bytes = Buffer.alloc(5);
      bytes.writeUInt32BE(id);
      bytes[4] = Number(ok);
      if (answers.length === 0) {
        queueMicrotask(() => {
          socket.write(Buffer.concat(answers));
          answers = [];
        });
      }
      answers.push(bytes);
    };
    socket.on('data', (chunk: Buffer) => {
      rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let at = 0;
      while (rest.length - at >= 8) {
        const length = rest.readUInt32BE(at + 4);
        if (rest.length - at < 8 + length) break;
        const id = rest.readUInt32BE(at);
        const request = Buffer.from(rest.subarray(at + 8, at + 8 + length));
        replica.propose(request).then(
          () => answer(id, true),
          () => answer(id, false),
        );
        at += 8 + length;
      }
      rest = rest.subarray(at);
    });
    // Whoever is connected hears of each transition when it is applied here.
    const unsubscribe = replica.subscribe(0, ({ kind }) => {
      if (kind === 'transition') answer(transitionId, true);
    });
    socket.on('close', unsubscribe);
    socket.on('error', () => socket.destroy());
  };
  const server = createServer(serve);
  server.listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
  process.on('SIGTERM', () => process.exit());
  process.on('SIGUSR2', () => process.stderr.write(`${JSON.stringify(replica.status())}\n`));
}

/** Kind of the frame, its epoch, version of the message: then comes its kind, and 2 is an order of the primary. */
const messageKindAt = 6;
const prePrepareKind = 2;
const bundleKind = 1;

function slow(transport: Transport, byMs: number): Transport {
  return {
    setPeers: (peers) => transport.setPeers(peers),
    onFrame: (listener) => transport.onFrame(listener),
    links: () => transport.links(),
    close: () => transport.close(),
    send: (to, lane, frame, expiresMs) => {
      const isOrder = frame[0] === 0 && frame[messageKindAt] === prePrepareKind;
      if (isOrder) setTimeout(() => transport.send(to, lane, frame, expiresMs), byMs);
      else transport.send(to, lane, frame, expiresMs);
    },
  };
}

/** Requests of 256 bytes in the form that members send each other, each with a number of its own. */
function flood(transport: Transport, self: number, genesis: Genesis, perSecond: number): void {
  let number = 2 ** 45;
  const everyMs = 10;
  setInterval(() => {
    for (let at = 0; at < (perSecond * everyMs) / 1000; at++) {
      const body = Buffer.alloc(7 + 4 + 64 + 8 + 2 + 1 + 8 + 4 + 256);
      body.writeUInt32BE(1, 1);
      body[5] = 1;
      body[messageKindAt] = bundleKind;
      body.writeUInt32BE(self, 7);
      body.writeBigUInt64BE(BigInt(number++), 75);
      body.writeUInt16BE(1, 83);
      body[85] = 8;
      body.write(String(number).slice(-8).padStart(8, '0'), 86);
      body.writeUInt32BE(256, 94);
      for (const watcher of genesis.watchers) {
        if (watcher.number !== self) transport.send(watcher.number, 'bodies', body);
      }
    }
  }, everyMs);
}

/** A key pair as PEM and hexadecimal digits. */
export function makeKey(): { privateKey: string; publicKey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { publicKey } = ed25519Signer('x', privateKey);
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.toString('hex'),
  };
}

if (process.argv[2] !== undefined && process.argv[1]?.endsWith('member-child.ts')) await main();
