import { messageOf } from '../../../model/index.ts';
import type { KernelSettings } from '../../../platform/index.ts';

const needed = [
  {
    path: 'netfilter/nf_conntrack_acct',
    without: 'connections are not counted, and there are no flow records of them',
  },
  { path: 'netfilter/nf_conntrack_timestamp', without: 'beginnings and ends are as late as they are heard' },
] as const;

/**
 * What the kernel does not do yet, in sentences with the command that turns it on; with `turnOn` it is turned on instead.
 * Only connections that begin afterwards are counted.
 */
export function accountingProblems(settings: KernelSettings, turnOn: boolean): string[] {
  return needed.flatMap(({ path, without }) => {
    const value = settings.read(path);
    if (value === '1') return [];
    const name = `net.${path.replace('/', '.')}`;
    if (value === undefined) return [`this kernel has no ${name}: ${without}`];
    const problem = `${name} is off: ${without}; turn it on with \`sysctl -w ${name}=1\``;
    if (!turnOn) return [problem];
    try {
      settings.write(path, '1');
      return [];
    } catch (thrown) {
      return [`${problem} (${messageOf(thrown)})`];
    }
  });
}
