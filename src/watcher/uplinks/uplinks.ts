import type { LedgerEntry } from '../../agree/index.ts';
import {
  canonicalJson,
  messageOf,
  QwError,
  type Milliseconds,
  type UplinkReceipt,
  type UplinkSettings,
} from '../../model/index.ts';
import { openLinuxParts, type LinuxParts, type Pinger } from '../../platform/index.ts';
import { Agreed } from './agreed.ts';
import { Blackout } from './blackout.ts';
import { Choice } from './choice.ts';
import { createDrills, drillOrder } from './drilling.ts';
import type { Drills } from './drills.ts';
import type { UplinksHere } from './here.ts';
import { Leftovers } from './leftovers.ts';
import { createLocalEvidence, type LocalEvidence } from './local-evidence.ts';
import { Outbox } from './outbox.ts';
import { PresentDevices } from './present-devices.ts';
import { PresentGateways } from './present-gateways.ts';
import { switchRecord, type UplinkMove } from './switch-record.ts';
import { taskOf, type UplinkTask } from './task.ts';
import type { UplinksOptions } from './uplinks-options.ts';
import { Voice } from './voice.ts';
import { WhatCounts } from './what-counts.ts';

/**
 * Judges and switches the uplinks of this machine, as the configuration in force says: what is seen goes on as opinions,
 * what is done as records, and what others have agreed on comes back.
 */
export class Uplinks {
  readonly #options: UplinksOptions;
  readonly #outbox: Outbox;
  readonly #agreed: Agreed;
  readonly #voice: Voice;
  readonly #gateways: PresentGateways;
  readonly #devices: PresentDevices;
  readonly #leftovers: Leftovers;
  readonly #choice: Choice;
  #blackout = new Blackout();
  #counts: WhatCounts | undefined;
  #drills: Drills | undefined;
  #parts: LinuxParts | undefined;
  #evidence: LocalEvidence | undefined;
  #task: UplinkTask | undefined;
  /** Uplinks that were left out because their device was not there. */
  #leftOut: readonly string[] = [];
  #problems: string[] = [];
  #text = '';
  /** One start or stop after the other. */
  #turn: Promise<void> = Promise.resolve();
  #opened = false;
  #stopped = false;

  constructor(options: UplinksOptions) {
    this.#options = options;
    const { self, clock, disk, directory: folder, log, propose, machine } = options;
    this.#outbox = new Outbox({ disk, folder, log, propose });
    this.#agreed = new Agreed(machine);
    this.#voice = new Voice({ self, clock, machine, say: (opinions) => options.say(opinions) });
    this.#gateways = new PresentGateways(clock);
    this.#devices = new PresentDevices(clock);
    this.#leftovers = new Leftovers(options);
    this.#choice = new Choice(options);
  }

  /** The configuration in force may be another one: does what it says, soon. */
  configure(): void {
    this.#turn = this.#turn.then(() => this.#follow()).catch((thrown: unknown) => this.#noteProblem(messageOf(thrown)));
  }

  /** What stood in the ledger before this start: who said what, of which later verdicts are made. */
  recall(entry: LedgerEntry): void {
    if (entry.kind === 'observations') this.#agreed.onEntry(entry);
  }

