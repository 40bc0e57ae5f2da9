import type { VerdictMachine } from '../../agree/index.ts';
import {
  drillMarkOf,
  gatewayOf,
  opinionOfUplink,
  uplinkCheck,
  type DrillMark,
  type Milliseconds,
  type Opinion,
  type OpinionState,
  type UplinkOpinion,
} from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { opinionOf } from './opinion.ts';
import type { UplinkTask } from './task.ts';

/** An uplink that nothing is known of for so long after the start is one whose former opinion holds no more. */
const longUnknownMs = 10_000;
/** An opinion of which the ledger knows nothing is said again after this. */
const sayAgainMs = 5000;
/** A drill need not wait for a quorum that is missing. */
const announceMs = 1000;
const lookEveryMs = 20;

export interface VoiceOptions {
  self: string;
  clock: Clock;
  machine: VerdictMachine;
  /** Hands opinions on to be agreed. */
  say(opinions: readonly Opinion[]): void;
}

/** Tells the others what is thought of uplinks here: each change once, and again what got lost. */
export class Voice {
  readonly #options: VoiceOptions;
  readonly #said = new Map<string, { state: OpinionState; atMs: Milliseconds }>();
  /** Drills by check; kept until the uplink is up again. */
  readonly #drills = new Map<string, DrillMark>();
  #task: UplinkTask | undefined;
  #startedMs: Milliseconds = 0;

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  begin(task: UplinkTask): void {
    this.#task = task;
    this.#startedMs = this.#options.clock.monotonic();
    this.#said.clear();
  }

  end(): void {
    this.#task = undefined;
    this.#said.clear();
    this.#drills.clear();
  }

  say(opinion: UplinkOpinion): void {
    if (this.#task?.judges !== true) return;
    const { self, clock, machine } = this.#options;
    const check = uplinkCheck(opinion.uplink, opinion.family);
    const state = opinionOfUplink(opinion.state);
    const before =
      this.#said.get(check)?.state ?? machine.view(clock.now()).check(check)?.opinions[self]?.state ?? 'unknown';
    if (before === state) return;
    this.#tell(opinion);
  }

  /** Resolves when it is agreed that the uplink is failed on purpose, or after a second. */
  async announce(uplink: string, drill: DrillMark, opinions: readonly UplinkOpinion[]): Promise<void> {
    const { self, clock, machine } = this.#options;
    if (this.#task?.judges !== true) return;
    const drilled = opinions.filter((opinion) => opinion.uplink === uplink && opinion.state === 'up');
    const checks = drilled.map(({ family }) => uplinkCheck(uplink, family));
    for (const check of checks) this.#drills.set(check, drill);
    for (const opinion of drilled) this.#tell(opinion);
    const isAgreed = (check: string) => {
      const held = machine.view(clock.now()).check(check)?.opinions[self];
      return held !== undefined && drillMarkOf(held)?.endsAt === drill.endsAt;
    };
    const endMs = clock.monotonic() + announceMs;
    while (!checks.every(isAgreed) && clock.monotonic() < endMs) {
      await new Promise<void>((resolve) => clock.after(lookEveryMs, resolve));
    }
  }

  #tell(opinion: UplinkOpinion): void {
    const { self, clock } = this.#options;
    const check = uplinkCheck(opinion.uplink, opinion.family);
    const state = opinionOfUplink(opinion.state);
    this.#said.set(check, { state, atMs: clock.monotonic() });
    const uplink = this.#task?.uplinks.find(({ name }) => name === opinion.uplink);
    const gateway = (uplink && gatewayOf(uplink, opinion.family)) ?? '';
    const now = { at: clock.now(), ms: clock.monotonic() };
    this.#options.say([opinionOf(opinion, self, gateway, now, this.#drillOf(check, opinion))]);
  }

  /** What is held back after a drill is so because of it; what is dead after its end is not. */
  #drillOf(check: string, { state }: UplinkOpinion): DrillMark | undefined {
    const drill = this.#drills.get(check);
    const over = drill && this.#options.clock.now() >= drill.endsAt;
    if (over && (state === 'up' || state === 'dead')) this.#drills.delete(check);
    return this.#drills.get(check);
  }

  /** Time passes. */
  look(opinions: readonly UplinkOpinion[]): void {
    const { self, clock, machine } = this.#options;
    const view = machine.view(clock.now());
    for (const opinion of opinions) {
      if (opinion.state === 'unknown') {
        if (clock.monotonic() - this.#startedMs > longUnknownMs) this.say(opinion);
        continue;
      }
      const check = uplinkCheck(opinion.uplink, opinion.family);
      const saidMs = this.#said.get(check)?.atMs ?? -Infinity;
      // What was said may count no more: members change, and machines are replaced.
      if (clock.monotonic() - saidMs < sayAgainMs || view.check(check)?.opinions[self]) continue;
      this.#said.delete(check);
      this.say(opinion);
    }
  }
}
