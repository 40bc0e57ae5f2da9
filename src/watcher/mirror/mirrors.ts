import { MirrorActor } from '../../act/index.ts';
import type { VerdictMachine } from '../../agree/index.ts';
import {
  messageOf,
  mirrorRules,
  mirrorState,
  QwError,
  type EpochMs,
  type Milliseconds,
  type Mirror,
  type MirrorEnd,
  type MirrorEnding,
  type MirrorFile,
} from '../../model/index.ts';
import { startCapture, type RunningCapture } from '../../observe/index.ts';
import type { Clock, Disk, Log } from '../../platform/index.ts';
import type { Proposer } from '../proposer.ts';
import { CapturedFiles } from './captured-files.ts';
import { OverdueFiles } from './overdue-files.ts';

type Actor = Pick<MirrorActor, 'plan' | 'refuse' | 'start' | 'stop' | 'figures' | 'removeLeftovers'>;

export interface MirrorsOptions {
  self: string;
  /** The data folder. */
  directory: string;
  version: string;
  clock: Clock;
  disk: Disk;
  log: Log;
  machine: Pick<VerdictMachine, 'view'>;
  propose: Proposer['propose'];
  /** Tests hand in another. */
  actor?: Actor;
  /** Without a text there is none any more. */
  onProblem: (problem: string | undefined) => void;
}

/** What runs here, and what came of it if it has ended. */
interface Running {
  endsAt: EpochMs;
  /** The same by the clock that nobody sets. */
  endsAtMs: Milliseconds;
  /** Packets are being copied. */
  begun: boolean;
  capture?: RunningCapture;
  /** Resolves when nothing is copied any more, with what came of it. */
  ending?: Promise<MirrorEnd>;
  /** Its files are complete. */
  over?: boolean;
}

/** Of what the ledger takes. */
const longestText = 1000;
const nothing = { packets: 0, dropped: 0, overwritten: 0, files: [] as readonly MirrorFile[] };

/**
 * Carries out the mirrors that name this watcher, by what the ledger says and nothing else: begins what two people wanted,
 * ends it in time, shreds what it captured. Each of these is in the ledger before or with it.
 */
export class Mirrors {
  readonly actor: Actor;
  readonly files: CapturedFiles;
  readonly #overdue: OverdueFiles;
  readonly #options: MirrorsOptions;
  readonly #running = new Map<string, Running>();
  #looking: Promise<void> | undefined;
  #cleaned = false;
  #stopping = false;

  constructor(options: MirrorsOptions) {
    this.#options = options;
    const { disk, directory, clock } = options;
    this.actor = options.actor ?? new MirrorActor({ disk, folder: directory, clock });
    this.files = new CapturedFiles(disk, directory);
    this.#overdue = new OverdueFiles(this.files);
  }

