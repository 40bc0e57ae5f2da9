import fc from 'fast-check';
import { expect, test } from 'vitest';
import { doorLimits, refusals } from '../../src/observe/flows/collect/door.ts';
import { openIntake } from '../../src/observe/flows/collect/intake.fixture.ts';
import { MessageStream } from '../../src/observe/flows/collect/message-stream.ts';
import { malformations } from '../../src/observe/flows/decode/message.ts';
import { sessionLimits } from '../../src/observe/flows/decode/session.ts';
import { datagramsOf, filesBelow, fixturesMissing } from './fixtures.ts';

/**
 * Mutated messages of real exporters through all of the collector but its sockets and its store. `QW_FUZZ=N` runs N of
 * them instead of some thousands.
 */
const runs = Number(process.env['QW_FUZZ'] ?? 4000);
const reasons: ReadonlySet<string> = new Set([
  ...malformations,
  ...refusals,
  'bad-sflow',
  'without-template',
  'too-many-templates',
  'no-number-left',
]);

interface Mutation {
  message: number;
  sender: number;
  port: number;
  changes: [at: number, value: number][];
  cut: number;
  /** Appended, as exporters do that send what was left in their buffer. */
  tail: number;
}

const mutation = fc.record<Mutation>({
  message: fc.nat(100_000),
  sender: fc.integer({ min: 1, max: 200 }),
  port: fc.integer({ min: 1, max: 40 }),
  changes: fc.array(fc.tuple(fc.nat(1500), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
  cut: fc.oneof(fc.constant(0), fc.nat(1500)),
  tail: fc.oneof({ weight: 9, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(100_000) }),
});

test.skipIf(fixturesMissing)(
  `whatever is sent is counted, and takes no more than its share (${fixturesMissing ?? `${runs} messages`})`,
  { timeout: 60_000 + runs },
  () => {
    const seeds = ['lab-exporters', 'pcap']
      .flatMap((folder) => filesBelow(folder, '.pcap'))
      .flatMap((file) => datagramsOf(file).slice(0, 20))
      .map(({ payload }) => payload);
    expect(seeds.length).toBeGreaterThan(100);
    const { intake, clock } = openIntake({ keepRows: false });
    const streams = new Map<number, MessageStream>();
    let sent = 0;
    fc.assert(
      fc.property(mutation, ({ message, sender, port, changes, cut, tail }) => {
        const seed = seeds[message % seeds.length] ?? new Uint8Array();
        const other = tail < 0 ? new Uint8Array() : (seeds[tail % seeds.length] ?? new Uint8Array());
        const bytes = Uint8Array.from([...seed.subarray(0, cut === 0 ? seed.length : cut), ...other]);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        clock.at += 7;
        const from = { address: `192.0.2.${sender}`, port };
        intake.take(bytes, from);
        sent++;
        const stream = streams.get(port) ?? new MessageStream();
        streams.set(port, stream);
        const messages = stream.add(bytes);
        if (!messages?.every((one) => intake.takeMessage(one, from))) {
          streams.delete(port);
          intake.endConnection(from);
        }
        if (sent % 100 === 0) intake.flush();
      }),
      { numRuns: runs },
    );
    intake.flush();
    const figures = intake.figures();
    expect(Object.keys(figures.malformed).filter((reason) => !reasons.has(reason))).toEqual([]);
    expect(Object.values(figures.malformed).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(runs / 20);
    expect(figures.records).toBeGreaterThan(runs / 20);
    const state = intake.save({ parked: true });
    const domains = Map.groupBy(intake.exporters(), ({ address }) => address.replace(/:\d+$/, ''));
    const sizes = [...domains].filter(([address]) => address.startsWith('192.0.2.')).map(([, some]) => some.length);
    // A number of its own for each port that speaks for itself.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * doorLimits.domainsOfExporter);
    for (const { templates, parked, samplers } of state.sessions) {
      expect(templates.length).toBeLessThanOrEqual(sessionLimits.templates);
      expect(samplers.length).toBeLessThanOrEqual(sessionLimits.samplers);
      const waiting = parked.reduce((sum, { bytes }) => sum + (bytes.length * 3) / 4, 0);
      expect(waiting).toBeLessThanOrEqual(sessionLimits.parkedBytes + 1000);
    }
  },
);
