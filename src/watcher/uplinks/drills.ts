import { drillRemoval, drillRules } from '../../act/index.ts';
import {
  messageOf,
  QwError,
  type DrillFigures,
  type EpochMs,
  type FailoverSettings,
  type Milliseconds,
  type UplinkDrill,
  type UplinkOpinion,
  type UplinkSettings,
} from '../../model/index.ts';
import { readSmallFile, replaceFile, type Clock, type Disk, type Log, type Timer } from '../../platform/index.ts';
import { leftBy, type UplinkMove } from './switch-record.ts';

export interface DrillParts {
  self: string;
  clock: Clock;
  disk: Disk;
  folder: string;
  log: Log;
  applyNft: (script: string) => Promise<void>;
  onFinished(drill: UplinkDrill): void;
  /** Tells the others before anything is failed: what they will see is no outage. */
  announce(drill: Pick<UplinkDrill, 'uplink' | 'by'>, endsAt: EpochMs): Promise<void>;
}

export interface DrillOrder {
  uplink: string;
  forMs: Milliseconds;
  by: string;
  uplinks: readonly UplinkSettings[];
  failover: FailoverSettings;
  /** What is thought of the uplinks now. */
  opinions: readonly UplinkOpinion[];
  /** What carries traffic now, best first. */
  serving: ReadonlyMap<4 | 6, readonly string[]>;
}

/** In the data folder while a drill runs. */
export const drillFile = 'uplink-drill.json';
const limitBytes = 100_000;

interface Running {
  drill: Omit<UplinkDrill, 'outcome' | 'text' | 'families'>;
  mode: FailoverSettings['mode'];
  startedMs: Milliseconds;
  /** The families in which it carried traffic: there another must take over. */
  carried: readonly (4 | 6)[];
  families: Map<4 | 6, DrillFigures>;
  timer: Timer;
}

/** Fails an uplink on purpose, one at a time, and measures what comes of it. */
export class Drills {
  readonly #parts: DrillParts;
  #running: Running | undefined;
  #starting = false;
  #ending: Promise<void> | undefined;

  constructor(parts: DrillParts) {
    this.#parts = parts;
  }

