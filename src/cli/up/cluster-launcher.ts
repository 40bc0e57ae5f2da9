import { join } from 'node:path';
import { formatInstant, messageOf, QwError, type ApiDemonstration } from '../../model/index.ts';
import { systemClock, type Log } from '../../platform/index.ts';
import type { DemonstrationOrder } from '../../watcher/index.ts';
import { Client } from '../client.ts';
import { Output } from '../output.ts';
import { version } from '../version.ts';
import { givenConfiguration } from './configuration.ts';
import { ForwardedLog } from './forwarded-log.ts';
import { writeLaunchFile, type LaunchFile } from './launch-file.ts';
import type { FromWatcher, ReadyWatcher } from './messages.ts';
import type { UpOptions } from './options.ts';
import { removeRunFile, writeRunFile } from './run-file.ts';
import { WatcherChild } from './watcher-child.ts';

/** What the watchers of one machine are launched with. */
export interface LauncherOptions {
  up: UpOptions;
  /** The folder that has the folders of all. */
  data: string;
  file: LaunchFile;
  log: Log;
  /** What each runs: this program. */
  program: string;
}

/** Starts, restarts and stops the watchers of one machine, and does to them what the demonstration orders. */
export class ClusterLauncher {
  readonly #options: UpOptions;
  readonly #data: string;
  readonly #file: LaunchFile;
  readonly #log: Log;
  readonly #output: Output;
  readonly #children: WatcherChild[];
  readonly #faults = new Map<string, ApiDemonstration['faults'][number]['fault']>();
  #announced = false;
  #resolveReady: () => void = () => undefined;
  #rejectReady: (problem: QwError) => void = () => undefined;

