import { plainAdversary, type Adversary, type AdversaryPort } from './adversary.ts';
import type { PbftWire } from './pbft-wire.ts';

export const pbftStrategies: readonly string[] = ['silent', 'echo'];

export function pbftAdversary(strategy: string, port: AdversaryPort<PbftWire>): Adversary<PbftWire> {
  return plainAdversary(strategy, port);
}
