import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  mirrorState,
  personOf,
  QwError,
  type LedgerRequest,
  type MirrorEnd,
  type MirrorPolicy,
} from '../../model/index.ts';
import { bodies, TestLedger } from './machine.fixture.ts';

const minute = 60_000;
const policy: MirrorPolicy = {
  watcher: 'w1',
  interfaces: ['eth0'],
  networks: ['192.0.2.0/24'],
  tags: [],
  peers: [],
  protocols: [],
  direction: 'both',
  collector: { kind: 'ring', sizeBytes: 64 * 1024 * 1024, snapBytes: 96 },
  durationMs: 60 * minute,
  keepMs: 24 * 60 * minute,
  purpose: 'ticket 4711: resets on the web server',
};
const file = { name: '000001.pcapng', bytes: 100, packets: 2, sha256: 'a'.repeat(64) };
const end: MirrorEnd = {
  why: 'time',
  text: 'Its time is over.',
  packets: 2,
  dropped: 0,
  overwritten: 0,
  files: [file],
};

function switchedOn(): TestLedger {
  const ledger = new TestLedger(['w1', 'w2', 'w3', 'w4']);
  ledger.configure([], {
    mirrors: { tags: { web: ['192.0.2.0/24', '2001:db8::/32'] }, size: 2 ** 32 },
  });
  return ledger;
}
const propose = (ledger: TestLedger, given: Partial<MirrorPolicy> = {}, by = 'maria') =>
  bodies(ledger.send({ kind: 'mirror-propose', policy: { ...policy, ...given }, by }), 'mirror')[0]?.id ?? '';
const approve = (ledger: TestLedger, mirror: string, by = 'paul') =>
  ledger.send({ kind: 'mirror-approve', mirror, by });
const begin = (ledger: TestLedger, mirror: string, watcher = 'w1') =>
  ledger.send({ kind: 'mirror-begin', mirror, watcher });
const stateOf = (ledger: TestLedger, id: string) => {
  const found = ledger.machine.view(ledger.now).mirrors.find((one) => one.id === id);
  return found && mirrorState(found, ledger.now);
};
function codeOf(step: () => unknown): string | undefined {
  try {
    step();
  } catch (thrown) {
    return thrown instanceof QwError ? thrown.code : String(thrown);
  }
  return undefined;
}

test('proposed by one, approved by another, begun, ended, read, shredded: each is an entry', () => {
  const ledger = switchedOn();
  const id = propose(ledger);
  expect(stateOf(ledger, id)).toBe('proposed');
  approve(ledger, id);
  expect(stateOf(ledger, id)).toBe('approved');
  begin(ledger, id);
  expect(stateOf(ledger, id)).toBe('running');
  ledger.now += 60 * minute;
  ledger.send({ kind: 'mirror-end', mirror: id, watcher: 'w1', end });
  const read = {
    kind: 'mirror-read',
    mirror: id,
    watcher: 'w1',
    by: 'maria',
    why: 'ticket 4711',
    files: [file],
  } as const;
  expect(bodies(ledger.send(read), 'mirror-read')).toEqual([
    { mirror: id, watcher: 'w1', by: 'maria', why: 'ticket 4711', files: [file] },
  ]);
  ledger.send({ kind: 'mirror-shred', mirror: id, watcher: 'w1', files: [file], text: 'Overwritten and removed.' });
  expect(stateOf(ledger, id)).toBe('shredded');
  expect(codeOf(() => ledger.send(read))).toBe('CONFLICT');
  const [last] = bodies(ledger.entries, 'mirror').slice(-1);
  expect(last).toMatchObject({
    by: 'maria',
    approved: { by: 'paul' },
    ended: { files: [file] },
    shredded: { files: [file] },
  });
});

test('nobody approves their own: not by a token of theirs, not by another writing of their name', () => {
  const ledger = switchedOn();
  const id = propose(ledger, {}, 'maria/laptop');
  for (const by of ['maria', 'maria/laptop', 'maria/phone', 'Maria', 'MARIA/x', '/x'])
    expect(
      codeOf(() => approve(ledger, id, by)),
      by,
    ).toBe('FORBIDDEN');
  expect(codeOf(() => begin(ledger, id))).toBe('CONFLICT');
  approve(ledger, id, 'paul/laptop');
  expect(codeOf(() => approve(ledger, id, 'anna'))).toBe('CONFLICT');
});

test('a proposal lapses after a quarter of an hour, and an approval with its time', () => {
  const ledger = switchedOn();
  const late = propose(ledger);
  ledger.now += 15 * minute;
  expect(stateOf(ledger, late)).toBe('lapsed');
  expect(codeOf(() => approve(ledger, late))).toBe('CONFLICT');
  const never = propose(ledger);
  approve(ledger, never);
  ledger.now += 60 * minute;
  expect(codeOf(() => begin(ledger, never))).toBe('CONFLICT');
  expect(stateOf(ledger, never)).toBe('lapsed');
});

