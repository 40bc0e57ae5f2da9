import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedFolder } from './shared.ts';

let labs = 0;

/** The office with two ISPs in network namespaces; every address exists only in there. */
export class Lab {
  readonly prefix: string;
  readonly #run: string;
  readonly #script = join(sharedFolder, 'netlab/lab.sh');

  constructor() {
    this.prefix = `qw${process.pid.toString(36)}${labs === 0 ? '' : labs}`;
    labs += 1;
    this.#run = mkdtempSync(join(tmpdir(), 'qw-lab-'));
    // Daemons that give up root, such as FRR's, must be able to enter.
    chmodSync(this.#run, 0o755);
  }

  up(): void {
    this.#do('up');
  }

  down(): void {
    this.#do('down');
    rmSync(this.#run, { recursive: true, force: true });
  }

  fault(isp: 'isp1' | 'isp2', ...kind: string[]): void {
    this.#do('fault', isp, ...kind);
  }

  clear(): void {
    this.#do('clear');
  }

  /** The namespace of a host: pc, nas, guest, rtr, isp1, isp2, net. */
  namespace(host: string): string {
    return `${this.prefix}-${host}`;
  }

  /** For scripts that are run beside it. */
  get environment(): NodeJS.ProcessEnv {
    // The services inside must come from this Node too, not from an older one in the path.
    const path = `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}`;
    return { ...process.env, PATH: path, QWLAB: this.prefix, QW_RUN: this.#run };
  }

  #do(...args: string[]): void {
    const env = this.environment;
    const done = spawnSync('bash', [this.#script, ...args], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (done.status !== 0) throw new Error(`lab ${args.join(' ')}: ${done.stderr}`);
  }
}
