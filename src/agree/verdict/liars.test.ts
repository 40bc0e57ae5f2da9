import fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageOf, type LedgerRequest, type OpinionState, type SignedRequest } from '../../model/index.ts';
import {
  bodies,
  idealSigner,
  notify,
  signed,
  testCheck,
  TestLedger,
  testConfiguration,
  testOpinion,
} from './machine.fixture.ts';

/**
 * What up to f members can do to the verdicts of 3f + 1, with all requests that they can think of: their own, forged
 * ones, and those of others, repeated and re-ordered. Whoever orders requests may be one of them.
 */

const checks = ['a', 'b'] as const;
const state = fc.constantFrom<OpinionState>('up', 'degraded', 'down', 'unknown');

type Lie =
  | { do: 'say'; liar: number; check: (typeof checks)[number]; state: OpinionState; of: number }
  | { do: 'deafen'; liar: number; whom: number[] }
  | { do: 'replay'; pick: number }
  | { do: 'forge'; liar: number; of: number; check: (typeof checks)[number]; state: OpinionState }
  | { do: 'seize'; liar: number; what: number }
  | { do: 'act'; liar: number; pick: number };

const lie: fc.Arbitrary<Lie> = fc.oneof(
  fc.record({
    do: fc.constant('say' as const),
    liar: fc.nat(),
    check: fc.constantFrom(...checks),
    state,
    of: fc.nat(20),
  }),
  fc.record({ do: fc.constant('deafen' as const), liar: fc.nat(), whom: fc.array(fc.nat(9), { maxLength: 9 }) }),
  fc.record({ do: fc.constant('replay' as const), pick: fc.nat() }),
  fc.record({
    do: fc.constant('forge' as const),
    liar: fc.nat(),
    of: fc.nat(),
    check: fc.constantFrom(...checks),
    state,
  }),
  fc.record({ do: fc.constant('seize' as const), liar: fc.nat(), what: fc.nat(3) }),
  fc.record({ do: fc.constant('act' as const), liar: fc.nat(), pick: fc.nat() }),
);

class Stage {
  readonly ledger: TestLedger;
  readonly liars: readonly string[];
  readonly honest: readonly string[];
  /** What was ever signed: whoever saw it can bring it again. */
  readonly seen: SignedRequest[] = [];
  #number = 0;

  constructor(f: number) {
    const members = Array.from({ length: 3 * f + 1 }, (_, at) => `w${at + 1}`);
    this.ledger = new TestLedger(members);
    this.ledger.configure(checks.map((name) => testCheck(name, { down: [notify('ops')] })));
    this.liars = members.slice(0, f);
    this.honest = members.slice(f);
  }

  /** Refusals are what liars have to expect. */
  order(request: LedgerRequest, by: string, signer = idealSigner(by)): void {
    this.bring(this.sign(request, by, signer));
  }