test('anybody may withdraw or stop; what is withdrawn never begins', () => {
  const ledger = switchedOn();
  const stop = (mirror: string) => ledger.send({ kind: 'mirror-stop', mirror, by: 'anna' });
  const before = propose(ledger);
  stop(before);
  expect(stateOf(ledger, before)).toBe('withdrawn');
  expect(codeOf(() => approve(ledger, before))).toBe('CONFLICT');
  expect(codeOf(() => stop(before))).toBe('CONFLICT');
  const approved = propose(ledger);
  approve(ledger, approved);
  stop(approved);
  expect(codeOf(() => begin(ledger, approved))).toBe('CONFLICT');
  const running = propose(ledger);
  approve(ledger, running);
  begin(ledger, running);
  stop(running);
  expect(stop(running).filter(({ kind }) => kind === 'mirror')).toEqual([]);
  expect(stateOf(ledger, running)).toBe('running');
});

test('only the watcher that carries it out speaks of it', () => {
  const ledger = switchedOn();
  const id = propose(ledger);
  approve(ledger, id);
  expect(codeOf(() => begin(ledger, id, 'w2'))).toBe('FORBIDDEN');
  begin(ledger, id);
  expect(codeOf(() => ledger.send({ kind: 'mirror-end', mirror: id, watcher: 'w2', end }))).toBe('FORBIDDEN');
  const reading: LedgerRequest = { kind: 'mirror-read', mirror: id, watcher: 'w2', by: 'maria', why: 'x', files: [] };
  expect(codeOf(() => ledger.send(reading))).toBe('FORBIDDEN');
});

test('tags stand for networks as the configuration has them when it is asked for', () => {
  const ledger = switchedOn();
  propose(ledger, { networks: [], tags: ['web'] });
  expect(bodies(ledger.entries, 'mirror')[0]?.policy.networks).toEqual(['192.0.2.0/24', '2001:db8::/32']);
  expect(codeOf(() => propose(ledger, { tags: ['constructor'] }))).toBe('NOT_FOUND');
});

test.each<[string, Partial<MirrorPolicy>]>([
  ['BAD_INPUT', { networks: [] }],
  ['BAD_INPUT', { networks: ['192.0.2.0/24'], peers: ['2001:db8::/32'] }],
  ['BAD_INPUT', { interfaces: ['eth0', 'eth0'] }],
  ['BAD_INPUT', { durationMs: 86_400_001 }],
  ['BAD_INPUT', { durationMs: 0 }],
  ['BAD_INPUT', { purpose: '' }],
  ['BAD_INPUT', { interfaces: ['-batch'] }],
  ['BAD_INPUT', { collector: { kind: 'vxlan', address: 'host', port: 4789, vni: 1 } }],
  [
    'BAD_INPUT',
    {
      networks: Array.from({ length: 9 }, (_, at) => `192.0.2.${at}/32`),
      peers: Array.from({ length: 9 }, (_, at) => `198.51.100.${at}/32`),
    },
  ],
  ['CONFLICT', { collector: { kind: 'device', device: 'eth0' } }],
  ['NOT_FOUND', { watcher: 'w9' }],
])('%s for %j', (code, given) => {
  const ledger = switchedOn();
  expect(codeOf(() => propose(ledger, given))).toBe(code);
  expect(bodies(ledger.entries, 'mirror')).toEqual([]);
});

test('without the section of the configuration nothing is mirrored', () => {
  expect(codeOf(() => propose(new TestLedger()))).toBe('CONFLICT');
});

test('what was asked for before mirroring was switched off neither is approved nor begins', () => {
  const ledger = switchedOn();
  const [asked, approved, running] = [propose(ledger), propose(ledger), propose(ledger)];
  approve(ledger, approved);
  approve(ledger, running);
  begin(ledger, running);
  ledger.configure([]);
  expect(codeOf(() => approve(ledger, asked))).toBe('CONFLICT');
  expect(codeOf(() => begin(ledger, approved))).toBe('CONFLICT');
  ledger.send({ kind: 'mirror-end', mirror: running, watcher: 'w1', end });
  expect([asked, approved, running].map((id) => stateOf(ledger, id))).toEqual(['proposed', 'approved', 'ended']);
});

