import { plainAdversary, type Adversary, type AdversaryPort } from './adversary.ts';
import { Puppet } from './pbft-puppet.ts';
import type { MakeTrick } from './pbft-trick.ts';
import { impostorTricks } from './pbft-tricks-of-impostors.ts';
import { leadingTricks } from './pbft-tricks-of-primaries.ts';
import { votingTricks } from './pbft-tricks-of-voters.ts';
import type { PbftWire } from './pbft-wire.ts';

const tricks: Readonly<Record<string, MakeTrick>> = { ...leadingTricks, ...votingTricks, ...impostorTricks };

/** All strategies that hold a member's key; `silent` and `echo` know nothing of the protocol. */
export const pbftStrategies: readonly string[] = ['silent', 'echo', ...Object.keys(tricks)];

export function pbftAdversary(strategy: string, port: AdversaryPort<PbftWire>): Adversary<PbftWire> {
  const make = tricks[strategy];
  if (!make) return plainAdversary(strategy, port);
  const puppet: Puppet = new Puppet(port, (to, message) => {
    for (const one of trick.out?.(to, message) ?? [message]) port.send(to, one);
  });
  const trick = make(puppet);
  return {
    receive: (from, message) => {
      if (trick.hears?.(from, message) ?? true) puppet.receive(from, message);
    },
    tick: () => {
      puppet.tick();
      trick.tick?.((to, message) => port.send(to, message));
    },
  };
}
