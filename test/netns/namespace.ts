import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';

/** Why network namespaces cannot be made here; undefined if they can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root: run the tests with sudo';
  if (spawnSync('ip', ['-V']).status !== 0) return 'iproute2 is missing: apt-get install iproute2';
  return undefined;
}

let made = 0;

/** A network namespace with loopback up; `close` removes it. */
export class Namespace {
  readonly name = `qw-test-${process.pid}-${made++}`;

  constructor() {
    ip('netns', 'add', this.name);
    this.ip('link', 'set', 'lo', 'up');
  }

  ip(...args: string[]): void {
    ip('-n', this.name, ...args);
  }

  sysctl(setting: string): void {
    ip('netns', 'exec', this.name, 'sysctl', '-qw', setting);
  }

  /** Runs a TypeScript file and reads its output as JSON; `prefix` wraps the command, for example to change the user. */
  run(file: string, args: readonly string[], prefix: readonly string[] = []): Promise<unknown> {
    const command = ['netns', 'exec', this.name, ...prefix, process.execPath, file, ...args];
    return new Promise((resolve, reject) => {
      execFile('ip', command, (error, stdout, stderr) => {
        if (error) reject(new Error(`${file} ${args.join(' ')}: ${stderr}`));
        else resolve(JSON.parse(stdout));
      });
    });
  }

  /** Starts a TypeScript file that goes on running, and waits for its first output. */
  async start(file: string, args: readonly string[]): Promise<ChildProcess> {
    const child = spawn('ip', ['netns', 'exec', this.name, process.execPath, file, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('exit', reject);
    });
    return child;
  }

  close(): void {
    spawnSync('ip', ['netns', 'delete', this.name]);
  }
}

function ip(...args: string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
}