test('rings of one watcher have room together, and a shredded one gives it back', () => {
  const ledger = switchedOn();
  const half = { collector: { kind: 'ring', sizeBytes: 2 ** 31, snapBytes: 96 } } as const;
  const first = propose(ledger, half);
  propose(ledger, half);
  expect(codeOf(() => propose(ledger))).toBe('CONFLICT');
  expect(codeOf(() => propose(ledger, { watcher: 'w2' }))).toBeUndefined();
  ledger.send({ kind: 'mirror-stop', mirror: first, by: 'anna' });
  expect(codeOf(() => propose(ledger))).toBeUndefined();
});

const span = { collector: { kind: 'device', device: 'span0' } } as const;
test('there is a bound on what is under way, and what has lapsed makes room', () => {
  const ledger = switchedOn();
  for (let count = 0; count < 100; count++) propose(ledger, span);
  expect(codeOf(() => propose(ledger, span))).toBe('CONFLICT');
  ledger.now += 15 * minute;
  for (let round = 0; round < 3; round++) {
    for (let count = 0; count < 100; count++) propose(ledger, span);
    ledger.now += 15 * minute;
  }
  expect(ledger.machine.view(ledger.now).mirrors).toHaveLength(200);
});

const people = ['maria', 'maria/cli', 'Maria', 'paul', 'paul/cli', 'anna'];
const ids = fc.nat(1);
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('propose' as const), by: fc.constantFrom(...people) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('approve' as const), by: fc.constantFrom(...people), at: ids }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), by: fc.constantFrom(...people), at: ids }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('begin' as const), watcher: fc.constantFrom('w1', 'w2'), at: ids }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('end' as const), watcher: fc.constantFrom('w1', 'w2'), at: ids }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read' as const), by: fc.constantFrom(...people), at: ids }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shred' as const), at: ids }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1000, 14 * minute, 61 * minute) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

function play(ledger: TestLedger, known: string[], given: Step): void {
  if (given.do === 'pass') ledger.now += given.ms;
  else if (given.do === 'crash') ledger.machine = ledger.restored();
  else if (given.do === 'propose') known.push(propose(ledger, {}, given.by));
  else {
    const mirror = known[given.at] ?? '0';
    if (given.do === 'approve') approve(ledger, mirror, given.by);
    else if (given.do === 'stop') ledger.send({ kind: 'mirror-stop', mirror, by: given.by });
    else if (given.do === 'begin') begin(ledger, mirror, given.watcher);
    else if (given.do === 'end') ledger.send({ kind: 'mirror-end', mirror, watcher: given.watcher, end });
    else if (given.do === 'read')
      ledger.send({ kind: 'mirror-read', mirror, watcher: 'w1', by: given.by, why: 'x', files: [file] });
    else ledger.send({ kind: 'mirror-shred', mirror, watcher: 'w1', files: [file], text: 'x' });
  }
}

test('no sequence of requests begins a mirror without two people, beyond its time, or after somebody stopped it', () => {
  let began = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
      const ledger = switchedOn();
      const known: string[] = [];
      for (const each of steps) {
        const from = ledger.entries.length;
        const before = ledger.machine.view(ledger.now).mirrors;
        try {
          play(ledger, known, each);
        } catch (thrown) {
          if (!(thrown instanceof QwError) || thrown.code === 'INTERNAL') throw thrown;
        }
        for (const mirror of bodies(ledger.entries.slice(from), 'mirror')) {
          const was = before.find(({ id }) => id === mirror.id);
          if (!mirror.began || was?.began) continue;
          began++;
          // By the ledger's entries alone: who asked, who agreed, when.
          const own = bodies(ledger.entries.slice(0, from), 'mirror').filter(({ id }) => id === mirror.id);
          const agreed = own.find(({ approved }) => approved)?.approved;
          expect(agreed).toBeDefined();
          expect(personOf(agreed?.by ?? '')).not.toBe(personOf(own[0]?.by ?? ''));
          expect(own.some(({ stopped }) => stopped)).toBe(false);
          expect(ledger.now).toBeLessThan((agreed?.at ?? 0) + policy.durationMs);
          expect((agreed?.at ?? Infinity) - (own[0]?.at ?? 0)).toBeLessThan(15 * minute);
        }
        for (const { mirror } of bodies(ledger.entries.slice(from), 'mirror-read'))
          expect(['running', 'ended']).toContain(stateOf(ledger, mirror));
      }
      const live = ledger.machine.snapshot();
      expect(Buffer.compare(ledger.refolded().snapshot(), live)).toBe(0);
      expect(Buffer.compare(ledger.restored().snapshot(), live)).toBe(0);
    }),
    { numRuns: 300 },
  );
  expect(began).toBeGreaterThan(20);
});

test('a snapshot without mirrors has no word of them, so that earlier versions go on to be read', () => {
  expect(Buffer.from(switchedOn().machine.snapshot()).toString()).not.toContain('"mirrors":[');
});
