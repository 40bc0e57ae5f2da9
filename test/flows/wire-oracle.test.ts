import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeDatagram, TemplateMemory, type DescribedValue } from '../../src/observe/flows/decode/describe.ts';
import { datagramsOf, filesBelow, fixtures, fixturesMissing } from './fixtures.ts';

/**
 * Every set, template and field of NetGauze's captures, as NetGauze itself reads them. It names values of enumerations,
 * which this decoder leaves as numbers: those are compared by the numbers of their registries.
 */

if (fixturesMissing !== undefined) process.stderr.write(`flows as others decode them: skipped: ${fixturesMissing}\n`);

interface OracleField {
  [name: string]: unknown;
}

interface OracleMessage {
  version: number;
  export_time?: string;
  unix_time?: string;
  sys_up_time?: number;
  sequence_number: number;
  observation_domain_id?: number;
  source_id?: number;
  sets: {
    Template?: OracleTemplate[];
    OptionsTemplate?: OracleTemplate[];
    Data?: { id: number; records: { scope_fields: OracleField[]; fields: OracleField[] }[] };
  }[];
}

interface OracleTemplate {
  id: number;
  field_specifiers?: { element_id: unknown; length: number }[];
  option_fields?: { element_id: unknown; length: number }[];
  scope_field_specifiers?: { element_id: unknown; length: number }[];
}

const protocols: Record<string, number> = { ICMP: 1, IPv4: 4, TCP: 6, UDP: 17, IPv6ICMP: 58, VRRP: 112, OSPFIGP: 89 };
const endReasons: Record<string, number> = { idletimeout: 1, activetimeout: 2, endofFlowdetected: 3, forcedend: 4 };
const flags = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

let compared = 0;
let left = 0;

/** Compares where both say it in comparable words; `left` counts the rest. */
function compareValue(name: string, found: DescribedValue | undefined, wanted: unknown): void {
  compared++;
  if (typeof wanted === 'number') expect(Number(found), name).toBe(wanted);
  else if (Array.isArray(wanted)) {
    // Shorter numbers than their type are filled up there.
    expect(String(found).padStart(2 * wanted.length, '0'), name).toBe(Buffer.from(wanted as number[]).toString('hex'));
  } else if (name === 'protocolIdentifier' && typeof wanted === 'string' && protocols[wanted] !== undefined) {
    expect(found, name).toBe(protocols[wanted]);
  } else if (name === 'flowEndReason' && typeof wanted === 'string' && endReasons[wanted] !== undefined) {
    expect(found, name).toBe(endReasons[wanted]);
  } else if (name === 'flowDirection' && typeof wanted === 'string') {
    expect(found, name).toBe(['ingress', 'egress'].indexOf(wanted));
  } else if (name === 'tcpControlBits') {
    const bits = flags.reduce((sum, flag, bit) => sum + ((wanted as Record<string, boolean>)[flag] ? 1 << bit : 0), 0);
    expect(Number(found) & 0xff, name).toBe(bits);
  } else if (typeof wanted === 'string' && /^\d{4}-\d\d-\d\dT/.test(wanted)) {
    expect(Date.parse(String(found)), name).toBe(Date.parse(wanted));
  } else if (typeof wanted === 'string' && typeof found === 'string') expect(found, name).toBe(wanted);
  else {
    compared--;
    left++;
  }
}

const named = (field: OracleField): [string, unknown] => Object.entries(field)[0] ?? ['', undefined];

describe.skipIf(fixturesMissing !== undefined)('NetGauze’s captures, field by field', () => {
  const captures = fixturesMissing === undefined ? filesBelow('netgauze', '.pcap') : [];

  test.each(captures)('%s', (file) => {
    const oracleFile = file.endsWith('srv6.pcap')
      ? file.replace('srv6.pcap', 'srv6-flow.json')
      : file.replace('.pcap', '-flow.json');
    const wanted = readFileSync(join(fixtures, oracleFile), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => Object.values(JSON.parse(line) as Record<string, OracleMessage>)[0]!);
    const memory = new TemplateMemory();
    const found = datagramsOf(file)
      .flatMap(({ payload, source }) => describeDatagram(payload, source, memory))
      .filter(({ version }) => version !== 0);
    expect(found.length).toBeGreaterThanOrEqual(wanted.length);
    const rest = [...found];
    for (const message of wanted) {
      const at = rest.findIndex(
        (one) =>
          one.version === message.version &&
          one.sequence === message.sequence_number &&
          one.domain === (message.observation_domain_id ?? message.source_id),
      );
      expect(at, `message ${message.sequence_number}`).toBeGreaterThanOrEqual(0);
      const [ours] = rest.splice(at, 1);
      expect(Date.parse(ours!.exportedAt)).toBe(Date.parse(message.export_time ?? message.unix_time ?? ''));
      if (message.sys_up_time !== undefined) expect(ours!.uptimeMs).toBe(message.sys_up_time);
      const records = ours!.sets.flatMap((set) => ('values' in set ? set.values : []));
      const theirs = message.sets.flatMap(({ Data }) => Data?.records ?? []);
      expect(records.length, `records of ${message.sequence_number}`).toBe(theirs.length);
      theirs.forEach(({ scope_fields, fields }, index) => {
        const taken = new Map<string, number>();
        for (const [name, value] of [...scope_fields, ...fields].map(named)) {
          const present = records[index]![name];
          // Of what comes twice ours is a list, theirs one after the other.
          const turn = taken.get(name) ?? 0;
          taken.set(name, turn + 1);
          if (present === undefined) left++;
          else compareValue(name, Array.isArray(present) ? present[turn] : present, value);
        }
      });
      const templates = message.sets.flatMap((set) => [...(set.Template ?? []), ...(set.OptionsTemplate ?? [])]);
      const ourTemplates = ours!.sets.flatMap((set) => ('template' in set ? [set] : []));
      expect(ourTemplates.map(({ template }) => template)).toEqual(templates.map(({ id }) => id));
      templates.forEach((template, index) => {
        const specifiers = [...(template.scope_field_specifiers ?? []), ...(template.field_specifiers ?? [])];
        expect(ourTemplates[index]!.fields.map(({ length }) => (length === 'variable' ? 65_535 : length))).toEqual(
          specifiers.map(({ length }) => length),
        );
      });
    }
  });

  test('nearly all values were comparable', () => {
    expect(compared).toBeGreaterThan(5000);
    expect(left / (compared + left)).toBeLessThan(0.05);
  });
});
