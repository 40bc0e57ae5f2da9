import type { CountedOpinion } from '../../../model/index.ts';
import { freshCheck, heldBy, type CheckState, type Store } from '../state.ts';
import { labelsOf } from './alert-opinion.ts';
import { resourceText, splitAlertCheck } from './resource-name.ts';

/**
 * So many resources one watcher may say to fire before further ones that nobody else has named count for nothing: a
 * watcher that lies can fill no more of the state than this, and takes nothing from what the others say.
 */
export const maxResourcesPerWatcher = 2000;
/** Beyond so many, those that nobody says to fire are forgotten. */
const maxResources = 5000;

/** The check of a resource that is heard of for the first time, by somebody who says that it fires. */
export function heardOf(store: Store, opinion: CountedOpinion): CheckState | undefined {
  if (opinion.state !== 'down') return undefined;
  const split = splitAlertCheck(opinion.check);
  const resource = opinion.results[0] && labelsOf(opinion.results[0]);
  if (!split || !resource || !store.plan.enabled(opinion.check)?.watchers.includes(opinion.watcher)) return undefined;
  // The name of a resource stands for its labels: another watcher must not find them to be others.
  if (opinion.check !== `${split.policy}@${resourceText(resource)}`) return undefined;
  if (store.resources().size >= maxResources) forgetFine(store);
  if (!mayName(store, opinion.watcher)) return undefined;
  return { ...freshCheck(opinion.check), resource };
}

function mayName(store: Store, watcher: string): boolean {
  const resources = store.resources();
  if (resources.size < maxResourcesPerWatcher) return true;
  let held = 0;
  for (const name of resources) {
    const check = store.check(name);
    if (check && isKeptBy(check, watcher)) held++;
  }
  return held < maxResourcesPerWatcher;
}

/** Whether it stays because of what the watcher says: unknown ends no incident. */
function isKeptBy(check: CheckState, watcher: string): boolean {
  const state = heldBy(check, watcher)?.state;
  return state === 'down' || (state === 'unknown' && check.incident !== undefined);
}

function forgetFine(store: Store): void {
  const names = [...store.resources()];
  for (const name of names) {
    const check = store.check(name);
    if (check && isFine(check)) store.setCheck(name, undefined);
  }
}

function isFine({ incident, opinions }: CheckState): boolean {
  return incident === undefined && Object.values(opinions).every(({ state }) => state !== 'down');
}
