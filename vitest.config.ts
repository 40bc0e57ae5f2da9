import { defineConfig } from 'vitest/config';

/** What commands say is compared in English, whatever the language of this machine is. */
const english = { QW_LANGUAGE: 'en' };

const oneAtATime = {
  fileParallelism: false,
  env: english,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Processes, kernels and browsers that share a busy machine keep no promise of time: there, a second try is allowed, and
  // the report names each test that needed it.
  retry: process.env['CI'] === undefined ? 0 : 1,
} as const;

/**
 * Three projects: unit tests lie beside what they test and share one module graph, since they hold no global state; system
 * tests start processes and namespaces, those of the browser a page that is built once; both run one file at a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        // As web/vite.config.ts has it.
        resolve: {
          alias: [{ find: /^quorumwatch\/text\//, replacement: `${import.meta.dirname}/src/model/text/` }],
        },
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'web/src/**/*.test.{ts,tsx}'],
          isolate: false,
          env: english,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**'],
          ...oneAtATime,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/build-page.ts'],
          ...oneAtATime,
        },
      },
    ],
  },
});
