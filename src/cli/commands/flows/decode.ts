import { Command } from 'commander';
import type { CapturedMessage } from '../../../watcher/index.ts';
import { Output } from '../../output.ts';

export function decodeCommand(): Command {
  return new Command('decode')
    .description('What the messages in a file say, field by field')
    .argument('<file>', 'a capture (pcap, pcapng), or a file of messages such as an IPFIX file')
    .option('--json', 'one JSON object a message')
    .action(async (file: string, options: { json?: boolean }) => {
      const { describeCapture } = await import('../../../watcher/index.ts');
      const output = new Output(options.json ?? false);
      let readable = 0;
      for await (const one of describeCapture(file)) {
        const { at, from, message } = one;
        if (message.version !== 0) readable++;
        const told = {
          ...(at !== undefined && { at: new Date(at).toISOString() }),
          ...(from !== undefined && { from }),
        };
        output.emit({ ...told, ...message });
        if (!options.json) for (const line of linesOf(one)) output.say(line);
      }
      if (readable === 0) process.exitCode = 1;
    });
}

/** A line a message, and one a set or sample below it. */
function* linesOf({ at, from, message }: CapturedMessage): Generator<string> {
  const where = [at === undefined ? '' : new Date(at).toISOString(), from ?? ''].filter(Boolean).join(' ');
  const problems = message.malformed.map(({ reason, at: place }) => `${reason} at byte ${place}`);
  const tail = problems.length > 0 ? `: ${problems.join(', ')}` : '';
  if ('samples' in message) {
    yield `${where} sFlow v5 of ${message.agent}, number ${message.sequence}${tail}`.trim();
    for (const sample of message.samples) yield `  ${JSON.stringify(sample)}`;
    return;
  }
  const name = message.version === 10 ? 'IPFIX' : `NetFlow v${message.version}`;
  const number = message.sequence === undefined ? '' : `, number ${message.sequence}`;
  yield `${where} ${message.version === 0 ? 'no message' : `${name} of domain ${message.domain}${number}`}${tail}`.trim();
  for (const set of message.sets) {
    if ('values' in set) for (const record of set.values) yield `  ${pairs(record)}`;
    else yield `  ${JSON.stringify(set)}`;
  }
}

function pairs(record: Readonly<Record<string, unknown>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
