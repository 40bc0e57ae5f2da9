import type { VerdictMachine } from '../agree/index.ts';
import { messageOf } from '../model/index.ts';
import type { Clock, Log } from '../platform/index.ts';
import type { WatcherReplica } from './cluster-figures.ts';
import { Hearing } from './hearing.ts';
import type { Proposer } from './proposer.ts';

export interface PresenceParts {
  self: string;
  machine: VerdictMachine;
  replica: WatcherReplica;
  proposer: Proposer;
  clock: Clock;
  log: Log;
}

/** Says in the ledger which other watchers this member does not hear, whenever that changes. */
export class Presence {
  readonly #parts: PresenceParts;
  readonly #hearing = new Hearing();
  #proposing = false;
  #unheard: readonly string[] = [];

  constructor(parts: PresenceParts) {
    this.#parts = parts;
  }

  /** The watchers that this one does not hear now, whatever the ledger says. */
  get unheard(): readonly string[] {
    return this.#unheard;
  }

  /** To be called about every second. */
  look(): void {
    const { self, machine, replica, clock, log } = this.#parts;
    const heard = replica.heard?.();
    if (!heard) return;
    const { membership, ...view } = lookAt(machine, clock, self);
    const others = membership.watchers.map(({ id }) => id).filter((id) => id !== self);
    const silent = this.#hearing.look(others, heard, clock.monotonic());
    this.#unheard = silent;
    if (this.#proposing || !view.voting || silent.join() === (view.said ?? []).join()) return;
    this.#proposing = true;
    this.#parts.proposer
      .propose({ kind: 'presence', silent })
      .catch((problem: unknown) => log.debug('who is silent could not be agreed', { problem: messageOf(problem) }))
      .finally(() => {
        this.#proposing = false;
      });
  }
}

function lookAt(machine: VerdictMachine, clock: Clock, self: string) {
  const view = machine.view(clock.now());
  const { membership } = view;
  const voting = membership.watchers.some(({ id, role }) => id === self && role === 'member');
  return { membership, voting, said: view.notHeardBy(self) };
}
