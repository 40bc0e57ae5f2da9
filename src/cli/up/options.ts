import type { LogLevel } from '../../platform/index.ts';

/** Options of `up`. */
export interface UpOptions {
  config?: string;
  data: string;
  listen?: string;
  peerListen?: string;
  watchers?: number;
  discover: 'all' | 'local' | 'none';
  insecure?: boolean;
  log: LogLevel;
  json?: boolean;
}

export const defaultConfig = 'quorumwatch.yaml';
export const defaultListen = '127.0.0.1:8470';
