import type { IpFamily, UplinkOpinion } from '../../model/index.ts';
import type { LinuxParts } from '../../platform/index.ts';
import { Drills, type DrillOrder } from './drills.ts';
import type { LocalEvidence } from './local-evidence.ts';
import type { Outbox } from './outbox.ts';
import type { UplinkTask } from './task.ts';
import type { UplinksOptions } from './uplinks-options.ts';
import type { Voice } from './voice.ts';

interface DrillingParts {
  options: UplinksOptions;
  parts: Pick<LinuxParts, 'applyNft'>;
  voice: Voice;
  outbox: Outbox;
  /** What is thought of the uplinks now. */
  opinions: () => readonly UplinkOpinion[];
}

/** Drills on this machine: announced to the others before they start, and told to the ledger when they are over. */
export function createDrills({ options, parts, voice, outbox, opinions }: DrillingParts): Drills {
  const { self, directory: folder, clock, disk, log } = options;
  return new Drills({
    self,
    clock,
    disk,
    folder,
    log,
    applyNft: (script) => parts.applyNft(script),
    onFinished: (record) => {
      const { uplink, outcome, text } = record;
      log.info('the drill of an uplink is over', { uplink, outcome, text });
      outbox.add({ kind: 'uplink-drill', record });
      options.onChange();
    },
    announce: ({ uplink, by }, endsAt) => voice.announce(uplink, { by, endsAt }, opinions()),
  });
}

/** What a drill has to know of the present. */
export function drillOrder(
  evidence: Pick<LocalEvidence, 'orders' | 'opinions'>,
  { uplinks, failover }: UplinkTask,
  asked: Pick<DrillOrder, 'uplink' | 'forMs' | 'by'>,
): DrillOrder {
  const serving = new Map<IpFamily, readonly string[]>(evidence.orders().map((order) => [order.family, order.serving]));
  return { ...asked, uplinks, failover, opinions: evidence.opinions(), serving };
}
