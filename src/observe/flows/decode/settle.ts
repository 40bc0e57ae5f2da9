import { flowKinds, samplingSources } from '../../../model/index.ts';
import type { FlowRows } from './flow-rows.ts';
import type { Plan } from './plan.ts';
import type { Session } from './session.ts';

const fromHeader = samplingSources.indexOf('header');
const fromRecord = samplingSources.indexOf('record');
const fromOptions = samplingSources.indexOf('options');
/** An element that no record has says nothing of the direction. */
const noDirection = 255;

/** What does not stand in records as their columns have it, but for times. `sampling` is that of the header, 0 for none. */
export function settleColumns(
  plan: Plan,
  { narrow, sampler }: FlowRows,
  from: number,
  to: number,
  { session, sampling }: { session: Session; sampling: number },
): void {
  narrow.exporter.fill(session.number, from, to);
  if (plan.kind !== 'traffic') narrow.kind.fill(flowKinds.indexOf(plan.kind), from, to);
  if (!plan.hasDirection) narrow.direction.fill(noDirection, from, to);
  const { samplers } = session;
  const unnamed = samplers.get(0) ?? (plan.hasSampler ? undefined : onlyRate(samplers));
  for (let row = from; row < to; row++) {
    if ((narrow.sampling[row] as number) > 0) narrow.sampling_from[row] = fromRecord;
    else if (sampling > 0) {
      narrow.sampling[row] = sampling;
      narrow.sampling_from[row] = fromHeader;
    } else if (samplers.size > 0) {
      const rate = samplers.get(sampler[row] as number) ?? unnamed;
      if (rate !== undefined) {
        narrow.sampling[row] = rate;
        narrow.sampling_from[row] = fromOptions;
      }
    }
    const protocol = narrow.protocol[row] as number;
    // NetFlow has type and code of ICMP where the destination's port would be.
    if (protocol === 1 || protocol === 58) {
      if (narrow.icmp[row] === 0) narrow.icmp[row] = narrow.destination_port[row] as number;
      narrow.source_port[row] = 0;
      narrow.destination_port[row] = 0;
    }
  }
}

/** Some exporters tell of their sampler, and name it in no record. */
function onlyRate(samplers: ReadonlyMap<number, number>): number | undefined {
  return samplers.size === 1 ? samplers.values().next().value : undefined;
}
