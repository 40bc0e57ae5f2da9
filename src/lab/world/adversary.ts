import type { Random } from './random.ts';

/** What an adversary in a member's place can do: see what is sent to it, and send anything under its own name. */
export interface AdversaryPort<Message> {
  readonly id: number;
  readonly members: readonly number[];
  /** All adversaries of the world, itself among them: they may know each other's keys. */
  readonly allies: readonly number[];
  readonly tuning: Readonly<Record<string, number>>;
  readonly random: Random;
  /** A right clock. */
  nowMs(): number;
  send(to: number, message: Message): void;
}

/** An adversary strategy; one object for each node that it plays. */
export interface Adversary<Message> {
  receive(from: number, message: Message): void;
  tick(): void;
}

type AdversaryStrategy = <Message>(port: AdversaryPort<Message>, onAttack: () => void) => Adversary<Message>;

/** Says nothing, ever: the weakest, and the only one that a protocol for crashes must survive. */
const silent: AdversaryStrategy = (_port, onAttack) => ({ receive: onAttack, tick: () => undefined });

const keptMessages = 64;

/** Repeats to anybody what anybody has told it, late and out of place. */
const echo: AdversaryStrategy = <Message>(port: AdversaryPort<Message>, onAttack: () => void) => {
  const heard: Message[] = [];
  return {
    receive: (_from: number, message: Message) => {
      if (heard.length < keptMessages) heard.push(message);
      else heard[port.random.below(keptMessages)] = message;
    },
    tick: () => {
      if (heard.length === 0) return;
      onAttack();
      port.send(port.random.pick(port.members), port.random.pick(heard));
    },
  };
};

/** Strategies that need no knowledge of a protocol. */
const plainStrategies: Readonly<Record<string, AdversaryStrategy>> = { silent, echo };

/** `onAttack` is called whenever it does what an honest node would not do. */
export function plainAdversary<Message>(
  strategy: string,
  port: AdversaryPort<Message>,
  onAttack: () => void = () => undefined,
): Adversary<Message> {
  const make = plainStrategies[strategy];
  if (!make) throw new RangeError(`no adversary strategy ${strategy}`);
  return make(port, onAttack);
}
