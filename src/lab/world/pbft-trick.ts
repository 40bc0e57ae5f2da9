import type { Puppet } from './pbft-puppet.ts';
import type { PbftWire } from './pbft-wire.ts';

/** What an adversary does differently from the core that it runs. */
interface Trick {
  /** What goes out to a member in place of what the core would send. */
  out?(to: number, message: PbftWire): readonly PbftWire[];
  /** Whether the core gets to see a message. */
  hears?(from: number, message: PbftWire): boolean;
  /** Beside what the core does. */
  tick?(send: (to: number, message: PbftWire) => void): void;
}

export type MakeTrick = (puppet: Puppet) => Trick;