  sign(request: LedgerRequest, by: string, signer = idealSigner(by)): SignedRequest {
    this.#number += 1;
    const made = signed(request, this.#number, this.ledger.machine.network, signer);
    this.seen.push(made);
    return made;
  }

  bring(request: SignedRequest): void {
    const before = this.ledger.entries.length;
    try {
      this.ledger.order(request);
    } catch (thrown) {
      expect(messageOf(thrown)).not.toContain('broken rule');
      expect(this.ledger.entries).toHaveLength(before);
    }
  }

  lie(given: Lie): void {
    const at = <Item>(list: readonly Item[], pick: number) => list[pick % list.length];
    const liar = at(this.liars, 'liar' in given ? given.liar : 0) ?? '';
    const all = [...this.liars, ...this.honest];
    switch (given.do) {
      case 'say': {
        const said = testOpinion(given.check, given.state, this.ledger.now, liar);
        this.order({ kind: 'observe', opinions: [said] }, liar);
        break;
      }
      case 'deafen':
        this.order({ kind: 'presence', silent: [...new Set(given.whom.map((one) => at(all, one) ?? ''))] }, liar);
        break;
      case 'replay': {
        const old = at(this.seen, given.pick);
        if (old) this.bring(old);
        break;
      }
      case 'forge': {
        const victim = at(this.honest, given.of) ?? '';
        const said = testOpinion(given.check, given.state, this.ledger.now, victim);
        this.order({ kind: 'observe', opinions: [said] }, victim, { ...idealSigner(liar), name: victim });
        this.order({ kind: 'observe', opinions: [said] }, liar);
        break;
      }
      case 'seize': {
        const document = testConfiguration(checks.map((name) => testCheck(name, { watchers: { rule: 'any' } })));
        const attempts: LedgerRequest[] = [
          { kind: 'configure', body: { document, source: { kind: 'api' }, by: liar } },
          { kind: 'membership', change: { type: 'remove', ids: [this.honest[0] ?? ''] } },
          { kind: 'membership', change: { type: 'rotate', id: this.honest[0] ?? '', publicKey: 'd'.repeat(64) } },
          { kind: 'tick' },
        ];
        this.order(attempts[given.what] ?? { kind: 'tick' }, liar);
        break;
      }
      case 'act': {
        const action = at([...this.ledger.machine.view(this.ledger.now).pendingActions()], given.pick);
        const id = action?.intent.id ?? '1.0';
        this.order({ kind: 'action-start', id, attempt: 1, watcher: action?.intent.watcher ?? liar }, liar);
        break;
      }
    }
  }

  silent(): readonly string[] {
    return this.ledger.machine.view(this.ledger.now).silent;
  }
}

const scene = fc.record({ f: fc.integer({ min: 1, max: 3 }), lies: fc.array(lie, { maxLength: 60 }) });

test('S75 f lying watchers cause neither up nor down, and silence nobody who is honest', () => {
  fc.assert(
    fc.property(scene, ({ f, lies }) => {
      const stage = new Stage(f);
      for (const each of lies) stage.lie(each);
      const verdicts = bodies(stage.ledger.entries, 'transition').map(({ to }) => to);
      expect(verdicts.filter((to) => to === 'up' || to === 'down' || to === 'degraded')).toEqual([]);
      expect(stage.silent().filter((id) => stage.honest.includes(id))).toEqual([]);
      expect(stage.ledger.messages()).toEqual([]);
      expect(stage.ledger.machine.membership()).toMatchObject({ epoch: 1 });
    }),
    { numRuns: 200 },
  );
});

test('S75 what all honest watchers say stands, whatever f liars say before, after and in between', () => {
  fc.assert(
    fc.property(scene, fc.constantFrom('up' as const, 'down' as const), ({ f, lies }, truth) => {
      const stage = new Stage(f);
      const half = Math.floor(lies.length / 2);
      // What the honest said before it was so: some of it was held back on its way, and comes when it suits a liar.
      for (const [at, watcher] of stage.honest.entries()) {
        const opinions = checks.map((name) => testOpinion(name, truth === 'up' ? 'down' : 'up', 5, watcher));
        const held = stage.sign({ kind: 'observe', opinions }, watcher);
        if (at % 2 === 0) stage.bring(held);
      }
      for (const each of lies.slice(0, half)) stage.lie(each);
      for (const [at, watcher] of stage.honest.entries()) {
        const opinions = checks.map((name) => testOpinion(name, truth, stage.ledger.now, watcher));
        stage.order({ kind: 'observe', opinions }, watcher);
        const between = lies[at];
        if (between) stage.lie(between);
      }
      const from = stage.ledger.entries.length;
      for (const each of lies.slice(half)) stage.lie(each);
      for (const name of checks) expect(stage.ledger.verdict(name)).toBe(truth);
      expect(bodies(stage.ledger.entries.slice(from), 'transition')).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('S76 honest watchers in a minority partition cause no verdict, and cannot silence the others', () => {
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 3 })
        .chain((f) => fc.record({ f: fc.constant(f), cut: fc.integer({ min: 1, max: 2 * f }) })),
      ({ f, cut }) => {
        const stage = new Stage(f);
        const all = [...stage.liars, ...stage.honest];
        const minority = all.slice(0, cut);
        const majority = all.slice(cut);
        // Whatever of the minority still gets through: they see everything down, and hear none of the others.
        for (const watcher of minority) {
          stage.order({ kind: 'presence', silent: majority }, watcher);
          stage.order({ kind: 'observe', opinions: [testOpinion('a', 'down', stage.ledger.now, watcher)] }, watcher);
        }
        expect(bodies(stage.ledger.entries, 'transition').filter(({ to }) => to !== 'partial')).toEqual([]);
        expect(stage.silent()).toEqual([]);
        expect(stage.ledger.messages()).toEqual([]);
        // The majority goes on: without the minority it comes to its own verdict as soon as there are enough of it.
        for (const watcher of majority) stage.ledger.say('a', 'up', watcher);
        expect(stage.ledger.verdict('a')).toBe(majority.length >= 2 * f + 1 ? 'up' : 'partial');
      },
    ),
    { numRuns: 100 },
  );
});

test('S77 entries once written never change: every request only adds to what execution rested on', () => {
  fc.assert(
    fc.property(scene, ({ f, lies }) => {
      const stage = new Stage(f);
      const rests: string[] = [];
      for (const each of lies) {
        stage.lie(each);
        if (each.do === 'say') stage.ledger.say(each.check, each.state, stage.honest[each.of % stage.honest.length]);
        const texts = stage.ledger.entries.map((entry) => JSON.stringify(entry));
        expect(texts.slice(0, rests.length)).toEqual(rests);
        rests.push(...texts.slice(rests.length));
      }
      // Whoever holds any prefix of the ledger comes to the state that its members had then, and goes on from there.
      const refolded = stage.ledger.refolded();
      expect(Buffer.compare(refolded.snapshot(), stage.ledger.machine.snapshot())).toBe(0);
    }),
    { numRuns: 60 },
  );
});
