// The two commands that work straight after `git clone`, under any Node that npm runs on: `start` and `test`.
// Installs what is missing (once, with npm's own progress), builds the page when its sources changed, and then
// hands over to the pinned runtime in node_modules, never to the host's Node.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [what = 'start', ...rest] = process.argv.slice(2);
const runtime = join(root, 'node_modules/.bin/node');

function fingerprint(paths) {
  const hash = createHash('sha256');
  const visit = (path) => {
    if (!existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(join(path, name));
    } else {
      hash.update(path.slice(root.length)).update(readFileSync(path));
    }
  };
  for (const path of paths) visit(join(root, path));
  return hash.digest('hex');
}

/** Runs `make` unless the stamp says that it ran for the same inputs. */
function once(name, inputs, output, make) {
  const stamp = join(root, 'node_modules', `.quorumwatch-${name}`);
  const print = fingerprint(inputs);
  if (existsSync(join(root, output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === print) return;
  make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, print);
}

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['inherit', 2, 2] });
  if (done.status !== 0) {
    process.stderr.write(`error: ${command} ${args.join(' ')} failed (status ${done.status ?? done.signal})\n`);
    process.exit(done.status ?? 1);
  }
}

/** npm stamps node_modules after each install; a lock that is newer than the stamp means that something is missing. */
function installed() {
  const stamp = join(root, 'node_modules/.package-lock.json');
  return (
    existsSync(runtime) &&
    existsSync(stamp) &&
    statSync(stamp).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  );
}
if (!installed()) {
  process.stderr.write('Installing what is missing (once)…\n');
  run('npm', ['ci', '--no-audit', '--no-fund']);
}
once('page', ['web', 'src/model', 'package-lock.json'], 'build/web/index.html', () => {
  process.stderr.write('Building the page…\n');
  for (const config of ['web/vite.config.ts', 'web/verify.vite.config.ts']) {
    run(runtime, ['node_modules/vite/bin/vite.js', 'build', '--config', config, '--logLevel', 'warn']);
  }
});

const targets = {
  start: ['src/cli/main.ts', 'up', ...rest],
  test: ['node_modules/vitest/vitest.mjs', 'run', ...rest],
};
const target = targets[what];
if (!target) {
  process.stderr.write(`error: unknown command ${what} (expected ${Object.keys(targets).join(' or ')})\n`);
  process.exit(2);
}
const child = spawn(runtime, target, {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile') },
});
// A terminal's Ctrl-C reaches the child by itself; a signal sent to this process alone is passed on.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('exit', (status, signal) => process.exit(signal ? 1 : (status ?? 1)));
