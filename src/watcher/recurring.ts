import type { VerdictMachine } from '../agree/index.ts';
import { messageOf, QwError, type Authority, type ConfigurationSource } from '../model/index.ts';
import type { Clock, Log } from '../platform/index.ts';
import type { Proposer } from './proposer.ts';

/** A configuration that is to be put in force as soon as the members can agree. */
export interface FirstConfiguration {
  document: unknown;
  source: ConfigurationSource;
  file: string;
  authority?: Authority;
}

export interface RecurringParts {
  id: string;
  machine: VerdictMachine;
  proposer: Proposer;
  clock: Clock;
  log: Log;
  first?: FirstConfiguration | undefined;
}

/** What every member could ask for and one is enough to: the others follow only when it does not happen. */
export class Recurring {
  readonly #parts: RecurringParts;
  #due = 0;
  #lettingPass = false;
  #puttingInForce = false;
  #saidWrong = false;

  constructor(parts: RecurringParts) {
    this.#parts = parts;
  }

  /** To be called about every second. */
  look(): void {
    this.#tick();
    this.#putFirstInForce();
  }

  /** The first member that is heard lets time pass; the second does a second later, should it still be due, and so on. */
  #tick(): void {
    const { id, machine, proposer, clock, log } = this.#parts;
    this.#due = machine.isDue(clock.now()) ? this.#due + 1 : 0;
    if (this.#due === 0) return;
    const { membership, silent } = machine.view(clock.now());
    const members = membership.watchers.filter(({ role }) => role === 'member').map((member) => member.id);
    const place = members.filter((member) => member === id || !silent.includes(member)).indexOf(id);
    if (place < 0 || this.#due <= place || this.#lettingPass) return;
    this.#lettingPass = true;
    proposer
      .propose({ kind: 'tick' })
      .catch((problem: unknown) => log.warning('time could not be agreed', { problem: messageOf(problem) }))
      .finally(() => {
        this.#lettingPass = false;
      });
  }

  /** Each member that holds the operator's first configuration hands it in; whoever is late is refused. */
  #putFirstInForce(): void {
    const { first, machine, proposer, clock, log } = this.#parts;
    if (!first || this.#puttingInForce || machine.view(clock.now()).inForce) return;
    this.#puttingInForce = true;
    const { document, source, file: by, authority } = first;
    proposer
      .propose({ kind: 'configure', body: { document, source, by }, ...(authority && { authority }) })
      .catch((problem: unknown) => {
        const facts = { problem: messageOf(problem) };
        const isWrong = problem instanceof QwError && problem.code === 'CONFIG_INVALID';
        if (!isWrong || this.#saidWrong) log.debug('the first configuration is not in force yet', facts);
        else log.error('the first configuration cannot be put in force', { ...facts, hint: problem.hint });
        this.#saidWrong ||= isWrong;
      })
      .finally(() => {
        this.#puttingInForce = false;
      });
  }
}
