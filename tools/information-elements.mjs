// Reads IANA's registry of IPFIX entities (iana.org/assignments/ipfix/ipfix.xml) and writes what the decoder needs of it:
// `node tools/information-elements.mjs ipfix.xml > src/observe/flows/decode/registry.ts`
import { readFileSync } from 'node:fs';

const text = readFileSync(process.argv[2] ?? '', 'utf8');
const updated = /<updated>([^<]+)</.exec(text)?.[1] ?? '';
const from = text.indexOf('<registry id="ipfix-information-elements">');
const elements = text.slice(from, text.indexOf('</registry>', from));
const lines = [];
for (const [, record = ''] of elements.matchAll(/<record[^>]*>([\s\S]*?)<\/record>/g)) {
  const of = (key) => new RegExp(`<${key}>([^<]*)</${key}>`).exec(record)?.[1]?.trim() ?? '';
  if (of('dataType') === '') continue;
  lines.push([of('elementId'), of('name'), of('dataType'), of('dataTypeSemantics') || '-'].join(' '));
}
process.stdout.write(`// Long because it holds one table: every element that IANA lists.
/**
 * Information elements of IPFIX as IANA lists them (registry of ${updated}): number, name, type, semantics. Written by
 * \`tools/information-elements.mjs\`.
 */
export const registry = \`
${lines.join('\n')}
\`;
`);
