import { flowColumns } from '../../../model/index.ts';
import type { NarrowColumn, WideColumn } from './flow-rows.ts';

/** Of each column, the one that it is in the other direction. */
const opposite = (name: string): string => {
  if (/^(source|destination)_/.test(name)) {
    return name.startsWith('source') ? name.replace('source', 'destination') : name.replace('destination', 'source');
  }
  return { input: 'output', output: 'input' }[name] ?? name;
};
const swapsOf = <Name extends string>(wanted: boolean) =>
  Object.entries(flowColumns)
    .filter(([, type]) => (type === 'u64') === wanted)
    .map(([name]) => [name, opposite(name)] as [Name, Name]);
export const narrowSwaps = swapsOf<NarrowColumn>(false);
export const wideSwaps = swapsOf<WideColumn>(true);
