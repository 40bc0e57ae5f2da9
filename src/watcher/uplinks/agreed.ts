import { isBorneOut, createVerifier, type LedgerEntry, type VerdictMachine } from '../../agree/index.ts';
import {
  gatewayOf,
  uplinkCheck,
  uplinkOfCheck,
  type ObservationsBody,
  type Transition,
  type UplinkSettings,
  type UplinkState,
  type VerdictState,
} from '../../model/index.ts';

/** Of so many positions back it is remembered who said what of uplinks. */
const maxObservations = 500;

/**
 * What the cluster has agreed on about uplinks. A transition counts when the opinions under it are signed by members:
 * this watcher acts on what others say, and takes nobody's word for it that they said it.
 */
export class Agreed {
  readonly #machine: VerdictMachine;
  readonly #verify = createVerifier();
  readonly #states = new Map<string, UplinkState>();
  readonly #observations = new Map<number, ObservationsBody>();

  constructor(machine: VerdictMachine) {
    this.#machine = machine;
  }

  /** Begins from the verdicts of the ledger, which this watcher has checked entry by entry. */
  read(uplinks: readonly UplinkSettings[]): void {
    const view = this.#machine.view(0);
    this.#states.clear();
    for (const uplink of uplinks) {
      for (const family of [4, 6] as const) {
        const check = uplinkCheck(uplink.name, family);
        const verdict = gatewayOf(uplink, family) === undefined ? undefined : view.check(check)?.verdict;
        this.#states.set(check, (verdict && stateOf(verdict)) ?? 'unknown');
      }
    }
  }

  state(check: string): UplinkState {
    return this.#states.get(check) ?? 'unknown';
  }

  /** What has changed; undefined when the entry says nothing about uplinks. */
  onEntry(entry: LedgerEntry): { check: string; refused: boolean } | undefined {
    if (entry.kind === 'observations') {
      const body = entry.body as ObservationsBody;
      if (body.opinions.some(({ check }) => uplinkOfCheck(check))) this.#remember(entry.position, body);
      return undefined;
    }
    if (entry.kind !== 'transition') return undefined;
    const transition = entry.body as Transition;
    const { check, to } = transition;
    if (!uplinkOfCheck(check)) return undefined;
    const state = stateOf(to);
    // Nobody reaches a quorum: what was agreed before stays until something else is.
    if (state === undefined) return undefined;
    if (state !== 'unknown' && !this.#isBorneOut(transition)) return { check, refused: true };
    this.#states.set(check, state);
    return { check, refused: false };
  }

  #isBorneOut(transition: Transition): boolean {
    const view = this.#machine.view(0);
    const found = view.check(transition.check);
    if (!found) return false;
    return isBorneOut(transition, found.check.watchers, found.judges, {
      network: this.#machine.network,
      membership: view.membership,
      verify: this.#verify,
      observationsAt: (position) => this.#observations.get(position),
    });
  }

  #remember(position: number, body: ObservationsBody): void {
    this.#observations.set(position, body);
    // What a judge said last may be old: it is kept for as long as it is what counts.
    if (this.#observations.size <= maxObservations) return;
    const current = new Set<number>();
    for (const { check, opinions } of this.#machine.view(0).checks()) {
      if (!uplinkOfCheck(check.name)) continue;
      for (const { said } of Object.values(opinions)) if (said !== undefined) current.add(said);
    }
    for (const known of this.#observations.keys()) {
      if (this.#observations.size <= maxObservations / 2) break;
      if (!current.has(known) && known !== position) this.#observations.delete(known);
    }
  }
}

/** Undefined for a verdict that leaves things as they are. */
function stateOf(verdict: VerdictState): UplinkState | undefined {
  switch (verdict) {
    case 'up':
      return 'up';
    case 'degraded':
      return 'bad';
    case 'down':
      return 'dead';
    case 'unknown':
      return 'unknown';
    default:
      return undefined;
  }
}