  /** To be told of every ledger entry. */
  onEntry(entry: LedgerEntry): void {
    const changed = this.#agreed.onEntry(entry);
    if (changed === undefined || this.#task?.failover.act !== 'quorum' || !this.#task.acts) return;
    if (changed.refused) {
      this.#options.log.error('a verdict on an uplink is not borne out by signed opinions; nothing is switched', {
        check: changed.check,
        position: entry.position,
      });
      return;
    }
    this.#evidence?.reconsider({ by: this.#options.self, transitions: [entry.position] });
  }

  /** Time passes. */
  look(): void {
    this.#outbox.retry();
    this.#lookForDevices();
    if (!this.#evidence || !this.#task) return;
    this.#voice.look(this.#evidence.opinions());
    const { clock, machine, self } = this.#options;
    const drilled = this.#drills?.running?.uplink;
    const opinions = this.#evidence.opinions();
    if (this.#counts?.look(machine.view(clock.now()), opinions, drilled, clock.monotonic()))
      this.#evidence.reconsider({ by: self });
  }

  here(): UplinksHere {
    const evidence = this.#evidence;
    return {
      judges: evidence !== undefined && this.#task?.judges === true,
      acts: evidence?.acts() ?? false,
      problems: [
        ...this.#problems,
        ...[...this.#absent().values()].map(absence),
        ...(evidence?.problems() ?? []),
        ...this.#blackout.problems,
        ...(this.#choice.problem === undefined ? [] : [this.#choice.problem]),
      ],
      waiting: this.#outbox.waiting,
      opinions: evidence?.opinions() ?? [],
      orders: evidence?.acts() === true ? evidence.orders() : [],
      choice: evidence?.chosen() === undefined ? undefined : this.#choice.standing,
      gateways: this.#gateways.all(this.#task?.uplinks ?? [], this.#stopped ? undefined : this.#parts?.network),
      drill: this.#drills?.running,
      nowMs: this.#options.clock.monotonic(),
    };
  }

  /** An operator's choice, or with null none. Throws NOT_FOUND and CONFLICT. */
  async choose(uplink: string | null, dryRun: boolean, by: string): Promise<UplinkReceipt[]> {
    const { evidence, task } = this.#acting();
    if (uplink !== null && !task.uplinks.some(({ name }) => name === uplink)) {
      throw new QwError('NOT_FOUND', `there is no uplink ${JSON.stringify(uplink)}`);
    }
    if (dryRun) return evidence.foresee(uplink ?? undefined);
    const operator = `operator ${by}`;
    const receipts = await evidence.choose(uplink ?? undefined, operator);
    const at = Math.round(this.#options.clock.now());
    await this.#choice.set(uplink === null ? undefined : { uplink, by: operator, at });
    this.#options.log.info('an operator chose the uplink', { uplink, by });
    this.#options.onChange();
    return receipts;
  }

  /** Fails an uplink on purpose. Throws NOT_FOUND, CONFLICT, UNSUPPORTED. */
  async drill(uplink: string, forMs: Milliseconds, by: string): Promise<NonNullable<Drills['running']>> {
    const { evidence, task } = this.#acting();
    const drills = this.#drills;
    if (!drills) throw new QwError('CONFLICT', 'uplinks are not switched here');
    const started = await drills.start(drillOrder(evidence, task, { uplink, forMs, by: `operator ${by}` }));
    this.#options.log.info('an uplink is failed on purpose', { uplink, forMs, by });
    this.#options.onChange();
    return started;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turn;
    try {
      await this.#end();
    } catch (thrown) {
      // The rest of the watcher must end in order; the next start takes back what stays.
      this.#noteProblem(`uplinks could not be left as they were found: ${messageOf(thrown)}`);
    }
    this.#parts?.close();
    await this.#outbox.close();
  }

  #acting(): { evidence: LocalEvidence; task: UplinkTask } {
    const evidence = this.#evidence;
    const task = this.#task;
    if (evidence && task && evidence.acts()) return { evidence, task };
    const actor = this.#options.machine.view(this.#options.clock.now()).uplinkActor;
    const elsewhere = actor !== undefined && actor !== this.#options.self;
    throw new QwError('CONFLICT', elsewhere ? `${actor} switches uplinks` : 'nothing is switched here', {
      hint: elsewhere ? `ask ${actor}` : (this.here().problems[0] ?? 'set failover.act in the configuration'),
      facts: { reason: elsewhere ? 'elsewhere' : 'policy' },
    });
  }

  async #follow(): Promise<void> {
    if (this.#stopped) return;
    const { clock, machine, self } = this.#options;
    const task = taskOf(machine.view(clock.now()), self);
    const text = canonicalJson(task ?? {});
    if (this.#opened && text === this.#text) return;
    this.#text = text;
    if (!this.#opened) {
      await this.#outbox.open();
      await this.#choice.open();
    }
    await this.#end();
    this.#problems = [];
    if (!this.#opened) this.#noteProblem(await this.#leftovers.restoreRouter(task));
    // What was left on this machine goes whatever the configuration says now.
    const parts = task || (!this.#opened && (await this.#leftovers.areHere())) ? this.#openParts() : undefined;
    if (parts) await this.#prepareDrills(parts);
    if (parts && !this.#opened) this.#noteProblem(await this.#leftovers.removeHere(parts, task));
    this.#opened = true;
    if (task && parts) await this.#begin(task, parts);
    this.#options.onChange();
  }

  #openParts(): LinuxParts | undefined {
    if (this.#parts) return this.#parts;
    try {
      this.#parts = (this.#options.openParts ?? openLinuxParts)();
    } catch (thrown) {
      this.#noteProblem(`uplinks are neither judged nor switched here: ${messageOf(thrown)}`);
    }
    return this.#parts;
  }

  async #prepareDrills(parts: LinuxParts): Promise<void> {
    if (this.#drills) return;
    this.#drills = createDrills({
      options: this.#options,
      parts,
      voice: this.#voice,
      outbox: this.#outbox,
      opinions: () => this.#evidence?.opinions() ?? [],
    });
    try {
      await this.#drills.open();
    } catch (thrown) {
      this.#noteProblem(`a drill of an earlier run cannot be ended: ${messageOf(thrown)}`);
    }
  }

  async #begin(task: UplinkTask, parts: LinuxParts): Promise<void> {
    const { pinger, log } = this.#options;
    this.#task = task;
    const absent = this.#absent();
    for (const one of absent.values()) log.warning(absence(one));
    // For the actor a device that is gone is an uplink that is gone; for others it says that they stand elsewhere.
    this.#leftOut = task.acts ? [] : [...absent.keys()];
    const uplinks = task.uplinks.filter(({ name }) => !this.#leftOut.includes(name));
    if (uplinks.length === 0) return;
    if (!pinger) return this.#noteProblem('uplinks are not judged: this machine cannot send echoes');
    await this.#forgetChoice(task);
    const counts = new WhatCounts(this.#agreed, task);
    this.#counts = counts;
    const evidence = this.#create({ ...task, uplinks }, parts, pinger, counts);
    try {
      this.#voice.begin(task);
      // The orders are asked for while it starts, and rest on what was agreed.
      this.#agreed.read(task.uplinks);
      const lines = await evidence.start();
      this.#evidence = evidence;
      log.info(evidence.acts() ? 'uplinks are judged and switched' : 'uplinks are judged', { uplinks: uplinks.length });
      for (const line of lines) log.debug(`uplinks: ${line}`);
    } catch (thrown) {
      const hint = thrown instanceof QwError ? ` (${thrown.hint})` : '';
      this.#noteProblem(`uplinks are not judged here: ${messageOf(thrown)}${hint}`);
    }
  }

  /** A choice of what is not configured any more is none. */
  async #forgetChoice(task: UplinkTask): Promise<void> {
    const { standing } = this.#choice;
    if (!standing || task.uplinks.some(({ name }) => name === standing.uplink)) return;
    this.#options.log.warning('the uplink that an operator had chosen is not configured any more', { ...standing });
    await this.#choice.set(undefined);
  }

  /** By name; none before the machine was looked at. */
  #absent(): ReadonlyMap<string, UplinkSettings> {
    if (this.#stopped || !this.#task || !this.#parts) return new Map();
    return this.#devices.absent(this.#task.uplinks, this.#parts.network);
  }

  /** An uplink that was left out is judged when its device comes. */
  #lookForDevices(): void {
    const absent = this.#absent();
    if (this.#leftOut.every((name) => absent.has(name))) return;
    this.#options.log.info('a device of an uplink has come');
    this.#leftOut = [];
    this.#text = '';
    this.configure();
  }

  #create(task: UplinkTask, parts: LinuxParts, pinger: Pinger, counts: WhatCounts): LocalEvidence {
    const { self, directory: folder, clock, disk, log } = this.#options;
    const { uplinks, failover, acts } = task;
    return createLocalEvidence({
      uplinks,
      failover,
      parts,
      pinger,
      clock,
      disk,
      folder,
      log,
      onOpinion: (opinion) => {
        this.#drills?.opinion(opinion);
        this.#voice.say(opinion);
        this.#lookForBlackout();
        this.#options.onChange();
      },
      onReceipt: ({ family, serving, problems }) => {
        for (const problem of problems) log.warning(`uplinks: ${problem}`, { family, serving });
      },
      part: {
        self,
        acts,
        chosen: this.#choice.standing?.uplink,
        counts: (uplink, family, own) => counts.state(uplink, family, own),
        reversed: (uplink, family) => counts.reversed(uplink, family),
        drilled: () => this.#drills?.running?.uplink,
        onMove: (move) => this.#onMove(move),
        onAttempt: () => this.#options.onChange(),
      },
    });
  }

  #onMove(move: UplinkMove): void {
    const { self, clock, log } = this.#options;
    const { mode } = this.#task?.failover ?? { mode: 'failover' as const };
    this.#drills?.moved(move);
    const record = switchRecord(move, self, mode, { at: clock.now(), ms: clock.monotonic() });
    // First the switch, then the words.
    setImmediate(() => {
      const what = record.cause === 'repair' ? 'routes of uplinks were put back' : 'uplinks switched';
      log.info(what, { family: record.family, from: record.from, to: record.to, cause: record.cause });
      this.#outbox.add({ kind: 'uplink-switch', record });
      this.#options.onChange();
    });
  }

  #lookForBlackout(): void {
    const { uplinks = [] } = this.#task ?? {};
    for (const { family, dark } of this.#blackout.look(uplinks, this.#evidence?.opinions() ?? [])) {
      if (dark) this.#options.log.error('all uplinks are dead', { family });
      else this.#options.log.info('an uplink answers again after all were dead', { family });
    }
  }

  async #end(): Promise<void> {
    await this.#drills?.close();
    const evidence = this.#evidence;
    this.#evidence = undefined;
    this.#task = undefined;
    this.#leftOut = [];
    this.#voice.end();
    this.#blackout = new Blackout();
    this.#counts = undefined;
    await evidence?.stop();
  }

  /** Stands on the page until the configuration changes. */
  #noteProblem(text: string | undefined): void {
    if (text === undefined) return;
    this.#problems.push(text);
    this.#options.log.warning(text);
  }
}

const absence = ({ name, device }: UplinkSettings) => `this machine has no device ${device} for ${name}`;