  /** To be called about every second, and when a mirror has changed. */
  look(): void {
    this.#endInTime();
    this.#shredInTime();
    if (this.#looking || this.#stopping) return;
    this.#looking = this.#step()
      .then(() => this.#options.onProblem(undefined))
      .catch((problem: unknown) => this.#options.onProblem(`mirrors: ${messageOf(problem)}`))
      .finally(() => {
        this.#looking = undefined;
      });
  }

  /** Ends what runs, and says so. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#looking;
    for (const [id, running] of this.#running) this.#end(id, running, 'stopped', 'The watcher was stopped.');
    for (const [id, { ending }] of this.#running) {
      try {
        if (ending) await this.#tell(id, await ending);
      } catch (problem) {
        this.#options.log.warning('the end of a mirror could not be recorded', {
          mirror: id,
          problem: messageOf(problem),
        });
      }
    }
  }

  /** Of one that runs here. */
  async figures(id: string): Promise<{ packets: number; dropped: number; overwritten: number } | undefined> {
    const running = this.#running.get(id);
    if (!running || running.ending) return undefined;
    const { packets, dropped, overwritten } = running.capture?.figures() ?? {
      ...(await this.actor.figures(id)),
      overwritten: 0,
    };
    return { packets, dropped, overwritten };
  }

  /** Files that are complete, of one that runs or has ended. */
  filesOf(mirror: Mirror): readonly MirrorFile[] {
    return mirror.ended?.files ?? this.#running.get(mirror.id)?.capture?.figures().files ?? [];
  }

  /** What would be done for a policy, as lines; throws what would refuse it here. */
  async plan(policy: Mirror['policy']): Promise<string[]> {
    const { collector, interfaces, direction } = policy;
    if (collector.kind !== 'ring') return this.actor.plan(policy, this.#collectors());
    await this.actor.refuse(policy);
    const rules = mirrorRules(policy).length;
    return [
      `packet socket on each of ${interfaces.join(', ')}: ${direction}, ${rules} rules, ${collector.snapBytes} bytes of each packet`,
      `files below ${this.files.directoryOf('ID')}, ${collector.sizeBytes} bytes together`,
    ];
  }

  /** Where tunnels of mirrors lead that are under way anywhere in the cluster, and of those that may begin any moment. */
  #collectors(): string[] {
    const { clock, machine } = this.#options;
    const now = clock.now();
    const underWay = machine
      .view(now)
      .mirrors.filter((mirror) => ['approved', 'running'].includes(mirrorState(mirror, now)));
    return underWay.flatMap(({ policy: { collector } }) => (collector.kind === 'vxlan' ? [collector.address] : []));
  }

  async #step(): Promise<void> {
    await this.#clean();
    const { clock, machine, self } = this.#options;
    const view = machine.view(clock.now());
    const problems: unknown[] = [];
    for (const mirror of view.mirrors) {
      if (mirror.policy.watcher !== self || this.#stopping) continue;
      // One that cannot go on holds up no other.
      await this.#stepOne(mirror, view.configuration?.mirrors !== undefined).catch((problem: unknown) => {
        problems.push(problem);
      });
    }
    if (problems.length > 0) throw problems[0];
  }

  async #stepOne(mirror: Mirror, isOn: boolean): Promise<void> {
    const now = this.#options.clock.now();
    const state = mirrorState(mirror, now);
    if (state === 'approved' && isOn) await this.#begin(mirror);
    else if (state === 'running') await this.#follow(mirror);
    else if (state === 'ended' && mirror.ended && mirror.ended.files.length > 0 && now >= mirror.ended.shredAt)
      await this.#shred(mirror, mirror.ended.files);
  }

  /** Once: what an earlier run left in the kernel and on the disk, and files that no mirror in the ledger stands for any more. */
  async #clean(): Promise<void> {
    if (this.#cleaned) return;
    const { log, machine, clock, self } = this.#options;
    for (const problem of await this.actor.removeLeftovers())
      log.warning('something of an earlier mirror is left', { problem });
    const { mirrors, nextPosition } = machine.view(clock.now());
    const known = new Set(mirrors.flatMap(({ id, shredded }) => (shredded ? [] : [id])));
    for (const id of await this.files.mirrors()) {
      // A ledger that has not come so far yet may tell of it later.
      if (!known.has(id) && Number(id) < nextPosition) await this.files.shred(id);
    }
    for (const { id, policy, began, ended } of mirrors)
      if (began && !ended && policy.watcher === self) await this.#adopt(id);
    this.#cleaned = true;
  }

  /** First the entry, then the first packet. */
  async #begin({ id, policy, approved }: Mirror): Promise<void> {
    const { self, propose, disk, version } = this.#options;
    if (!approved) return;
    await propose({ kind: 'mirror-begin', mirror: id, watcher: self });
    const { clock } = this.#options;
    const endsAtMs = clock.monotonic() + approved.endsAt - clock.now();
    const running: Running = { endsAt: approved.endsAt, endsAtMs, begun: false };
    this.#running.set(id, running);
    try {
      // The members may have taken long to agree.
      if (clock.now() >= approved.endsAt) throw new QwError('CONFLICT', 'its time was over before it began');
      if (policy.collector.kind === 'ring') {
        await this.actor.refuse(policy);
        running.capture = await startCapture(disk, {
          interfaces: policy.interfaces,
          rules: mirrorRules(policy),
          direction: policy.direction,
          snapBytes: policy.collector.snapBytes,
          sizeBytes: policy.collector.sizeBytes,
          directory: this.files.directoryOf(id),
          application: `quorumwatch ${version}`,
          comment: `mirror ${id} by ${self}; for ${policy.purpose}; policy ${JSON.stringify(policy)}`,
          endsAt: approved.endsAt,
        });
      } else await this.actor.start(id, policy, this.#collectors());
      running.begun = true;
    } catch (thrown) {
      const hint = thrown instanceof QwError && thrown.hint !== '' ? ` (${thrown.hint})` : '';
      const end: MirrorEnd = { ...nothing, why: 'failed', text: `${messageOf(thrown)}${hint}`.slice(0, longestText) };
      running.ending = Promise.resolve(end);
      await this.#tell(id, end);
    }
  }

