import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { OidcSettings } from '../../src/model/index.ts';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { reserve } from '../../src/server/index.ts';
import { readConfigurationText, startWatcher, type Watcher } from '../../src/watcher/index.ts';

/** A watcher in the process of the test, with its real server, its real headers, and the page built from the sources. */
export interface RealWatcher {
  url: string;
  /** An admin's. */
  token: string;
  watcher: Watcher;
  /** Asks the API as an admin. */
  call: (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;
  close: () => Promise<void>;
}

export interface RealOptions {
  configuration: string;
  /** Where the configuration is said to come from, and what version it is. */
  said?: string;
  oidc?: Omit<OidcSettings, 'issuer'> & { issuer: string };
}

export async function startReal({ configuration, said = 'test', oidc }: RealOptions): Promise<RealWatcher> {
  const folder = mkdtempSync(join(tmpdir(), 'qw-real-'));
  // The verifier comes with it, and has a policy of its own.
  const pageFolder = inject('builtPage');
  const { document } = await readConfigurationText({ yaml: configuration, file: 'configuration' });
  const server = await reserve({ listen: '127.0.0.1:0', insecure: false });
  const common = { clock: systemClock, log: silentLog, version: said };
  const watcher = await startWatcher({
    ...common,
    directory: join(folder, 'data'),
    hostName: 'test',
    uptimeMs: () => 0,
    random: Math.random,
    pageUrl: server.url,
    configuration: { document, file: said, source: { kind: 'file' } },
    firstConfiguration: () => Promise.resolve(undefined),
  });
  const token = watcher.accounts.tokens.createPassing('page', 'admin');
  server.serve({ ...common, watcher, pageFolder, publicMetrics: true, publicUrl: server.url, oidc });
  watcher.begin();
  return {
    url: server.url,
    token,
    watcher,
    call: async (method, path, body) => {
      const answer = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return (await answer.json()) as Record<string, unknown>;
    },
    close: async () => {
      await server.close();
      await watcher.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
