import type { NatHolders, NatLog, NatLogEntry, NatStatus } from '../../src/model/index.ts';

/** `/api/v1/nat…` of a router with ten ports, forty connections and thirty victims. */
export interface NatStub {
  watched: boolean;
  /** Questions about who had an address. */
  asked: Record<string, string>[];
  reset: () => void;
  answer: (part: string | undefined, query: URLSearchParams) => object;
}

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 10, 30, seconds)).toISOString();

const entry = (second: number, given: Partial<NatLogEntry>): NatLogEntry => ({
  at: at(second),
  event: 'created',
  ok: true,
  protocol: 17,
  source: '10.9.0.2',
  sourcePort: 20_000 + second,
  destination: '192.0.2.2',
  destinationPort: 5353,
  translatedSource: '192.0.2.1',
  translatedSourcePort: 1024 + second,
  translatedDestination: '',
  translatedDestinationPort: 0,
  packets: 0,
  durationMs: 0,
  gateway: 'router',
  protocolOfGateway: 'conntrack',
  reason: '',
  ...given,
});

const refused = { ok: false, event: 'ports-exhausted', translatedSource: '', translatedSourcePort: 0 } as const;
const entries: readonly NatLogEntry[] = [
  ...Array.from({ length: 28 }, (_, index) =>
    entry(50 - index, { ...refused, packets: 1, reason: 'NAT ports exhausted' }),
  ),
  entry(21, { ...refused, packets: 4, source: '10.9.0.7' }),
  entry(20, { ...refused, packets: 1, source: '', sourcePort: 0 }),
  entry(12, { event: 'ended', durationMs: 11_000 }),
  ...Array.from({ length: 10 }, (_, index) => entry(9 - index, {})),
  entry(-5, { protocol: 6, translatedDestination: '10.9.0.80', translatedDestinationPort: 8080 }),
  entry(-6, { source: '\u202e<b>2001:db8::5</b>', protocol: 58, event: 'denied', ok: false, gateway: '192.0.2.99' }),
];

const status = (): NatStatus => ({
  enabled: true,
  since: at(-600),
  created: 10,
  ended: 1,
  refused: { ports: 33, clashes: 0, room: 2 },
  named: 32,
  namesVictims: true,
  connections: 11,
  mostConnections: 262_144,
  pools: [
    {
      rule: 'ip nat post: masquerade to :1024-1033',
      address: '192.0.2.1',
      protocol: 17,
      ports: 10,
      used: 10,
      share: 1,
      destination: '192.0.2.2',
      destinationPort: 5353,
      translations: 10,
      peakShare: 1,
      peakAt: at(9),
    },
    {
      rule: '',
      address: '2001:db8::1',
      protocol: 6,
      ports: 64_512,
      used: 53_000,
      share: 0.82,
      destination: '2001:db8:9::2',
      destinationPort: 443,
      translations: 60_000,
      peakShare: 0.9,
      peakAt: at(0),
    },
  ],
  insights: [],
  problems: [],
});

const nothing: NatStatus = { ...status(), enabled: false, pools: [], insights: [], problems: [] };

export function createNatStub(): NatStub {
  const log = (query: URLSearchParams): NatLog => {
    const show = query.get('show') ?? 'all';
    const limit = Number(query.get('limit') ?? 200);
    const found = entries.filter(({ ok }) => show === 'all' || ok === (show === 'translations'));
    return {
      from: query.get('from') ?? '',
      to: query.get('to') ?? '',
      entries: found.slice(0, limit),
      more: found.length > limit,
    };
  };
  const holders = (query: URLSearchParams): NatHolders => {
    stub.asked.push(Object.fromEntries(query));
    const ms = Date.parse(query.get('at') ?? '');
    const { source, sourcePort, destination, destinationPort, protocol, gateway } = entry(3, {});
    const { translatedSource, translatedSourcePort } = entry(3, {});
    const ends = { source, sourcePort, destination, destinationPort, translatedSource, translatedSourcePort };
    const isTheirs = query.get('address') === translatedSource && Number(query.get('port')) === translatedSourcePort;
    return {
      holders: isTheirs ? [{ ...ends, protocol, gateway, from: new Date(ms - 8000).toISOString() }] : [],
      from: at(0),
      to: at(0),
      more: false,
    };
  };
  const stub: NatStub = {
    watched: true,
    asked: [],
    reset: () => {
      stub.watched = true;
      stub.asked.length = 0;
    },
    answer: (part, query) => {
      if (part === 'status') return stub.watched ? status() : nothing;
      return part === 'holders' ? holders(query) : log(query);
    },
  };
  return stub;
}
