import { reversePen, type Field } from './element.ts';

/** Elements that say something of the exporter. */
const told: ReadonlySet<number> = new Set([
  10, 14, 34, 48, 50, 82, 83, 84, 95, 96, 160, 234, 235, 236, 302, 305, 306, 309, 310, 311, 335,
]);
/** RFC 3954, section 6.1. */
const interfaceScope = 2;

/** Places of fields that options are read from: records may be of a byte, and have dozens of others. */
export function optionFields(fields: readonly Field[]): number[] {
  return fields.flatMap(({ pen, id, length, isScopeOfV9 }, place) => {
    const isTold = isScopeOfV9 === true ? id === interfaceScope : told.has(id) && (pen === 0 || pen === reversePen);
    return isTold && length > 0 ? [place] : [];
  });
}
