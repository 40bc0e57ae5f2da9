#!/usr/bin/env node
// The command: the compiled program in an installed package, the sources in a checkout.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src/cli/main.ts');
const runtime = join(root, 'node_modules/.bin/node');
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  module.enableCompileCache?.();
  await import(existsSync(source) ? '../src/cli/main.ts' : '../dist/cli/main.js');
} else if (existsSync(runtime)) {
  const done = spawnSync(runtime, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = done.status ?? 1;
} else {
  process.stderr.write(`error: Node.js ${process.versions.node} is too old (needed: 24 or newer)\n`);
  process.stderr.write('hint: install Node.js 24, or in a checkout run `npm ci`, which brings its own\n');
  process.exitCode = 2;
}
