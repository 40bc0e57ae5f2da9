import type { FlowFinding } from '../../../model/index.ts';
import { column } from '../expressions.ts';
import { eventName } from '../events.ts';
import { figuresOf, fitting, grouped, timesOf, type Looking } from './looking.ts';

const nat = 1;

/** Translations that found no address or port, and pools that are nearly full, as gateways tell. */
export async function natExhaustions(looking: Looking): Promise<FlowFinding[]> {
  const rows = await grouped(looking, {
    kind: 'nat',
    where: fitting(
      looking,
      'event in [nat-addresses-exhausted, nat-ports-exhausted, nat-quota-exceeded, nat-threshold-reached]',
    ),
    keys: [column('exporter'), column('event')],
    select: [
      { name: 'events', value: { aggregate: 'count' } },
      { name: 'victims', value: { aggregate: 'distinct', of: [column('source_high'), column('source_low')] } },
    ],
    by: 'events',
    limit: 200,
  });
  return rows.map((row) => {
    const [exporter, event] = [Number(row[0]), Number(row[1])];
    const [events = 0, victims = 0] = figuresOf(row, 2);
    const name = eventName(nat, event) ?? String(event);
    const gateway = looking.book.exporterText(exporter);
    return {
      code: 'nat-told',
      kind: 'nat-exhaustion',
      severity: name === 'nat-threshold-reached' ? 'warning' : 'critical',
      subject: gateway,
      names: { exporter: gateway, event: name },
      figures: { events, victims },
      thresholds: {},
      ...timesOf(row, 2),
      filter: `exporter ${exporter} and kind nat and event ${name}`,
    };
  });
}
