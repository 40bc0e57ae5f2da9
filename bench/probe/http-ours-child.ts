import { createEngine } from '../../src/observe/index.ts';
import { createResolver, systemClock } from '../../src/platform/index.ts';
import { configuration } from '../../src/watcher/parts.ts';
import { ports } from './servers.ts';

/** An engine with so many http-get checks a second, for so many seconds: `http-ours-child.ts RATE SECONDS`. */
const rate = Number(process.argv[2]);
const watch = Array.from({ length: rate }, (_, index) => ({
  name: `check ${index}`,
  host: `127.1.0.${index % 250}`,
  type: 'http-get',
  port: ports.http,
  interval: '1s',
  'start-delay': '0s',
}));
const { watch: checks, limits } = configuration.parse({ watch });
const outcomes: Record<string, number> = {};
const engine = createEngine({
  clock: systemClock,
  pinger: undefined,
  resolver: createResolver({ clock: systemClock }),
  limits,
  signal: AbortSignal.timeout(1000 * Number(process.argv[3])),
  uptimeMs: 1e9,
  onNotice: ({ text }) => console.error(text),
  onSample: ({ results }) => {
    for (const { outcome } of results) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  },
});
engine.setChecks(checks);
process.stdin.on('end', () => process.exit(0)).resume();
process.stdin.on('data', () => console.log(JSON.stringify(outcomes)));
