import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bench, BenchResult, BenchRow } from './bench.ts';

/** `npm run bench -- NAME [--json] [--quick] [--only PART]`: asks one question and prints the answer; slow figures are no failure. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.slice(0, -'.bench.ts'.length));
const name = positionals[0];

const usage = `usage: npm run bench -- NAME [--json] [--quick] [--only PART]\nNAME is one of: ${names.join(', ')}`;

if (values.help) console.log(usage);
else if (name === undefined || positionals.length > 1 || !names.includes(name)) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const bench = (await import(`./${name}.bench.ts`)) as Bench;
  if (values.only !== undefined && !bench.parts?.includes(values.only)) {
    console.error(`${name} has ${bench.parts ? `the parts ${bench.parts.join(', ')}` : 'no parts'}`);
    process.exit(2);
  }
  const log = (line: string) => console.error(line);
  if (!values.json) console.log(`${bench.question}\n`);
  const result = await bench.run({ json: values.json, quick: values.quick, only: values.only, log });
  if (values.json) console.log(JSON.stringify(result));
  else print(result);
}

function print(result: BenchResult): void {
  const { cpu, cores, kernel, node, date, loadAverage } = result.machine;
  console.log(`\n${cpu}, ${cores} cores, Linux ${kernel}, Node ${node}, ${date}, load ${loadAverage}\n`);
  for (const line of table(result.rows)) console.log(line);
  console.log('');
  for (const note of result.notes) console.log(`- ${note}`);
}

/** Markdown, so that it can be pasted into RESULTS.md; rows with the same columns share a table. */
function table(rows: readonly BenchRow[]): string[] {
  const lines: string[] = [];
  let columns = '';
  for (const row of rows) {
    const keys = Object.keys(row);
    if (keys.join() !== columns) {
      columns = keys.join();
      if (lines.length > 0) lines.push('');
      lines.push(`| ${keys.join(' | ')} |`, `|${keys.map(() => '---').join('|')}|`);
    }
    lines.push(`| ${Object.values(row).join(' | ')} |`);
  }
  return lines;
}
