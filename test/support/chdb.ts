import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The engine of ClickHouse 26.9, as a package of Python: 300 MB to fetch, 900 MB on disk. */
const chdb = 'chdb==4.4.0';
const packages = join(tmpdir(), `qw-${chdb.replaceAll(/[^\w.]/g, '-')}`);
const mayFetch = process.env['CI'] !== undefined || process.env['QW_CHDB'] !== undefined;

/** Why the present ClickHouse cannot be tried here; undefined when it can, once it is fetched. */
export function chdbMissing(): string | undefined {
  if (existsSync(packages)) return undefined;
  if (!mayFetch) return `${chdb} is not there, and 300 MB are fetched only when asked for: QW_CHDB=1 npm test`;
  try {
    fetchPackages();
    return undefined;
  } catch (problem) {
    return `${chdb} could not be installed: ${String(problem).split('\n')[0]?.slice(0, 300)}`;
  }
}

/** Under its name only when it is whole. */
function fetchPackages(): void {
  const into = mkdtempSync(join(tmpdir(), 'qw-chdb-'));
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', into, chdb];
  try {
    execFileSync('python3', pip, { timeout: 240_000, stdio: 'pipe' });
    renameSync(into, packages);
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

/** A server of it on loopback, in a folder of its own. */
export class ChdbServer {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  static async start(): Promise<ChdbServer> {
    const folder = mkdtempSync(join(tmpdir(), 'qw-chdb-data-'));
    mkdirSync(join(folder, 'data'));
    const child = spawn('python3', [join(import.meta.dirname, 'chdb-server.py'), folder], {
      env: { ...process.env, PYTHONPATH: packages },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await new Promise<string>((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`chdb ended with ${code}`)));
      createInterface({ input: child.stdout }).once('line', resolve);
    });
    return new ChdbServer(`http://127.0.0.1:${port}`, child, folder);
  }

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  async stop(): Promise<void> {
    const exit = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await exit;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
