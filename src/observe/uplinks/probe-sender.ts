import type { Milliseconds, UplinkAnchor } from '../../model/index.ts';
import { connectTcp, Deadline, exchangeHttp, queryDns, type Clock, type Pinger } from '../../platform/index.ts';
import type { ProbeOrder, ProbeOutcome } from './kind-tracker.ts';

interface ProbeCallbacks {
  settled(outcome: ProbeOutcome, sentMs: Milliseconds): void;
  /** The answer came after the probe had been settled as missed. */
  late(rttMs: Milliseconds): void;
}

export interface ProbeSender {
  send(order: ProbeOrder, device: string, callbacks: ProbeCallbacks): void;
  /** Gives up what is under way. */
  close(): void;
}

type TcpAnchor = Extract<UplinkAnchor, { kind: 'tcp' }>;
type HttpAnchor = Extract<UplinkAnchor, { kind: 'http' }>;
type DnsAnchor = Extract<UplinkAnchor, { kind: 'dns' }>;

/** How long an answer after the timeout still counts as late rather than lost. */
const lateMs = 2000;
/** Below the 1500 bytes of Ethernet by the headers of PPPoE, and of most tunnels. */
const largePacketBytes = 1400;
const largestBodyBytes = 65_536;
/** The packet could not leave this machine, or this process could not look: that says nothing about the path. */
const ownFailures: ReadonlySet<string> = new Set([
  'STARVED',
  'ABORTED',
  'UNPINNED',
  'ENODEV',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EPERM',
  'EACCES',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'OVERLOADED',
  'ECANCELED',
]);

/** Sends probes of every kind through a device. They are bound to it: what cannot be bound is not sent. */
export function createProbeSender(pinger: Pinger, clock: Clock): ProbeSender {
  const controller = new AbortController();
  /** Anchors that have accepted a connection: from these a refusal means that somebody else answers. */
  const accepting = new Set<string>();

  const ping = (order: ProbeOrder, device: string, callbacks: ProbeCallbacks) => {
    const sentMs = clock.monotonic();
    const large = order.anchor.kind === 'large' ? { sizeBytes: largePacketBytes, dontFragment: true } : {};
    const { timeoutMs } = order;
    const { address } = order.anchor;
    const onLate = (rttMs: Milliseconds) => callbacks.late(rttMs);
    pinger.echo({ address, timeoutMs, device, ...large, onLate }, (result) => {
      if (result.kind === 'reply') callbacks.settled({ kind: 'answer', rttMs: result.rttMs }, sentMs);
      else if (result.kind === 'starved') callbacks.settled({ kind: 'starved' }, sentMs);
      // For an echo that is this machine without a route; for TCP a router on the way may have said so.
      else if (result.kind === 'error' && result.code === 'ENETUNREACH') callbacks.settled({ kind: 'starved' }, sentMs);
      else if (result.kind === 'error') callbacks.settled(failed(result.code), sentMs);
      else callbacks.settled({ kind: 'miss' }, sentMs);
    });
  };

  const ask = (
    order: ProbeOrder,
    callbacks: ProbeCallbacks,
    question: (deadline: Deadline) => Promise<string | undefined>,
  ) => {
    const sentMs = clock.monotonic();
    let settled = false;
    const settle = (outcome: ProbeOutcome) => {
      settled = true;
      patience.release();
      if (!controller.signal.aborted) callbacks.settled(outcome, sentMs);
    };
    const patience = new Deadline(clock, order.timeoutMs, controller.signal);
    const deadline = new Deadline(clock, order.timeoutMs + lateMs, controller.signal);
    patience.watch(({ code }) => settle(failed(code)));
    question(deadline)
      .then((code) => {
        deadline.release();
        const rttMs = clock.monotonic() - sentMs;
        if (settled && code === undefined && !controller.signal.aborted) callbacks.late(rttMs);
        else if (!settled) settle(code === undefined ? { kind: 'answer', rttMs } : failed(code));
      })
      .catch(() => settle({ kind: 'starved' }));
  };

  const connect = async (anchor: TcpAnchor, device: string, deadline: Deadline): Promise<string | undefined> => {
    const { address, port } = anchor;
    const place = `${address} ${port}`;
    const result = await connectTcp({ address, port, device }, deadline);
    if (result.kind === 'failure') {
      // Nobody listens there, but the address itself said so.
      return result.code === 'ECONNREFUSED' && !accepting.has(place) ? undefined : result.code;
    }
    accepting.add(place);
    result.socket.on('error', () => undefined);
    result.socket.destroy();
    return undefined;
  };

  return {
    send: (order, device, callbacks) => {
      const { anchor } = order;
      switch (anchor.kind) {
        case 'icmp':
        case 'large':
          return ping(order, device, callbacks);
        case 'tcp':
          return ask(order, callbacks, (deadline) => connect(anchor, device, deadline));
        case 'http':
          return ask(order, callbacks, (deadline) => fetchPage(anchor, device, deadline));
        case 'dns':
          return ask(order, callbacks, (deadline) => resolve(anchor, device, deadline));
      }
    },
    close: () => controller.abort(),
  };
}

function failed(code: string): ProbeOutcome {
  return { kind: ownFailures.has(code) ? 'starved' : 'miss' };
}

/** Undefined for the right page, otherwise why it is not. */
async function fetchPage(anchor: HttpAnchor, device: string, deadline: Deadline): Promise<string | undefined> {
  const { address, port, path, host, status, contains } = anchor;
  const reply = await exchangeHttp(
    {
      endpoint: { address, port, device },
      method: 'GET',
      path,
      headers: { host, 'user-agent': 'quorumwatch' },
      keepBody: true,
      maximumBodyBytes: largestBodyBytes,
    },
    deadline,
  );
  if (reply.kind === 'failure') return reply.code;
  const right = reply.status === status && (contains === undefined || reply.body.toString().includes(contains));
  return right ? undefined : 'WRONG_CONTENT';
}

/** Undefined for the right answer, otherwise why it is not. */
async function resolve(anchor: DnsAnchor, device: string, deadline: Deadline): Promise<string | undefined> {
  const { address, name, expect } = anchor;
  const type = expect?.[0]?.includes(':') ? 'AAAA' : 'A';
  const answer = await queryDns({ address, port: 53, device }, { name, type }, deadline);
  if (answer.kind === 'failure') return answer.code;
  if (expect === undefined) return undefined;
  const found = new Set(answer.records.map((record) => record.text));
  return expect.every((one) => found.has(one)) ? undefined : 'WRONG_CONTENT';
}
