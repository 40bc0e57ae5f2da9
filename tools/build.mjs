// Builds what is published: `dist/` from the sources, and the page into `dist/web`. Development needs neither.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const runtime = join(root, 'node_modules/.bin/node');

function run(script, args) {
  const done = spawnSync(runtime, [join(root, 'node_modules', script), ...args], { cwd: root, stdio: 'inherit' });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
run('typescript/bin/tsc', ['-p', 'tsconfig.build.json']);
for (const config of ['web/vite.config.ts', 'web/verify.vite.config.ts']) {
  run('vite/bin/vite.js', ['build', '--config', config, '--logLevel', 'warn']);
}
cpSync(join(root, 'build/web'), join(root, 'dist/web'), { recursive: true });
