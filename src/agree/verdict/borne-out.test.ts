import { expect, test } from 'vitest';
import type { ObservationsBody, Transition } from '../../model/index.ts';
import { isBorneOut } from './borne-out.ts';
import { bodies, idealSigner, testCheck, TestLedger } from './machine.fixture.ts';

const members = ['w1', 'w2', 'w3', 'w4'];

/** A check that three of four say is down, with what the ledger has of it. */
function outage() {
  const ledger = new TestLedger(members);
  ledger.configure([testCheck('a')]);
  for (const member of members.slice(0, 3)) ledger.say('a', 'down', member);
  const transition = bodies(ledger.entries, 'transition').at(-1);
  if (!transition) throw new Error('three of four make a verdict');
  const view = ledger.machine.view(ledger.now);
  const judges = view.check('a')?.judges ?? [];
  const holds = (
    given: Transition = transition,
    change: (body: ObservationsBody) => ObservationsBody | undefined = (body) => body,
  ) =>
    isBorneOut(given, { rule: 'bft' }, judges, {
      network: ledger.machine.network,
      membership: view.membership,
      verify: (publicKey, bytes, signature) => {
        const signer = members.find((name) => Buffer.from(idealSigner(name).publicKey).toString('hex') === publicKey);
        return signer !== undefined && Buffer.from(idealSigner(signer).sign(bytes)).equals(signature);
      },
      observationsAt: (position) => {
        const entry = ledger.entries[position];
        return entry?.kind === 'observations' ? change(entry.body as ObservationsBody) : undefined;
      },
    });
  return { transition, holds };
}

test('a verdict that three members signed is borne out', () => {
  const { transition, holds } = outage();
  expect(transition.to).toBe('down');
  expect(holds()).toBe(true);
});

test('a verdict that the opinions do not come to is not', () => {
  const { transition, holds } = outage();
  expect(holds({ ...transition, to: 'up' })).toBe(false);
  expect(holds({ ...transition, opinions: transition.opinions.slice(1) })).toBe(false);
  const twice = [transition.opinions[0], transition.opinions[0], transition.opinions[1]];
  expect(holds({ ...transition, opinions: twice as Transition['opinions'] })).toBe(false);
  expect(holds({ ...transition, silent: ['w2'] })).toBe(false);
});

test('an opinion counts only as its watcher signed it', () => {
  const { transition, holds } = outage();
  const forged = transition.opinions.map((one, at) => (at === 0 ? { ...one, since: one.since - 1 } : one));
  expect(holds({ ...transition, opinions: forged })).toBe(false);
  const unsaid = transition.opinions.map(({ said: _said, ...one }) => one);
  expect(holds({ ...transition, opinions: unsaid })).toBe(false);
  const otherSignature = (body: ObservationsBody) => ({ ...body, signature: `${'A'.repeat(86)}==` });
  expect(holds(transition, otherSignature)).toBe(false);
  expect(holds(transition, (body) => ({ ...body, watcher: 'w4' }))).toBe(false);
  expect(holds(transition, () => undefined)).toBe(false);
});
