import type { FlowLine } from './en.ts';
import type { FlowSpeech } from './speech.ts';

/** Keys whose values are words of the language of filters. */
const worded: ReadonlySet<string> = new Set(['direction', 'reporter', 'kind', 'event']);

/** A value in words of a language; as it is where it is somebody's own, such as a name or an address. */
export function flowValueText(key: string, value: string, { has, line }: FlowSpeech): string {
  const name: FlowLine | undefined = worded.has(key) ? (`value.${key}.${value}` as FlowLine) : undefined;
  return name !== undefined && has(name) ? line(name) : value;
}
