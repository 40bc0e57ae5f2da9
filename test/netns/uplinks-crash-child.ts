import { createLinuxActor } from '../../src/act/index.ts';
import { failoverSchema, uplinksSchema } from '../../src/model/index.ts';
import { nodeDisk, openLinuxParts, silentLog, systemClock, type Disk } from '../../src/platform/index.ts';

/**
 * An actor that sets up, switches and takes back, and is killed by itself before the step of that number: FOLDER STEP.
 * Prints how many steps there were; STEP 0 is none, and RESTORE instead of it only sets up and takes back.
 */
const [folder = '', step = ''] = process.argv.slice(2);
let steps = 0;
const count = () => {
  steps++;
  if (steps === Number(step)) process.kill(process.pid, 'SIGKILL');
};
/** Counts the calls that change something. */
const counted = <Target extends object>(target: Target, names: readonly string[]): Target =>
  new Proxy(target, {
    get: (object, name) => {
      const value: unknown = Reflect.get(object, name);
      if (typeof value !== 'function') return value;
      const bound = value.bind(object) as (...given: unknown[]) => unknown;
      if (!names.includes(String(name))) return bound;
      return (...given: unknown[]) => {
        count();
        return bound(...given);
      };
    },
  });

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'one', gateway: ['192.0.2.1', '2001:db8:1::1'] },
  { name: 'isp2', device: 'two', gateway: '198.51.100.1' },
]);
const classes = [{ name: 'guests', from: '172.16.10.0/24', uplink: 'isp2' }];
const failover = failoverSchema.parse({ act: 'local-evidence', profile: 'lossless', classes });
const parts = openLinuxParts();
const actor = createLinuxActor({
  uplinks,
  failover,
  parts: {
    ...parts,
    network: counted(parts.network, ['apply']),
    settings: counted(parts.settings, ['write']),
    conntrack: counted(parts.conntrack, ['flush', 'remove']),
    applyNft: (script) => {
      count();
      return parts.applyNft(script);
    },
  },
  clock: systemClock,
  disk: counted<Disk>(nodeDisk, ['makeDirectory', 'open', 'rename', 'remove', 'syncDirectory']),
  folder,
  log: silentLog,
  stillGone: () => true,
  onInterference: () => undefined,
});
const order = (family: 4 | 6, serving: string[], leaving: string[] = []) => ({ family, serving, leaving });
// Rehearsals are many equal steps, of which the first few say it all.
await actor.prepare([order(4, ['isp1', 'isp2']), order(6, ['isp1'])]);
const prepared = steps;
if (step !== 'RESTORE') actor.serve(order(4, ['isp2'], ['isp1']));
const switched = steps;
await actor.release();
console.log(JSON.stringify({ prepared, switched, released: steps }));
parts.close();
