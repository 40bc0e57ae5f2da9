import { messageOf } from '../../../model/index.ts';
import { MessageStream, type FlowIntake } from '../../../observe/index.ts';
import {
  listenTcp,
  openReceiver,
  type Clock,
  type DatagramReceiver,
  type TcpListener,
  type Timer,
} from '../../../platform/index.ts';

const bufferBytes = 4 * 1024 * 1024;
const connections = { maxConnections: 500, maxFromAddress: 20 };
const againMs = 10_000;

interface Endpoint {
  /** As it was written: `udp:HOST:PORT`. */
  text: string;
  protocol: string;
  host: string;
  port: number;
}

/** Sockets that exporters send to. One that cannot be opened is tried again; the others go on. */
export class Listeners {
  readonly #clock: Clock;
  readonly #intake: FlowIntake;
  readonly #open = new Map<string, { receiver?: DatagramReceiver; listener?: TcpListener; port: number }>();
  readonly #problems = new Map<string, string>();
  readonly #again = new Set<Timer>();
  #dropped = 0;
  #closed = false;

  constructor(clock: Clock, intake: FlowIntake) {
    this.#clock = clock;
    this.#intake = intake;
  }

  /** Rejects with LISTEN_FAILED at the first that cannot be opened where `must` says so. */
  async open(endpoints: readonly string[], must: boolean): Promise<void> {
    for (const text of endpoints) await this.#listen(parseEndpoint(text), must);
  }

  /** With the ports that were chosen. */
  get listening(): string[] {
    return [...this.#open].map(([text, { port }]) => text.replace(/:\d+$/, `:${port}`));
  }

  get problems(): string[] {
    return [...this.#problems.values()];
  }

  /** Datagrams that the kernel had no room for, since the beginning. */
  dropped(): number {
    for (const { receiver } of this.#open.values()) this.#dropped += receiver?.newDrops() ?? 0;
    return this.#dropped;
  }

  close(): void {
    this.dropped();
    this.#closed = true;
    for (const timer of this.#again) timer.cancel();
    for (const { receiver, listener } of this.#open.values()) {
      receiver?.close();
      listener?.close();
    }
    this.#open.clear();
  }

  async #listen(endpoint: Endpoint, must: boolean): Promise<void> {
    const { text, protocol } = endpoint;
    try {
      if (protocol === 'tcp') await this.#listenTcp(endpoint);
      else await this.#receive(endpoint);
      this.#problems.delete(text);
    } catch (thrown) {
      if (must) throw thrown;
      this.#problems.set(text, `flows cannot be received at ${text}: ${messageOf(thrown)}`);
      const timer = this.#clock.after(againMs, () => {
        this.#again.delete(timer);
        if (!this.#closed) void this.#listen(endpoint, false);
      });
      this.#again.add(timer);
    }
  }

  async #receive({ text, host, port }: Endpoint): Promise<void> {
    const onDatagram = this.#intake.take.bind(this.#intake);
    const receiver = await openReceiver({ host, port, bufferBytes, onDatagram });
    this.#open.set(text, { receiver, port: receiver.port });
    if (receiver.bufferBytes >= bufferBytes || receiver.bufferBytes === 0) return;
    this.#problems.set(
      `buffer of ${text}`,
      `the kernel lets ${Math.round(receiver.bufferBytes / 1024)} KiB of datagrams wait at ${text}, and drops more of them under load; \`sysctl -w net.core.rmem_max=${bufferBytes}\` allows ${bufferBytes / 1024} KiB after a new start`,
    );
  }

  async #listenTcp({ text, host, port }: Endpoint): Promise<void> {
    const listener = await listenTcp({
      host,
      port,
      ...connections,
      onVisitor: (from) => {
        const stream = new MessageStream();
        return {
          onBytes: (bytes) => {
            const messages = stream.add(bytes);
            // RFC 7011, section 10.4.3: what cannot be read ends the connection.
            return messages?.every((one) => this.#intake.takeMessage(one, from)) ?? false;
          },
          onEnd: () => this.#intake.endConnection(from),
        };
      },
    });
    this.#open.set(text, { listener, port: listener.port });
  }
}

function parseEndpoint(text: string): Endpoint {
  const [, protocol = 'udp', host = '', port = '0'] = /^(\w+):(.*):(\d+)$/.exec(text) ?? [];
  return { text, protocol: protocol.toLowerCase(), host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}
