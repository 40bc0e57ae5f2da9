import { createEngine } from '../../src/observe/index.ts';
import { createResolver, openPinger, systemClock } from '../../src/platform/index.ts';
import { configuration } from '../../src/watcher/parts.ts';
import { percentile } from '../bench.ts';
import { ports, startServers } from './servers.ts';

/** A whole engine with a mix of checks, for so many seconds: `checks-child.ts CHECKS INTERVAL SECONDS`. */
const count = Number(process.argv[2]);
const intervalSeconds = Number(process.argv[3]);
const seconds = Number(process.argv[4]);

/** Of twenty checks each; RouterOS' defaults otherwise, so that an icmp check is a train of ten packets. */
const mix = [
  ...Array.from({ length: 8 }, () => ({ type: 'simple' })),
  ...Array.from({ length: 4 }, () => ({ type: 'icmp' })),
  ...Array.from({ length: 3 }, () => ({ type: 'tcp-conn', port: ports.tcp })),
  ...Array.from({ length: 2 }, () => ({ type: 'http-get', port: ports.http })),
  ...Array.from({ length: 2 }, () => ({ type: 'dns', 'dns-server': '127.0.0.1', port: ports.dns })),
  { type: 'https-get', port: ports.https },
];

const servers = await startServers();
const watch = Array.from({ length: count }, (_, index) => ({
  ...mix[index % mix.length],
  name: `check ${index}`,
  host: mix[index % mix.length]?.type === 'dns' ? `host-${index}.example.org` : `127.1.${index >> 8}.${index & 255}`,
  interval: `${intervalSeconds}s`,
  'start-delay': '0s',
}));
const { watch: checks, limits } = configuration.parse({ watch });
const latenesses: number[] = [];
const outcomes: Record<string, number> = {};
const latencies: Record<string, number[]> = {};
const notices: Record<string, number> = {};
let measuring = false;
const engine = createEngine({
  clock: systemClock,
  pinger: openPinger(),
  resolver: createResolver({ clock: systemClock }),
  limits,
  signal: new AbortController().signal,
  uptimeMs: 1e9,
  onNotice: ({ code }) => (notices[code] = (notices[code] ?? 0) + 1),
  onSample: ({ check, latenessMs, results }) => {
    if (!measuring) return;
    latenesses.push(latenessMs);
    const type = mix[Number(check.slice(6)) % mix.length]?.type ?? '';
    for (const { outcome, latencyMs } of results) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (latencyMs !== undefined) (latencies[type] ??= []).push(latencyMs);
    }
  },
});
engine.setChecks(checks);
// Two whole intervals, so that every check has run and the code is warm.
setTimeout(start, 2000 * intervalSeconds);

function start(): void {
  measuring = true;
  const before = process.cpuUsage();
  const startMs = performance.now();
  let residentBytes = 0;
  const timer = setInterval(() => (residentBytes = Math.max(residentBytes, process.memoryUsage.rss())), 500);
  setTimeout(() => {
    const { user, system } = process.cpuUsage(before);
    const wallMs = performance.now() - startMs;
    clearInterval(timer);
    const median = Object.fromEntries(
      Object.entries(latencies).map(([type, values]) => [type, percentile(values, 50)]),
    );
    const result = {
      runs: latenesses.length,
      latenessP50Ms: percentile(latenesses, 50),
      latenessP99Ms: percentile(latenesses, 99),
      cpuPercent: (user + system) / 10 / wallMs,
      residentMiB: residentBytes / 1_048_576,
      outcomes,
      notices,
      medianMs: median,
      ...(({ starved, missed }) => ({ starved, missed }))(engine.statistics()),
    };
    console.log(JSON.stringify(result));
    servers.stdin?.end();
    process.exit(0);
  }, 1000 * seconds);
}