  constructor({ up: options, data, file, log, program }: LauncherOptions) {
    this.#options = options;
    this.#data = data;
    this.#file = file;
    this.#log = log;
    this.#output = new Output(options.json ?? false);
    this.#children = file.watchers.map(({ id, dir, listen }, index) => {
      const forwarded = new ForwardedLog(id, options.json ?? false);
      const args = ['up', '--data', join(data, dir), '--listen', listen, '--log', options.log];
      return new WatcherChild({
        id,
        program,
        args: [...args, ...(options.json ? ['--json'] : []), ...(options.insecure ? ['--insecure'] : [])],
        onMessage: (message) => this.#onMessage(index, message),
        onLine: (line) => forwarded.write(line),
        onEnd: (code, signal) => this.#onEnd(index, code, signal),
      });
    });
  }

  /** Resolves when all are ready; rejects when one ends before. */
  async start(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#resolveReady = resolve;
      this.#rejectReady = reject;
    });
    for (const child of this.#children) child.start();
    await ready;
    await this.#announce();
    await this.#applyNewer();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop()));
    await removeRunFile(this.#data);
  }

  #onMessage(index: number, message: FromWatcher): void {
    if (message.type === 'order') this.#onOrder(index, message);
    else if (message.type === 'ready') {
      this.#tellFaults();
      if (this.#announced) void this.#announceAgain(index);
      else if (this.#children.every(({ ready }) => ready)) this.#resolveReady();
    } else if (index === 0 && this.#announced) this.#output.emit({ event: message.event.kind, ...message.event });
  }

  #onEnd(index: number, code: number | null, signal: string | null): void {
    const child = this.#children[index];
    if (!child) return;
    const how = signal ?? `exit code ${code}`;
    if (!this.#announced) {
      this.#rejectReady(
        new QwError('UNREACHABLE', `${child.id} ended before it was ready (${how})`, {
          hint: 'see what it wrote above',
        }),
      );
      return;
    }
    // What was done to the process went with it.
    if (this.#faults.get(child.id) === 'stop') this.#faults.delete(child.id);
    const againMs = child.startAgain();
    this.#log.warning(`${child.id} ended and is started again`, { how, inMs: againMs });
    this.#tellFaults();
  }

  #onOrder(index: number, { order, watcher, fault }: Extract<FromWatcher, { type: 'order' }>): void {
    const asking = this.#children[index];
    const target = this.#children.find(({ id }) => id === watcher);
    if (!target) {
      const names = this.#children.map(({ id }) => id).join(', ');
      const text = `there is no watcher ${watcher}: there are ${names}`;
      asking?.send({ type: 'answer', order, problem: { code: 'NOT_FOUND', text } });
    } else if (!target.running) {
      const text = `${watcher} does not run at present; it is being started again`;
      asking?.send({ type: 'answer', order, problem: { code: 'CONFLICT', text } });
    } else {
      this.#carryOut(target, fault);
      asking?.send({ type: 'answer', order });
    }
  }

  #carryOut(target: WatcherChild, fault: DemonstrationOrder): void {
    this.#log.warning(`demonstration: ${target.id}`, { order: fault });
    if (fault === 'heal') this.#faults.delete(target.id);
    else this.#faults.set(target.id, fault);
    // Before it stands still it hears of nothing else that is done to it.
    this.#tellFaults();
    target.suspend(fault === 'stop');
  }

  #tellFaults(): void {
    const faults = [...this.#faults].map(([watcher, fault]) => ({ watcher, fault }));
    for (const child of this.#children) child.send({ type: 'faults', faults });
  }

  async #announce(): Promise<void> {
    this.#announced = true;
    const watchers = this.#children.flatMap(({ ready }) => ready ?? []);
    const [first] = watchers;
    if (!first) return;
    const tokenFile = await this.#writeRunFile(first);
    await this.#remember(watchers);
    const [output, time] = [this.#output, formatInstant(systemClock.now())];
    output.emit({
      event: 'ready',
      time,
      url: first.url,
      page: first.page,
      tokenFile,
      watchers: watchers.map(({ id, url, pid }) => ({ id, url, pid })),
    });
    if (output.json) return;
    const list = watchers.map(({ id, url }) => `  ${id}  ${url}`).join('\n');
    output.say(
      `\n  Quorumwatch ${version}, ${watchers.length} watchers on this machine\n\n${list}\n\n  Open  ${first.page}\n\n  Try   quorumwatch demo lie ${watchers.at(-1)?.id} --data ${this.#data}\n  Stop with Ctrl-C. Verdicts here: quorumwatch status --data ${this.#data}\n`,
    );
  }

  /** Its token is new in each life. */
  async #announceAgain(index: number): Promise<void> {
    const ready = this.#children[index]?.ready;
    if (!ready) return;
    this.#log.info(`${ready.id} is ready again`, { url: ready.url, page: ready.page });
    if (index === 0) await this.#writeRunFile(ready).catch((thrown: unknown) => this.#log.warning(messageOf(thrown)));
  }

  async #writeRunFile({ url, page }: ReadyWatcher): Promise<string> {
    return (await writeRunFile(this.#data, { url }, page.replace(/^.*#token=/, ''))).tokenFile;
  }

  async #remember(watchers: readonly ReadyWatcher[]): Promise<void> {
    for (const [index, { url }] of watchers.entries()) {
      const known = this.#file.watchers[index];
      if (known) known.listen = new URL(url).host;
    }
    await writeLaunchFile(this.#data, this.#file);
  }

  /** A configuration file with another text than the last time is put in force, as by a watcher that runs alone. */
  async #applyNewer(): Promise<void> {
    const given = await givenConfiguration(this.#options);
    const hash = given?.configuration.source.fileHash;
    if (!given || hash === this.#file.configurationHash) return;
    const client = await Client.open({ data: this.#data });
    await client.put('/configuration', { yaml: given.yaml });
    this.#file.configurationHash = hash;
    await writeLaunchFile(this.#data, this.#file);
    this.#log.info('configuration put in force', { from: given.configuration.file });
  }
}
