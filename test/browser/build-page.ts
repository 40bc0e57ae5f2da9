import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import type { TestProject } from 'vitest/node';
import { pictures, present, root } from './browsing.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the page and its verifier, built from these sources. */
    builtPage: string;
  }
}

/** Builds the page once for all tests in the browser, beside the build that a running watcher may be serving. */
export default async function buildPage(project: TestProject): Promise<(() => void) | undefined> {
  if (!present) return undefined;
  mkdirSync(pictures, { recursive: true });
  const outDir = mkdtempSync(join(tmpdir(), 'qw-page-'));
  for (const [config, emptyOutDir] of [
    ['web/vite.config.ts', true],
    ['web/verify.vite.config.ts', false],
  ] as const) {
    await build({ configFile: root(config), logLevel: 'error', build: { outDir, emptyOutDir } });
  }
  project.provide('builtPage', outDir);
  return () => rmSync(outDir, { recursive: true, force: true });
}
