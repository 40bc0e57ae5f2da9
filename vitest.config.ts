import { defineConfig } from 'vitest/config';

/** What commands say is compared in English, whatever the language of this machine is. */
const english = { QW_LANGUAGE: 'en' };

/**
 * Two projects: unit tests lie beside what they test and share one module graph, since they hold no global state;
 * system tests start processes, namespaces or browsers and run one file at a time.
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
          fileParallelism: false,
          env: english,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
