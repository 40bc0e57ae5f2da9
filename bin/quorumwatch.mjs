#!/usr/bin/env node
// The command: the compiled program in an installed package, the sources in a checkout.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src/cli/main.ts');
const runtime = join(root, 'node_modules/.bin/node');
const major = Number(process.versions.node.split('.')[0]);

/** A watcher has started by then. */
const startedMs = 5000;

if (major >= 24) {
  module.enableCompileCache?.();
  if (process.argv[2] === 'up') setTimeout(forgetStart, startedMs).unref();
  await import(existsSync(source) ? '../src/cli/main.ts' : '../dist/cli/main.js');
} else if (existsSync(runtime)) {
  const done = spawnSync(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = done.status ?? 1;
} else {
  process.stderr.write(`error: Node.js ${process.versions.node} is too old (needed: 24 or newer)\n`);
  process.stderr.write('hint: install Node.js 24, or in a checkout run `npm ci`, which brings its own\n');
  process.exitCode = 2;
}

/**
 * What a start allocates makes V8's young generation 16 times as large as a small watcher ever needs, and so it would
 * stay for months. One full collection gives that back; what the work asks for afterwards grows as always.
 */
function forgetStart() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
