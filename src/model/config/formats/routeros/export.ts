import type { ProbeDefinition } from '../../../probe.ts';
import { limitsSchema } from '../../sections.ts';
import { writeCheck, type Unexportable } from './export-check.ts';
import { asFields } from './script-source.ts';
import { writeRow } from './wrap.ts';

export interface RouterosExportText {
  text: string;
  untranslated: Unexportable[];
}

/** Validation writes them into every configuration. */
const defaultLimits = JSON.stringify(limitsSchema.parse({}));

const sections: Readonly<Record<string, string>> = {
  labels: 'RouterOS has no labels',
  maintenance: 'RouterOS has no maintenance windows',
  limits: 'RouterOS has no caps on probes',
};

/**
 * Writes the checks as a RouterOS export, `/tool netwatch` rows with the defaults left out. Takes the document of
 * `quorumwatch.yaml` or the validated `Configuration`. Secrets are never written. Given the probes, options of ours that
 * only repeat their defaults are not listed as missing. Never throws on any JSON value.
 */
export function exportRouteros(
  configuration: unknown,
  options: { probes?: readonly ProbeDefinition[] } = {},
): RouterosExportText {
  const given = asFields(configuration);
  const untranslated: Unexportable[] = [];
  const receivers = asFields(given['notify']);
  const rows: string[] = [];
  const routers = new Set<string>();
  let bindsDevice = false;
  for (const check of Array.isArray(given['watch']) ? given['watch'] : []) {
    const written = writeCheck(asFields(check), receivers, options.probes ?? []);
    untranslated.push(...written.untranslated);
    if (!written.properties) continue;
    for (const router of written.routers) routers.add(router);
    bindsDevice ||= written.properties.some(([key, value]) => key === 'host' && value.includes('@'));
    rows.push(writeRow('add', written.properties));
  }
  for (const [key, reason] of Object.entries(sections)) {
    const value = given[key];
    const filled = Array.isArray(value) ? value.length > 0 : Object.keys(asFields(value)).length > 0;
    if (key === 'limits' && JSON.stringify(value) === defaultLimits) continue;
    if (filled) untranslated.push({ item: '', text: key, reason });
  }
  if (routers.size > 1) {
    const reason = 'scripts act on the router that they are imported to, whichever of these was meant';
    untranslated.push({ item: '', text: [...routers].join(', '), reason });
  }
  const lines = ['# by Quorumwatch'];
  if (bindsDevice) lines.push('# host=ADDRESS@NAME: NAME must be a VRF of this router');
  lines.push('/tool netwatch', ...rows, '');
  return { text: lines.join('\n'), untranslated };
}
