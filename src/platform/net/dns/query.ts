import { randomInt } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Milliseconds } from '../../../model/index.ts';
import type { Deadline } from '../deadline.ts';
import { failure, failureOf, type NetFailure } from '../failure.ts';
import { parseAddress } from '../icmp/address.ts';
import { needsSystemCalls, openPinned } from '../pinning.ts';
import { connectTcp, type TcpEndpoint } from '../tcp/connect.ts';
import { decodeReply, encodeQuery, type DnsQuestion, type DnsReply, type Mismatch } from './message.ts';

/** Messages that were no answer to the question; somebody guesses, or something on the way is broken. */
type Ignored = Partial<Record<Mismatch | 'wrong-source', number>>;

export interface DnsAnswer extends DnsReply {
  kind: 'answer';
  answerMs: Milliseconds;
  /** The server said that the answer did not fit, so it was asked again. */
  overTcp: boolean;
  ignored: Ignored;
}

export interface DnsFailure extends NetFailure {
  ignored: Ignored;
}

/** More than this and the exchange ends: an attacker must not keep the process busy. */
const maximumIgnored = 200;

/**
 * Asks one server one question: over UDP, and over TCP if the answer was truncated. Only a message from the server's
 * address and port, with the id and the question of the query, is an answer; others are counted and ignored.
 */
export async function queryDns(
  server: TcpEndpoint,
  question: DnsQuestion,
  deadline: Deadline,
): Promise<DnsAnswer | DnsFailure> {
  const startMs = deadline.elapsedMs();
  const ignored: Ignored = {};
  let overTcp = false;
  try {
    let reply = await overUdp(server, question, deadline, ignored);
    if (reply === 'truncated') {
      overTcp = true;
      reply = await askOverTcp(server, question, deadline);
    }
    if ('kind' in reply) return { ...reply, ignored };
    return { kind: 'answer', ...reply, answerMs: deadline.elapsedMs() - startMs, overTcp, ignored };
  } catch (error) {
    return { ...failureOf(error), ignored };
  }
}

function overUdp(
  server: TcpEndpoint,
  question: DnsQuestion,
  deadline: Deadline,
  ignored: Ignored,
): Promise<DnsReply | 'truncated' | NetFailure> {
  if (deadline.over) return Promise.resolve(deadline.over);
  const family = isIPv6(server.address) ? 6 : 4;
  const opened = needsSystemCalls(server) ? openPinned('udp', family, server) : undefined;
  if (typeof opened === 'object') return Promise.resolve(opened);
  // The kernel gives each question a port of its own, which makes answers hard to guess (RFC 5452).
  const id = randomInt(0x10000);
  const query = encodeQuery(id, question);
  const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', reuseAddr: false });
  return new Promise((resolve) => {
    const end = (result: DnsReply | 'truncated' | NetFailure) => {
      deadline.watch(() => undefined);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      resolve(result);
    };
    socket.on('error', (error) => end(failureOf(error)));
    socket.on('message', (bytes, from) => {
      const reply = isFrom(server, from) ? decodeReply(bytes, id, question) : 'wrong-source';
      if (typeof reply === 'object' || reply === 'truncated') end(reply);
      else {
        ignored[reply] = (ignored[reply] ?? 0) + 1;
        if (Object.values(ignored).reduce((sum, count) => sum + count, 0) >= maximumIgnored) {
          end(failure('FLOODED', `${maximumIgnored} messages were no answer`));
        }
      }
    });
    deadline.watch(end);
    bind(socket, opened, server.sourceAddress, () => {
      socket.send(query, server.port, server.address, (error) => error && end(failureOf(error)));
    });
  });
}

function bind(socket: Socket, fd: number | undefined, sourceAddress: string | undefined, bound: () => void): void {
  if (fd !== undefined) socket.bind({ fd, exclusive: true }, bound);
  else if (sourceAddress === undefined) bound();
  else socket.bind({ address: sourceAddress, exclusive: true }, bound);
}

function isFrom(server: TcpEndpoint, from: RemoteInfo): boolean {
  if (from.port !== server.port) return false;
  const expected = parseAddress(server.address);
  const actual = parseAddress(from.address);
  return expected !== undefined && actual !== undefined && Buffer.compare(expected.bytes, actual.bytes) === 0;
}

/** RFC 7766: two bytes of length, then the message. */
async function askOverTcp(
  server: TcpEndpoint,
  question: DnsQuestion,
  deadline: Deadline,
): Promise<DnsReply | NetFailure> {
  const connection = await connectTcp(server, deadline);
  if (connection.kind === 'failure') return connection;
  const { socket } = connection;
  const id = randomInt(0x10000);
  const query = encodeQuery(id, question);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  try {
    return await new Promise<DnsReply | NetFailure>((resolve) => {
      let received = Buffer.alloc(0);
      socket.on('error', (error) => resolve(failureOf(error)));
      socket.on('close', () => resolve(failure('ECONNRESET', 'the server closed the connection without an answer')));
      socket.on('data', (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
        const reply = decodeReply(received.subarray(2, 2 + received.readUInt16BE(0)), id, question);
        resolve(typeof reply === 'object' ? reply : failure('BAD_ANSWER', `the answer over TCP is ${reply}`));
      });
      deadline.watch(resolve);
      socket.write(Buffer.concat([length, query]));
    });
  } finally {
    deadline.watch(() => undefined);
    socket.destroy();
  }
}