  /** Ends what an earlier run left in the middle. */
  async open(): Promise<void> {
    const { disk, folder, log } = this.#parts;
    const path = `${folder}/${drillFile}`;
    const bytes = await readSmallFile(disk, path, limitBytes);
    if (!bytes) return;
    await this.#parts.applyNft(drillRemoval());
    await disk.remove(path);
    try {
      const drill = JSON.parse(bytes.toString('utf8')) as Running['drill'];
      this.#parts.onFinished({
        ...drill,
        outcome: 'interrupted',
        text: 'the watcher ended in the middle',
        families: [],
      });
    } catch (thrown) {
      log.error('a drill that was cut off cannot be read', { path, problem: messageOf(thrown) });
    }
  }

  get running(): (Running['drill'] & { endsAt: number }) | undefined {
    const drill = this.#running?.drill;
    return drill && { ...drill, endsAt: drill.startedAt + drill.forMs };
  }

  /** Throws NOT_FOUND and CONFLICT, with the reason among the facts. */
  async start(order: DrillOrder): Promise<Running['drill'] & { endsAt: number }> {
    this.#refuse(order);
    this.#starting = true;
    try {
      await this.#fail(order);
    } finally {
      this.#starting = false;
    }
    const { running } = this;
    if (!running) throw new QwError('CONFLICT', 'the drill was ended at once');
    return running;
  }

  /** To be told of each opinion and each switch while it runs. */
  opinion({ uplink, family, state, sinceMs }: UplinkOpinion): void {
    const running = this.#running;
    if (!running || uplink !== running.drill.uplink || state !== 'dead') return;
    const known = running.families.get(family);
    if (known?.detectedAfterMs !== undefined) return;
    const detectedAfterMs = rounded(sinceMs - running.startedMs);
    running.families.set(family, { ...known, family, detectedAfterMs });
  }

  moved(move: UplinkMove): void {
    const running = this.#running;
    if (!running || !leftBy(running.mode, move).includes(running.drill.uplink)) return;
    const known = running.families.get(move.family);
    if (known?.switchedAfterMs !== undefined) return;
    const [to] = move.to;
    const switchedAfterMs = rounded(move.decidedMs + move.receipt.tookMs - running.startedMs);
    running.families.set(move.family, {
      ...known,
      family: move.family,
      ...(to !== undefined && { to }),
      switchedAfterMs,
    });
  }

  /** Ends a drill that is running: the watcher stops, or has another configuration. */
  async close(): Promise<void> {
    await this.#finish('the watcher stopped, or has another configuration');
  }

  #refuse({ uplink, uplinks, opinions, failover }: DrillOrder): void {
    const found = uplinks.find(({ name }) => name === uplink);
    if (!found) throw new QwError('NOT_FOUND', `there is no uplink ${JSON.stringify(uplink)}`);
    if (failover.act === 'off' || failover['dry-run']) {
      const why = failover.act === 'off' ? 'failover.act is off' : 'failover.dry-run is on';
      throw refusal('policy', `a drill would be an outage, since nothing is switched: ${why}`, 'let it act first');
    }
    if (failover.router) {
      const why = 'a drill needs the rules of this machine’s kernel, and the traffic goes through a router';
      throw refusal('policy', why, 'disable a route on the router by hand, or unplug an uplink');
    }
    if (this.#running || this.#starting || this.#ending)
      throw refusal('running', 'a drill is running already', 'wait until it ends');
    const stateOf = (name: string, family: number) =>
      opinions.find((one) => one.uplink === name && one.family === family)?.state;
    for (const family of [4, 6] as const) {
      if (stateOf(uplink, family) !== 'up') continue;
      if (uplinks.some(({ name }) => name !== uplink && stateOf(name, family) === 'up')) continue;
      const hint = 'see `quorumwatch uplink list`, and why the others are not up';
      throw refusal('no-other-uplink', `no other uplink is up for IPv${family}`, hint);
    }
    if (!opinions.some((one) => one.uplink === uplink && one.state === 'up')) {
      throw refusal('not-up', `${uplink} is not up, and cannot be failed`, 'wait until it is up');
    }
  }

  async #fail(order: DrillOrder): Promise<void> {
    const { clock, disk, folder, self, applyNft } = this.#parts;
    const { uplink, forMs, by, uplinks, failover, serving } = order;
    const startedAt = Math.round(clock.now());
    const drill = { id: `${self}/${startedAt}`, watcher: self, uplink, by, startedAt, forMs };
    await this.#parts.announce(drill, startedAt + forMs);
    await disk.makeDirectory(folder);
    await replaceFile(disk, folder, drillFile, Buffer.from(JSON.stringify(drill)));
    const share = failover.mode === 'failover' ? 1 : Infinity;
    const carried = [...serving].flatMap(([family, names]) => (names.slice(0, share).includes(uplink) ? family : []));
    const timer = clock.after(forMs, () => void this.#finish());
    // From before the rules are there: what is measured is never shorter than it was.
    const startedMs = clock.monotonic();
    this.#running = { drill, mode: failover.mode, startedMs, carried, families: new Map(), timer };
    try {
      await applyNft(drillRules(uplinks, failover, uplink, forMs));
    } catch (thrown) {
      timer.cancel();
      this.#running = undefined;
      await disk.remove(`${folder}/${drillFile}`);
      throw thrown;
    }
  }

  #finish(interruptedBy?: string): Promise<void> {
    const running = this.#running;
    if (running) {
      this.#running = undefined;
      running.timer.cancel();
      this.#ending = this.#end(running, interruptedBy).finally(() => (this.#ending = undefined));
    }
    return this.#ending ?? Promise.resolve();
  }

  async #end(running: Running, interruptedBy: string | undefined): Promise<void> {
    const { applyNft, disk, folder, log } = this.#parts;
    try {
      await applyNft(drillRemoval());
    } catch (thrown) {
      log.error('the rules of a drill cannot be removed; the kernel ends them itself', { problem: messageOf(thrown) });
    }
    // Told before it is forgotten: after a crash in between it is told twice, and the ledger takes it once.
    this.#parts.onFinished({ ...running.drill, ...judged(running, interruptedBy) });
    try {
      await disk.remove(`${folder}/${drillFile}`);
    } catch (thrown) {
      log.error('the note of a drill cannot be removed', { problem: messageOf(thrown) });
    }
  }
}

function judged(
  { carried, families, drill }: Running,
  interruptedBy: string | undefined,
): Pick<UplinkDrill, 'outcome' | 'text' | 'families'> {
  const figures = [...families.values()];
  if (interruptedBy !== undefined) return { outcome: 'interrupted', text: interruptedBy, families: figures };
  const missed = carried.filter((family) => families.get(family)?.switchedAfterMs === undefined);
  if (figures.length === 0) {
    return { outcome: 'failed', text: `nobody noticed that ${drill.uplink} was failed`, families: figures };
  }
  if (missed.length > 0) {
    const which = missed.map((family) => `IPv${family}`).join(' and ');
    return { outcome: 'failed', text: `nothing took over for ${which}`, families: figures };
  }
  const taken = figures.filter(({ switchedAfterMs }) => switchedAfterMs !== undefined);
  const texts = taken.map(({ family, to, switchedAfterMs = 0 }) => {
    return `${to ?? 'nothing'} took over for IPv${family} after ${Math.round(switchedAfterMs)} ms`;
  });
  const text = texts.length > 0 ? texts.join(', ') : `${drill.uplink} was found dead; it carried no traffic`;
  return { outcome: 'passed', text, families: figures };
}

function refusal(reason: string, message: string, hint: string): QwError {
  return new QwError('CONFLICT', message, { hint, facts: { reason } });
}

function rounded(ms: Milliseconds): Milliseconds {
  return Math.round(Math.max(0, ms) * 1000) / 1000;
}
