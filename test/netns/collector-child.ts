import { createInterface } from 'node:readline';
import { flowKinds, flowsSchema, telemetrySchema } from '../../src/model/index.ts';
import { silentLog, systemClock } from '../../src/platform/index.ts';
import { flowsTable, type Expression, type Predicate } from '../../src/store/index.ts';
import { openAdditions } from '../../src/watcher/flows/collector/additions.ts';
import { Collector } from '../../src/watcher/flows/collector/collector.ts';
import type { CollectorSettings } from '../../src/watcher/flows/collector/messages.ts';

/**
 * Runs inside a network namespace: the collector as a watcher runs it. `sums PORT` on standard input is answered with what
 * records say of traffic to and from that port, `status` with what the collector tells, `close` ends it.
 */
const [directory = '', flows = '{}'] = process.argv.slice(2);
const settings: CollectorSettings = {
  self: 'lab',
  directory,
  flows: flowsSchema.parse(JSON.parse(flows)),
  telemetry: telemetrySchema.parse({}),
};
const collector = await Collector.open({
  settings,
  clock: systemClock,
  log: silentLog,
  additions: (ports) => openAdditions(settings, ports),
  mustListen: true,
});
const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
tell({ listening: collector.listening });

const times = (left: string, right: string): Expression => ({
  left: { column: left },
  operator: '*',
  right: { column: right },
});
const is = (name: string, value: number): Predicate => ({ left: { column: name }, is: '=', right: { literal: value } });

createInterface({ input: process.stdin }).on('line', (line) => void answer(line));

async function answer(line: string): Promise<void> {
  const [what, port] = line.split(' ');
  if (what === 'status') tell({ status: collector.status() });
  if (what === 'close') await collector.close().then(() => tell({ closed: true }));
  if (what !== 'sums') return;
  const traffic = is('kind', flowKinds.indexOf('traffic'));
  const sums = async (column: string) => {
    const { rows } = await collector.query({
      table: flowsTable,
      from: 0,
      to: systemClock.now() + 86_400_000,
      where: { all: [traffic, is(column, Number(port))] },
      select: [
        { name: 'packets', value: { aggregate: 'sum', of: times('packets', 'sampling') } },
        { name: 'bytes', value: { aggregate: 'sum', of: times('bytes', 'sampling') } },
        { name: 'records', value: { aggregate: 'count' } },
      ],
    });
    const [packets, bytes, records] = rows[0] ?? [];
    return { packets: Number(packets), bytes: Number(bytes), records: Number(records) };
  };
  tell({ up: await sums('destination_port'), down: await sums('source_port') });
}
