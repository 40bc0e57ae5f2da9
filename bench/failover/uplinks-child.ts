import { readFileSync } from 'node:fs';
import { configurationSchema, readConfiguration } from '../../src/model/index.ts';
import { createLog, nodeDisk, openLinuxParts, openPinger, systemClock } from '../../src/platform/index.ts';
import { createLocalEvidence } from '../../src/watcher/uplinks/local-evidence.ts';

/**
 * Judge and actor in one process, without the rest of the watcher: FILE is a configuration with uplinks, FOLDER holds
 * what was set up. Prints one JSON object a line; SIGTERM ends it.
 */
const [file = '', folder = ''] = process.argv.slice(2);
const probes = [{ type: 'simple', summary: 'One echo.', options: {}, values: {} }];
const read = readConfiguration(readFileSync(file, 'utf8'), file, configurationSchema({ probes, notifiers: [] }));
if (!read.ok) throw new Error(JSON.stringify(read.issues));
const { uplinks, failover } = read.configuration;

const say = (event: string, facts: object) => console.log(JSON.stringify({ at: Date.now(), event, ...facts }));
const parts = openLinuxParts();
const pinger = openPinger();
const evidence = createLocalEvidence({
  uplinks,
  failover,
  parts,
  pinger,
  clock: systemClock,
  disk: nodeDisk,
  folder,
  log: createLog({ level: 'info', format: 'json', write: (line) => say('log', { line: JSON.parse(line) as object }) }),
  onOpinion: (opinion) => say('opinion', opinion),
  onReceipt: (receipt) => say('receipt', receipt),
});

const stop = async () => {
  say('cpu', process.cpuUsage());
  await evidence.stop();
  pinger.close();
  parts.close();
  say('stopped', {});
  process.exit(0);
};
process.once('SIGTERM', () => void stop());
process.on('SIGUSR2', () => say('opinions', { opinions: evidence.opinions(), orders: evidence.orders() }));
const lines = await evidence.start();
if (evidence.acts() || failover.act !== 'local-evidence') say('ready', { lines });
else say('refused', { message: evidence.problems().join('; ') });
