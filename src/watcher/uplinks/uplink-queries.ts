import type { LedgerEntry, VerdictMachine } from '../../agree/index.ts';
import {
  formatInstant,
  type ApiDrillAnswer,
  type ApiPage,
  type ApiSwitchAnswer,
  type ApiUplinks,
  type ApiUplinkSwitch,
  type Milliseconds,
  type UplinkSwitch,
} from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { noConfiguration } from '../read-document.ts';
import { presentSwitch, presentUplinks } from './present-uplinks.ts';
import type { Uplinks } from './uplinks.ts';

/** What is asked about uplinks, and asked for, from outside. */
export interface UplinkDesk {
  status(): ApiUplinks;
  /** Newest first, those that wait to be agreed before all others; the ledger's last thousand. */
  switches(paging: { cursor?: string; limit: number }): Promise<ApiPage<ApiUplinkSwitch>>;
  choose(uplink: string | null, dryRun: boolean, by: string): Promise<ApiSwitchAnswer>;
  drill(uplink: string, forMs: Milliseconds, by: string): Promise<ApiDrillAnswer>;
}

export interface UplinkDeskParts {
  self: string;
  uplinks: Uplinks;
  machine: VerdictMachine;
  clock: Clock;
  read: (from: number, limit: number) => Promise<readonly LedgerEntry[]>;
}

export function createUplinkDesk({ self, uplinks, machine, clock, read }: UplinkDeskParts): UplinkDesk {
  const view = () => machine.view(clock.now());
  return {
    status: () => {
      const now = view();
      const scene = { view: now, here: uplinks.here(), self, nowAt: clock.now() };
      return presentUplinks(scene, now.configuration ?? noConfiguration);
    },
    switches: async ({ cursor, limit }) => {
      const before = cursor === undefined ? Infinity : Number(cursor) || 0;
      const past = view().uplinkPast.switches;
      const agreed = new Set(past.map(({ id }) => id));
      const waiting = uplinks
        .here()
        .waiting.flatMap((one) => (one.kind === 'uplink-switch' && !agreed.has(one.record.id) ? one.record : []));
      const first = cursor === undefined ? waiting.toReversed().map((one) => presentSwitch(one)) : [];
      const older = past.filter(({ position }) => position < before).toReversed();
      const shown = older.slice(0, limit);
      const entries = await Promise.all(shown.map(async ({ position }) => (await read(position, 1))[0]));
      const items = entries.flatMap((entry) => (entry ? presentSwitch(entry.body as UplinkSwitch, entry) : []));
      const last = shown.at(-1);
      return {
        items: [...first, ...items],
        total: past.length + waiting.length,
        ...(last && older.length > limit && { next: String(last.position) }),
      };
    },
    choose: async (uplink, dryRun, by) => ({
      receipts: (await uplinks.choose(uplink, dryRun, by)).map((receipt) => ({
        ...receipt,
        serving: [...receipt.serving],
        left: [...receipt.left],
        commands: [...receipt.commands],
        problems: [...receipt.problems],
      })),
    }),
    drill: async (uplink, forMs, by) => {
      const { id, startedAt, endsAt } = await uplinks.drill(uplink, forMs, by);
      return { id, uplink, startedAt: formatInstant(startedAt), endsAt: formatInstant(endsAt) };
    },
  };
}
