import type { FlowSettings, FlowStatus } from '../../../model/index.ts';
import type { ExporterFigures, InterfaceFacts, InterfaceNames } from '../../../observe/index.ts';
import { flowsTable, partsOf, type EngineHealth } from '../../../store/index.ts';
import type { FlowFigures } from './messages.ts';

export interface StatusParts {
  settings: FlowSettings;
  listening: string[];
  exporters: readonly ExporterFigures[];
  interfaces: InterfaceNames;
  /** What exporters said when they were asked, by address. */
  asked(address: string): ReadonlyMap<number, InterfaceFacts>;
  figures: FlowFigures;
  recordsPerSecond: number;
  health: EngineHealth;
  problems: string[];
}

/** Shown of exporters; whoever forges more is not worth a line each. */
const maxExporters = 5000;

export function statusOf(parts: StatusParts): FlowStatus {
  const { settings, listening, exporters, interfaces, figures, recordsPerSecond, health, problems } = parts;
  const configured = new Map(
    settings.exporters.flatMap((exporter) => exporter.addresses.map((address) => [address, exporter] as const)),
  );
  const kept = partsOf(flowsTable).flatMap(({ name }) => health.tables[name] ?? []);
  const [from, to] = [
    Math.min(...kept.map((part) => part.from ?? Infinity)),
    Math.max(...kept.map((part) => part.to ?? -Infinity)),
  ];
  const shown = [...exporters].sort((a, b) => b.records - a.records).slice(0, maxExporters);
  return {
    enabled: true,
    listening,
    exporters: shown.map((one) => {
      const known = configured.get(one.address) ?? configured.get(one.address.replace(/:\d+$/, ''));
      const sent = one.records + one.lost;
      const facts = [...parts.asked(one.address)];
      const asked = Object.fromEntries(facts.map(([number, { name }]) => [String(number), name]));
      const fast = facts.filter(([, { bitsPerSecond }]) => bitsPerSecond > 0);
      const said = Object.fromEntries([...interfaces.of(one.number)].map(([number, name]) => [String(number), name]));
      return {
        number: one.number,
        name: known?.name ?? one.address,
        address: one.address,
        protocol: one.protocol,
        domain: one.domain,
        lastSeen: new Date(one.seenAt).toISOString(),
        messages: one.messages,
        records: one.records,
        lost: one.lost,
        // NetFlow v9 and sFlow count messages.
        ...(sent > 0 && { lostShare: one.lost / (one.lost + (countsMessages(one) ? one.messages : one.records)) }),
        ...(one.sampling !== undefined && { sampling: one.sampling }),
        templates: one.templates,
        ...(one.aheadMs !== undefined && { clockAheadMs: one.aheadMs }),
        // What people wrote down counts more than what the device says.
        interfaces: { ...said, ...asked, ...known?.interfaces },
        ...(fast.length > 0 && {
          bitsPerSecond: Object.fromEntries(fast.map(([number, { bitsPerSecond }]) => [String(number), bitsPerSecond])),
        }),
      };
    }),
    recordsPerSecond,
    dropped: figures.kernelDrops,
    malformed: { ...figures.malformed },
    waitingRows: figures.waiting,
    store: {
      rows: kept.reduce((sum, { rows }) => sum + rows, 0),
      bytes: kept.reduce((sum, { bytes }) => sum + bytes, 0),
      ...(Number.isFinite(from) && { from: new Date(from).toISOString() }),
      ...(Number.isFinite(to) && { to: new Date(to).toISOString() }),
    },
    problems,
  };
}

function countsMessages({ protocol }: ExporterFigures): boolean {
  return protocol === 'netflow9' || protocol === 'sflow5';
}
