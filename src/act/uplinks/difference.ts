import { isDeepStrictEqual } from 'node:util';
import type { NetworkChange, Route, Rule } from '../../platform/index.ts';
import type { Wanted } from './wanted.ts';

/** What turns one state of the kernel into another: additions first, so that packets always have a way. */
export function difference(present: Wanted, wanted: Wanted): NetworkChange[] {
  const have = present.routes.map(plain);
  const want = wanted.routes.map(plain);
  const missing = want.filter((route) => !have.some((one) => isDeepStrictEqual(one, route)));
  const surplus = have.filter((route) => !want.some((one) => isDeepStrictEqual(one, route)));
  const place = (route: Route) => `${route.table} ${route.destination} ${route.metric}`;
  const taken = new Set(surplus.map(place));
  return [
    ...missing.map((route): NetworkChange => ({ do: taken.has(place(route)) ? 'replace' : 'add', route })),
    ...rulesMissing(wanted.rules, present.rules).map((rule): NetworkChange => ({ do: 'add', rule })),
    ...rulesMissing(present.rules, wanted.rules).map((rule): NetworkChange => ({ do: 'remove', rule })),
    // A route at the place of a missing one was replaced by it.
    ...surplus
      .filter((route) => !missing.some((one) => place(one) === place(route)))
      .map((route): NetworkChange => ({ do: 'remove', route })),
  ];
}

function rulesMissing(wanted: readonly Rule[], present: readonly Rule[]): Rule[] {
  return wanted.filter((rule) => !present.some((one) => isDeepStrictEqual(one, rule)));
}

/** The state of a wire is no difference. */
function plain(route: Route): Route {
  const copy = { ...route };
  delete copy.linkDown;
  return copy;
}
