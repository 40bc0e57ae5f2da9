import { messageOf, QwError, type MirrorPolicy } from '../../model/index.ts';
import {
  leaveLastWill,
  runProgram,
  type Clock,
  type Disk,
  type LastWill,
  type ProgramResult,
} from '../../platform/index.ts';
import {
  actionIndex,
  directionsOf,
  maxSlots,
  preferences,
  removalCommands,
  setUpCommands,
  tunnelName,
  willCommands,
  type Command,
  type MirrorSetup,
} from './commands.ts';
import { emptyJournal, readMirrorJournal, writeMirrorJournal, type MirrorJournal } from './journal.ts';
import { readLinks, type RunProgram } from './links.ts';
import { refuseLoops, type Active } from './loops.ts';

export interface MirrorActorOptions {
  disk: Disk;
  /** For the note of what was set up. */
  folder: string;
  clock: Pick<Clock, 'after'>;
  /** Tests hand in others. */
  run?: RunProgram;
  leaveWill?: typeof leaveLastWill;
}

export interface MirrorFigures {
  packets: number;
  /** The collector's device could not take them. */
  dropped: number;
}

const timeoutMs = 10_000;
/** A watcher that hangs has so long after the end of a mirror until its filters are removed without it. */
const graceMs = 5000;
/** The kernel lets go of an action a moment after its filters. */
const actionTries = 20;
const actionPauseMs = 50;

