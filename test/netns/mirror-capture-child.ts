import { mirrorRules, type MirrorPolicy } from '../../src/model/index.ts';
import { startCapture } from '../../src/observe/mirror/capture-process.ts';
import { nodeDisk } from '../../src/platform/index.ts';

/** Captures in a network namespace until something comes on standard input, then prints what came of it. */

const given = JSON.parse(process.argv[2] ?? '{}') as {
  directory: string;
  policy: Pick<MirrorPolicy, 'interfaces' | 'networks' | 'peers' | 'protocols' | 'direction'>;
  snapBytes: number;
  lastsMs: number;
  sizeBytes: number;
};
const { policy, lastsMs, ...rest } = given;
const capture = await startCapture(nodeDisk, {
  ...rest,
  interfaces: policy.interfaces,
  direction: policy.direction,
  rules: mirrorRules(policy),
  application: 'quorumwatch test',
  comment: 'why not',
  endsAt: Date.now() + lastsMs,
});
process.stdout.write('"ready"\n');
process.stdin.once('data', () => capture.stop());
process.stdout.write(`${JSON.stringify(await capture.ended)}\n`);
process.exit(0);
