import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { formatInstant, parseDuration, QwError, type Sample } from '../../model/index.ts';
import { Output } from '../output.ts';

interface Options {
  count: number;
  interval: number;
  set: string[];
  list?: boolean;
  json?: boolean;
}

export function probeCommand(): Command {
  const command = new Command('probe')
    .description('One probe, or --count of them; every option of the type by its configuration name')
    .argument('[type]', 'simple, icmp, tcp-conn, http-get, https-get, http-steps, dns')
    .argument('[host]', 'an address or a name')
    .option('--list', 'print the types with their options')
    .option('--count <n>', 'how many', wholeNumber, 1)
    .option('--interval <duration>', 'time from one start to the next', durationOption, 1000)
    .addOption(
      new Option('--set <key=value>', 'an option of the type, as in the configuration (may be repeated)')
        .default([])
        .argParser((value: string, before: string[]) => [...before, value]),
    )
    .option('--json', 'print one sample a line')
    .allowUnknownOption()
    .allowExcessArguments()
    .addHelpText(
      'after',
      `
Every option of the type is an option here: --packet-count 3, --path /healthz, --check-certificate true.
Examples:
  quorumwatch probe icmp 127.0.0.1 --count 5 --json
  quorumwatch probe https-get www.example.org --check-certificate true
  quorumwatch probe dns www.example.org --dns-server 192.0.2.53 --record-type AAAA`,
    )
    .action(async (type: string | undefined, host: string | undefined, options: Options, self: Command) => {
      const { openProber, probeTypes } = await import('../../watcher/index.ts');
      const output = new Output(options.json ?? false);
      if (options.list) {
        const types = probeTypes();
        output.result(types, () =>
          types.flatMap((one) => [`${one.type}: ${one.summary}`, ...one.options.map((name) => `    --${name}`)]),
        );
        return;
      }
      if (type === undefined || host === undefined)
        throw new QwError('BAD_INPUT', 'expected a type and a host', { hint: 'run `quorumwatch probe --help`' });
      const prober = openProber({
        type,
        host,
        ...optionsOf(options.set),
        ...optionsOf(longOptions(self.args.slice(2))),
      });
      let failed = 0;
      try {
        for (let i = 0; i < options.count; i++) {
          const started = performance.now();
          const sample = await prober.once();
          if (sample.results.some((result) => result.outcome !== 'pass')) failed++;
          output.result({ ...sample, startedAt: formatInstant(sample.startedAt) }, () => sampleLines(sample));
          if (i + 1 < options.count) await delay(Math.max(0, options.interval - (performance.now() - started)));
        }
      } finally {
        prober.close();
      }
      if (failed > 0) process.exitCode = 1;
    });
  return command;
}

/** `--packet-count 3 --check-certificate=yes` as `key=value`. */
function longOptions(words: readonly string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const [, key, value] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (key === undefined)
      throw new QwError('BAD_INPUT', `unexpected argument ${word}`, { hint: 'options are --NAME VALUE' });
    if (value !== undefined) found.push(`${key}=${value}`);
    else if (words[i + 1] === undefined || words[i + 1]?.startsWith('--')) found.push(`${key}=true`);
    else found.push(`${key}=${words[++i]}`);
  }
  return found;
}

/** Values read as YAML scalars would be: numbers and booleans are themselves, JSON is JSON, all else is text. */
function optionsOf(pairs: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new QwError('BAD_INPUT', `expected key=value, found ${pair}`);
      const text = pair.slice(at + 1);
      let value: unknown = text;
      if (/^(true|false|-?\d+(\.\d+)?|[[{].*[\]}])$/s.test(text)) {
        try {
          value = JSON.parse(text);
        } catch {
          value = text;
        }
      }
      return [pair.slice(0, at), value];
    }),
  );
}

function sampleLines(sample: Sample): string[] {
  return sample.results.flatMap((result) => {
    const address = result.address === undefined || result.address === result.host ? '' : ` (${result.address})`;
    const latency = result.latencyMs === undefined ? '' : `  ${result.latencyMs.toFixed(3)} ms`;
    const values = Object.entries(result.values).map(
      ([key, value]) =>
        `${key}=${Array.isArray(value) ? value.join(',') : typeof value === 'number' ? Number(value.toFixed(3)) : String(value)}`,
    );
    return [
      `${result.outcome}  ${result.host}${address}${latency}${result.reason ? `  ${result.reason.text}` : ''}`,
      ...(values.length > 0 ? [`      ${values.join(' ')}`] : []),
    ];
  });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('expected a whole number from 1');
  return Number(text);
}

function durationOption(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('expected a duration such as 500ms or 1s');
  return ms;
}
