import { resolve } from 'node:path';
import type { FlowSettings } from '../../model/index.ts';

/** The settings with whole paths of files: a collector's process works in another folder than whoever wrote them. */
export function withWholePaths(flows: FlowSettings): FlowSettings {
  const { geo, privacy } = flows;
  const { country, as } = geo;
  const { 'key-file': keyFile } = privacy;
  return {
    ...flows,
    geo: { ...(country !== undefined && { country: resolve(country) }), ...(as !== undefined && { as: resolve(as) }) },
    privacy: { ...privacy, ...(keyFile !== undefined && { 'key-file': resolve(keyFile) }) },
    exporters: flows.exporters.map((exporter) =>
      exporter.snmp ? { ...exporter, snmp: wholeSecrets(exporter.snmp) } : exporter,
    ),
  };
}

type Snmp = NonNullable<FlowSettings['exporters'][number]['snmp']>;

function wholeSecrets(snmp: Snmp): Snmp {
  const whole = { ...snmp };
  for (const key of ['community-file', 'auth-file', 'privacy-file'] as const) {
    const path = whole[key];
    if (path !== undefined) whole[key] = resolve(path);
  }
  return whole;
}