/** Mirrors by `tc` on this machine. One thing is done after the other; nothing but our own filters is touched. */
export class MirrorActor {
  readonly #options: MirrorActorOptions;
  readonly #run: RunProgram;
  readonly #active = new Map<string, Active>();
  /** The kernel goes on copying when nobody is left: these end it then. */
  readonly #wills = new Map<string, LastWill>();
  #journal: MirrorJournal = emptyJournal;
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: MirrorActorOptions) {
    this.#options = options;
    this.#run = options.run ?? ((command) => runProgram({ command, timeoutMs }));
  }

  /** Removes what an earlier run left behind; returns what could not be removed, as sentences. */
  removeLeftovers(): Promise<string[]> {
    return this.#queue(async () => {
      const { disk, folder } = this.#options;
      this.#journal = await readMirrorJournal(disk, folder);
      const problems: string[] = [];
      for (const { id } of this.#journal.mirrors) problems.push(...(await this.#remove(id)));
      return problems;
    });
  }

  /** The commands that would be run, one a line. Throws as `start` does. */
  plan(policy: MirrorPolicy, collectors: readonly string[] = []): Promise<string[]> {
    return this.#queue(async () => {
      const { commands } = await this.#prepare(policy, collectors);
      return commands.map((words) => words.join(' '));
    });
  }

  /** For a capture, which needs nothing of `tc` but must not take copies for packets. Throws as `start` does. */
  refuse(policy: MirrorPolicy): Promise<void> {
    return this.#queue(() => this.#refuse(policy));
  }

  /**
   * Begins to copy. Throws CONFLICT for loops and for interfaces that are taken, NOT_FOUND for those that are not there,
   * UNSUPPORTED with what `tc` or `ip` said; then nothing of it is left. `collectors` are those of other mirrors, on
   * whatever watcher: what goes there is a copy already.
   */
  start(id: string, policy: MirrorPolicy, collectors: readonly string[] = []): Promise<void> {
    return this.#queue(async () => {
      const { setup, commands, newQdiscs } = await this.#prepare(policy, collectors);
      await this.#write({
        version: 1,
        mirrors: [...this.#journal.mirrors, { id, ...setup, interfaces: [...setup.interfaces] }],
        qdiscs: [...new Set([...this.#journal.qdiscs, ...newQdiscs])],
      });
      const leaveWill = this.#options.leaveWill ?? leaveLastWill;
      this.#wills.set(id, await leaveWill(willCommands(setup), policy.durationMs + graceMs));
      for (const command of commands) {
        const result = await this.#run(command);
        if (result.exitCode === 0) continue;
        await this.#remove(id);
        throw new QwError('UNSUPPORTED', `${command.join(' ')}: ${saidBy(result)}`, {
          hint: 'run as root, or with CAP_NET_ADMIN; the kernel needs clsact, u32 and mirred',
        });
      }
      this.#active.set(id, policy);
    });
  }

  /** What was copied until now. */
  figures(id: string): Promise<MirrorFigures> {
    return this.#queue(() => this.#figures(id));
  }

  /** Ends a mirror; returns what it had copied, and what could not be removed. */
  stop(id: string): Promise<MirrorFigures & { problems: string[] }> {
    return this.#queue(async () => {
      const figures = await this.#figures(id);
      return { ...figures, problems: await this.#remove(id) };
    });
  }

  /** Whatever else is asked for meanwhile comes after. */
  #queue<Value>(step: () => Promise<Value>): Promise<Value> {
    const done = this.#work.then(step);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #refuse(policy: MirrorPolicy): Promise<void> {
    const active = [...this.#active.values()];
    const collectors = [policy, ...active].flatMap(({ collector }) =>
      collector.kind === 'device' ? [collector.device] : [],
    );
    const links = await readLinks(this.#run, [...policy.interfaces, ...collectors]);
    refuseLoops(policy, links, active);
  }

  async #prepare(
    policy: MirrorPolicy,
    collectors: readonly string[],
  ): Promise<{ setup: MirrorSetup; commands: Command[]; newQdiscs: string[] }> {
    await this.#refuse(policy);
    const taken = new Set(this.#journal.mirrors.map(({ slot }) => slot));
    const slot = Array.from({ length: maxSlots }, (_, place) => place).find((place) => !taken.has(place));
    if (slot === undefined)
      throw new QwError('CONFLICT', `${maxSlots} mirrors run here already, the most there may be`);
    const tunnel = policy.collector.kind === 'vxlan';
    const setup = { slot, interfaces: policy.interfaces, direction: policy.direction, tunnel };
    if (tunnel && (await readLinks(this.#run, [tunnelName(slot)])).size > 0)
      throw new QwError('CONFLICT', `there is a device ${tunnelName(slot)} already, and it is none of ours`);
    const newQdiscs: string[] = [];
    for (const device of policy.interfaces) {
      if (await this.#hasPlace(device)) await this.#refuseForeign(device, policy);
      else newQdiscs.push(device);
    }
    return { setup, commands: setUpCommands(policy, slot, newQdiscs, collectors), newQdiscs };
  }

  async #hasPlace(device: string): Promise<boolean> {
    const { output } = await this.#run(['tc', 'qdisc', 'show', 'dev', device]);
    return /^qdisc (clsact|ingress) /m.test(output);
  }

  /** Somebody else's filters under our numbers would be removed with ours. */
  async #refuseForeign(device: string, { direction }: MirrorPolicy): Promise<void> {
    for (const way of directionsOf(direction)) {
      for (const preference of Object.values(preferences)) {
        const words = ['tc', 'filter', 'show', 'dev', device, way, 'pref', String(preference)];
        if ((await this.#run(words)).output.trim() === '') continue;
        throw new QwError('CONFLICT', `somebody else has a filter with preference ${preference} on ${device}`, {
          hint: `look at tc filter show dev ${device} ${way}`,
        });
      }
    }
  }

  async #figures(id: string): Promise<MirrorFigures> {
    const slot = this.#journal.mirrors.find((one) => one.id === id)?.slot;
    if (slot === undefined) return { packets: 0, dropped: 0 };
    const words = ['tc', '-s', 'actions', 'get', 'action', 'mirred', 'index', actionIndex(slot)];
    const { output } = await this.#run(words);
    const [, packets = '0', , overlimits = '0'] =
      /Sent \d+ bytes (\d+) pkt \(dropped (\d+), overlimits (\d+)/.exec(output) ?? [];
    return { packets: Number(packets), dropped: Number(overlimits) };
  }

  async #remove(id: string): Promise<string[]> {
    const setup = this.#journal.mirrors.find((one) => one.id === id);
    if (!setup) return [];
    const problems: string[] = [];
    for (const command of removalCommands(setup)) {
      const problem = await this.#removeOne(command);
      if (problem !== undefined) problems.push(problem);
    }
    this.#active.delete(id);
    this.#wills.get(id)?.revoke();
    this.#wills.delete(id);
    const mirrors = this.#journal.mirrors.filter((one) => one.id !== id);
    const qdiscs: string[] = [];
    for (const device of this.#journal.qdiscs) {
      if (mirrors.some(({ interfaces }) => interfaces.includes(device))) qdiscs.push(device);
      else await this.#removePlace(device);
    }
    await this.#write({ version: 1, mirrors, qdiscs });
    return problems;
  }

  async #removeOne(command: Command): Promise<string | undefined> {
    for (let left = actionTries; ; left--) {
      const result = await this.#run(command);
      if (result.exitCode === 0 || isMissing(result)) return undefined;
      if (command[1] !== 'actions' || left === 0) return `${command.join(' ')}: ${saidBy(result)}`;
      await new Promise<void>((resolve) => void this.#options.clock.after(actionPauseMs, resolve));
    }
  }

  /** Filters that somebody else has put there meanwhile stay, and their place with them. */
  async #removePlace(device: string): Promise<void> {
    for (const way of directionsOf('both')) {
      const { exitCode, output } = await this.#run(['tc', 'filter', 'show', 'dev', device, way]);
      if (exitCode !== 0 || output.trim() !== '') return;
    }
    await this.#run(['tc', 'qdisc', 'del', 'dev', device, 'clsact']);
  }

  async #write(journal: MirrorJournal): Promise<void> {
    const { disk, folder } = this.#options;
    try {
      await writeMirrorJournal(disk, folder, journal);
    } catch (thrown) {
      throw new QwError('DATA_UNUSABLE', `what is set up for mirrors cannot be written down: ${messageOf(thrown)}`, {
        where: folder,
        cause: thrown,
      });
    }
    this.#journal = journal;
  }
}

function saidBy({ output, error, timedOut }: ProgramResult): string {
  if (timedOut) return `did not end in ${timeoutMs / 1000} s`;
  return error ?? output.trim().split('\n', 1)[0] ?? '';
}

/** As `tc` and `ip` say that something is not there: a filter, its place, an action, a device. */
function isMissing({ output }: ProgramResult): boolean {
  return /not found|No such file|Cannot find|does not exist|Parent Qdisc|Invalid handle/i.test(output);
}
