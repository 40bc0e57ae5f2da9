import { request, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Milliseconds } from '../../../model/index.ts';
import type { Deadline } from '../deadline.ts';
import { failure, failureOf, type NetFailure } from '../failure.ts';
import { connectTcp, type TcpEndpoint } from '../tcp/connect.ts';
import { secureTcp, type ServerCertificate, type TlsSettings } from '../tls/handshake.ts';

export interface HttpCall {
  endpoint: TcpEndpoint;
  /** Absent for plain http. */
  tls?: TlsSettings;
  method: string;
  /** Path and query. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
  /** The reply's body is kept if somebody looks at it, otherwise only counted. */
  keepBody: boolean;
  /** What lies behind this is not read. */
  maximumBodyBytes: number;
}

/** How long each step took; those that were not reached are absent. */
export interface HttpTiming {
  connectMs?: Milliseconds;
  tlsMs?: Milliseconds;
  /** From the request to the status line. */
  firstByteMs?: Milliseconds;
  totalMs: Milliseconds;
}

interface Outcome {
  timing: HttpTiming;
  tlsVersion?: string;
  certificate?: ServerCertificate;
}

export interface HttpReply extends Outcome {
  kind: 'reply';
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  bodyBytes: number;
  /** The body was longer than the limit and was cut. */
  truncated: boolean;
}

export interface HttpFailure extends NetFailure, Outcome {
  phase: 'connect' | 'tls' | 'headers' | 'body';
  /** Bytes of the body that came. */
  bodyBytes: number;
}

/** All header lines of a reply together. */
const maximumHeaderBytes = 64 * 1024;

/**
 * One HTTP/1.1 request on a connection of its own, which is closed afterwards. Nothing is kept or reused between calls,
 * so that each measures the whole way.
 */
export async function exchangeHttp(call: HttpCall, deadline: Deadline): Promise<HttpReply | HttpFailure> {
  const startMs = deadline.elapsedMs();
  const timing: HttpTiming = { totalMs: 0 };
  const outcome: Outcome = { timing };
  const finish = <Result extends NetFailure | Answer>(result: Result): Result & Outcome => {
    timing.totalMs = deadline.elapsedMs() - startMs;
    return { ...result, ...outcome };
  };
  const tcp = await connectTcp(call.endpoint, deadline);
  if (tcp.kind === 'failure') return finish({ ...tcp, phase: 'connect', bodyBytes: 0 });
  timing.connectMs = tcp.connectMs;
  let socket: Socket = tcp.socket;
  if (call.tls) {
    const secured = await secureTcp(tcp.socket, call.tls, deadline);
    if (secured.kind === 'failure') return finish({ ...secured, phase: 'tls', bodyBytes: 0 });
    timing.tlsMs = secured.tlsMs;
    outcome.tlsVersion = secured.version;
    outcome.certificate = secured.certificate;
    ({ socket } = secured);
  }
  const answer = await converse(socket, call, deadline, timing);
  deadline.watch(() => undefined);
  return finish(answer);
}

type Answer = Omit<HttpReply, keyof Outcome> | Omit<HttpFailure, keyof Outcome>;

function converse(socket: Socket, call: HttpCall, deadline: Deadline, timing: HttpTiming): Promise<Answer> {
  return new Promise((resolve) => {
    const sentMs = deadline.elapsedMs();
    let reply: IncomingMessage | undefined;
    let bodyBytes = 0;
    const chunks: Buffer[] = [];
    let outgoing: ClientRequest | undefined;
    const end = (answer: Answer) => {
      // What the peer sends from now on, errors included, is nobody's business any more.
      outgoing?.on('error', () => undefined);
      reply?.on('error', () => undefined);
      socket.on('error', () => undefined);
      outgoing?.destroy();
      socket.destroy();
      resolve(answer);
    };
    const fail = (reason: NetFailure) => end({ ...reason, phase: reply ? 'body' : 'headers', bodyBytes });
    const done = (response: IncomingMessage, truncated: boolean) => {
      const { statusCode: status = 0, headers } = response;
      end({ kind: 'reply', status, headers, body: Buffer.concat(chunks), bodyBytes, truncated });
    };
    const receive = (response: IncomingMessage) => {
      reply = response;
      timing.firstByteMs = deadline.elapsedMs() - sentMs;
      response.on('error', (error) => fail(failureOf(error)));
      response.on('aborted', () => fail(failure('ECONNRESET', 'the connection ended before the body did')));
      response.on('data', (chunk: Buffer) => {
        const room = call.maximumBodyBytes - bodyBytes;
        bodyBytes += Math.min(chunk.length, room);
        if (call.keepBody) chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk);
        if (chunk.length > room) done(response, true);
      });
      response.on('end', () => done(response, false));
    };
    try {
      outgoing = request({
        createConnection: () => socket,
        method: call.method,
        path: call.path,
        headers: call.headers,
        setHost: false,
        maxHeaderSize: maximumHeaderBytes,
      });
      outgoing.on('response', receive);
      // 101: the server speaks another protocol from here on, which is an answer all the same.
      outgoing.on('upgrade', (response) => {
        reply = response;
        timing.firstByteMs = deadline.elapsedMs() - sentMs;
        done(response, false);
      });
      outgoing.on('error', (error) => fail(failureOf(error)));
      deadline.watch(fail);
      outgoing.end(call.body);
    } catch (error) {
      fail(failureOf(error));
    }
  });
}
