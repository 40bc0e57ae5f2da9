import { mix, Random, Weighted, zipf } from './random.ts';

/** One flow as every format tells it; IPv4, addresses as numbers. */
export interface MadeFlow {
  source: number;
  destination: number;
  nextHop: number;
  input: number;
  output: number;
  packets: number;
  bytes: number;
  durationMs: number;
  /** From its end until it is exported. */
  ageMs: number;
  sourcePort: number;
  destinationPort: number;
  protocol: number;
  flags: number;
  tos: number;
  sourceAs: number;
  destinationAs: number;
  sourceMask: number;
  destinationMask: number;
  /** 0 ingress: where packets come in they are counted, once each. */
  direction: number;
}

const insideHosts = 20_000;
const outsideHosts = 500_000;
const [icmp, tcp, udp] = [1, 6, 17];
const services = [
  { port: 443, protocol: tcp, weight: 45 },
  { port: 443, protocol: udp, weight: 14 },
  { port: 53, protocol: udp, weight: 18 },
  { port: 80, protocol: tcp, weight: 8 },
  { port: 123, protocol: udp, weight: 3 },
  { port: 22, protocol: tcp, weight: 2 },
  { port: 993, protocol: tcp, weight: 2 },
  { port: 25, protocol: tcp, weight: 1 },
  { port: 3389, protocol: tcp, weight: 1 },
  { port: 8080, protocol: tcp, weight: 1 },
  { port: 0, protocol: icmp, weight: 1 },
  { port: 0, protocol: tcp, weight: 4 },
] as const;
const ownAs = 64_512;

/**
 * Traffic of a site with 20,000 hosts (10.0.0.0/16 and on) and half a million hosts outside, both of them with a long tail;
 * most of it web, the sizes log-normal, one flow in a hundred a hundred times as large. The same for the same seed,
 * whatever the format.
 */
export class Traffic {
  readonly #random: Random;
  readonly #seed: number;
  readonly #inside = new Weighted(zipf(insideHosts, 0.9));
  readonly #outside = new Weighted(zipf(outsideHosts, 1.05));
  readonly #service = new Weighted(services.map(({ weight }) => weight));
  readonly flow: MadeFlow = {
    source: 0,
    destination: 0,
    nextHop: 0,
    input: 0,
    output: 0,
    packets: 0,
    bytes: 0,
    durationMs: 0,
    ageMs: 0,
    sourcePort: 0,
    destinationPort: 0,
    protocol: 0,
    flags: 0,
    tos: 0,
    sourceAs: 0,
    destinationAs: 0,
    sourceMask: 0,
    destinationMask: 0,
    direction: 0,
  };

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = new Random(seed);
  }

  /** The next flow; it is the same object each time. */
  next(): MadeFlow {
    const { flow } = this;
    const random = this.#random;
    const near = this.#inside.draw(random);
    const far = this.#outside.draw(random);
    const { port, protocol } = services[this.#service.draw(random)] ?? services[0];
    const inside = (10 << 24) | near;
    const hash = mix(far ^ mix(this.#seed));
    // First octets 11 to 120: none of them private or reserved for something else.
    const outside = ((11 + ((hash >>> 24) % 110)) << 24) | (hash & 0xff_ffff);
    const farAs = 1 + (mix(hash >>> 12) % 60_000);
    const farMask = 16 + ((hash >>> 20) % 9);
    const servicePort = protocol === tcp && port === 0 ? 1024 + random.whole(40_000) : port;
    const clientPort = protocol === icmp ? 0 : 32_768 + random.whole(28_232);
    const isInbound = random.next() < 0.5;
    // Answers to whoever asks from inside: most of what is served comes in.
    const isFromServer = isInbound;
    flow.source = (isInbound ? outside : inside) >>> 0;
    flow.destination = (isInbound ? inside : outside) >>> 0;
    flow.nextHop = (isInbound ? (10 << 24) | (254 << 16) | 1 : (100 << 24) | (64 << 16) | (near & 1)) >>> 0;
    flow.input = isInbound ? 10 + (near & 1) : 1 + (near & 3);
    flow.output = isInbound ? 1 + (near & 3) : 10 + (near & 1);
    flow.sourcePort = isFromServer ? servicePort : clientPort;
    flow.destinationPort = isFromServer ? clientPort : servicePort;
    // NetFlow has type and code of ICMP where the destination's port would be: 2048 asks, 0 answers.
    if (protocol === icmp) flow.destinationPort = isInbound ? 0 : 2048;
    flow.protocol = protocol;
    flow.flags = protocol === tcp ? (random.next() < 0.8 ? 0x1b : random.next() < 0.5 ? 0x02 : 0x18) : 0;
    flow.tos = random.next() < 0.93 ? 0 : random.next() < 0.5 ? 0xb8 : 0x28;
    flow.sourceAs = isInbound ? farAs : ownAs;
    flow.destinationAs = isInbound ? ownAs : farAs;
    flow.sourceMask = isInbound ? farMask : 16;
    flow.destinationMask = isInbound ? 16 : farMask;
    this.#size(flow, servicePort, isFromServer);
    return flow;
  }

  #size(flow: MadeFlow, servicePort: number, isFromServer: boolean): void {
    const random = this.#random;
    const isShort = flow.protocol === icmp || servicePort === 53 || servicePort === 123 || flow.flags === 0x02;
    const tail = random.next() < 0.01 ? 100 : 1;
    flow.packets = isShort ? 1 + random.whole(2) : Math.ceil(Math.exp(1.9 + 1.4 * random.normal()) * tail);
    const packetBytes = isShort
      ? 60 + random.whole(120)
      : isFromServer
        ? 400 + random.whole(1100)
        : 40 + random.whole(400);
    flow.bytes = flow.packets * packetBytes;
    flow.durationMs = flow.packets === 1 ? 0 : Math.min(120_000, Math.floor(Math.exp(6 + 1.8 * random.normal())));
    flow.ageMs = random.whole(5000);
  }
}
