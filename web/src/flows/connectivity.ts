import type { FlowKey, FlowRow } from '../../../src/model/index.ts';
import { places } from '../frame/places.ts';

/** Where a connectivity test is asked for; rows lead there as soon as the page has such a place. */
const testPlace = '/connectivity';
const known: readonly { href: string }[] = places;

/** A test of what a row is about; undefined where there is no such place, or where the row does not say from where to where. */
export function connectivityHref(
  row: Pick<FlowRow, 'values'>,
  groupBy: readonly FlowKey[],
  isThere = known.some(({ href }) => href === testPlace),
): string | undefined {
  const of = (key: FlowKey) => row.values[groupBy.indexOf(key)] ?? '';
  const wanted = {
    source: of('source'),
    destination: of('destination'),
    port: of('destination-port'),
    protocol: of('protocol'),
  };
  if (!isThere || wanted.source === '' || wanted.destination === '') return undefined;
  const given = Object.entries(wanted).filter(([, value]) => value !== '');
  return `${testPlace}?${new URLSearchParams(given).toString()}`;
}