  async #follow({ id }: Mirror): Promise<void> {
    const running = this.#running.get(id) ?? (await this.#adopt(id));
    if (running.capture) await this.#noticeEnd(id, running, running.capture);
    if (running.ending) await this.#tell(id, await running.ending);
  }

  /** What ran before this watcher was started again: it is over, and its files are completed. */
  async #adopt(id: string): Promise<Running> {
    const files = await this.files.leftovers(id);
    const packets = files.reduce((sum, file) => sum + file.packets, 0);
    const end: MirrorEnd = { ...nothing, why: 'restarted', text: 'The watcher was started again.', packets, files };
    const adopted = { endsAt: 0, endsAtMs: 0, begun: false, ending: Promise.resolve(end), over: true };
    this.#running.set(id, adopted);
    return adopted;
  }

  /** By this watcher's own clocks and what it knows of the ledger: that others are not reached delays no end. */
  #endInTime(): void {
    const { clock, machine } = this.#options;
    const now = clock.now();
    const view = machine.view(now);
    const wanted = new Map(view.mirrors.map((mirror) => [mirror.id, mirror]));
    for (const [id, running] of this.#running) {
      const stopped = wanted.get(id)?.stopped;
      if (!running.begun) continue;
      if (stopped) this.#end(id, running, 'stopped', `${stopped.by} has stopped it.`);
      else if (!view.configuration?.mirrors) this.#end(id, running, 'stopped', 'Packet mirroring was switched off.');
      else if (now >= running.endsAt || clock.monotonic() >= running.endsAtMs)
        this.#end(id, running, 'time', 'Its time is over.');
    }
  }

  #shredInTime(): void {
    const { clock, machine, self } = this.#options;
    const now = clock.now();
    const own = machine.view(now).mirrors.filter(({ policy }) => policy.watcher === self);
    this.#overdue.look(own, now, ({ id, ended }) => !ended && this.#running.get(id)?.over !== true);
  }

  /** A capture may end by itself: its interface is gone, the disk is full. */
  async #noticeEnd(id: string, running: Running, capture: RunningCapture): Promise<void> {
    const ended = await Promise.race([capture.ended, Promise.resolve(undefined)]);
    if (ended) this.#end(id, running, ended.why, ended.text);
  }

  #end(id: string, running: Running, why: MirrorEnding, text: string): void {
    const ending = () =>
      running.capture ? this.#endCapture(running.capture, why, text) : this.#endTraffic(id, why, text);
    // Nobody may be waiting for it yet.
    running.ending ??= ending().catch((thrown: unknown) => ({
      ...nothing,
      why: 'failed',
      text: messageOf(thrown).slice(0, longestText),
    }));
    void running.ending.then(() => {
      running.over = true;
    });
  }

  async #endCapture(capture: RunningCapture, why: MirrorEnding, text: string): Promise<MirrorEnd> {
    capture.stop();
    const ended = await capture.ended;
    const { packets, dropped, overwritten, files } = ended;
    const isWrong = ended.why === 'failed';
    return { why: isWrong ? 'failed' : why, text: isWrong ? ended.text : text, packets, dropped, overwritten, files };
  }

  async #endTraffic(id: string, why: MirrorEnding, text: string): Promise<MirrorEnd> {
    const { packets, dropped, problems } = await this.actor.stop(id);
    const left = problems.length > 0 ? ` Left behind: ${problems.join('; ')}` : '';
    return { ...nothing, why, text: `${text}${left}`.slice(0, longestText), packets, dropped };
  }

  /** Tried again at the next look when it fails. */
  async #tell(id: string, end: MirrorEnd): Promise<void> {
    const { self, propose } = this.#options;
    await propose({ kind: 'mirror-end', mirror: id, watcher: self, end });
    this.#running.delete(id);
  }

  async #shred({ id }: Mirror, files: readonly MirrorFile[]): Promise<void> {
    const { self, propose, log } = this.#options;
    const problems = await this.#overdue.shred(id);
    for (const problem of problems) log.warning('captured packets could not be shredded', { mirror: id, problem });
    const text =
      problems.length > 0 ? problems.join('; ').slice(0, longestText) : 'Overwritten with noise and removed.';
    await propose({ kind: 'mirror-shred', mirror: id, watcher: self, files, text });
    this.#overdue.forget(id);
  }
}
