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

/** Plays a strategy; `onAttack` is called whenever it does what an honest member in its place would not do. */
export function pbftAdversary(
  strategy: string,
  port: AdversaryPort<PbftWire>,
  onAttack: () => void = () => undefined,
): Adversary<PbftWire> {
  const make = tricks[strategy];
  if (!make) return plainAdversary(strategy, port, onAttack);
  const puppet: Puppet = new Puppet(port, (to, message) => {
    const sent = trick.out?.(to, message) ?? [message];
    if (sent.length !== 1 || sent[0] !== message) onAttack();
    for (const one of sent) port.send(to, one);
  });
  const trick = make(puppet);
  return {
    receive: (from, message) => {
      if (trick.hears?.(from, message) ?? true) puppet.receive(from, message);
      else onAttack();
    },
    tick: () => {
      puppet.tick();
      const { lives } = puppet;
      trick.tick?.((to, message) => {
        onAttack();
        port.send(to, message);
      });
      if (puppet.lives > lives) onAttack();
    },
  };
}
