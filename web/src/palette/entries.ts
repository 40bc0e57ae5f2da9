import type { ApiAlertSummary, ApiDashboard, ApiIncident, ApiPage, ApiUplinks } from '../../../src/model/index.ts';
import { isAdmin, mayAct, request, signOut } from '../api/session.ts';
import { places } from '../frame/places.ts';
import type { CheckRow } from '../overview/rows.ts';
import { shortcutsShown } from '../parts/shortcuts.tsx';
import { alertHref, checkHref, dashboardHref, incidentHref, navigate } from '../router.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { t } from '../text/text.ts';
import { chooseTheme } from '../theme.ts';

export interface Entry {
  key: string;
  kind: 'page' | 'check' | 'alert' | 'dashboard' | 'uplink' | 'incident' | 'action';
  title: string;
  /** Lower case, what is searched. */
  text: string;
  run: () => void;
}

function entry(kind: Entry['kind'], title: string, run: () => void, more = ''): Entry {
  return { key: `${kind} ${title} ${more}`, kind, title, text: `${title} ${more}`.trim().toLowerCase(), run };
}

const goes = (kind: Entry['kind'], title: string, href: string, more = '') =>
  entry(kind, title, () => navigate(href), more);

/** What is there without asking anybody. */
export function fixedEntries(): Entry[] {
  return [
    ...places.map(({ name, href }) => goes('page', t(`nav.${name}`), href)),
    goes('page', t('objectives.title'), '/objectives'),
    goes('page', t('onCall.title'), '/on-call'),
    goes('page', t('onCall.receivers'), '/receivers'),
    goes('page', t('nat.title'), '/nat', 'nat'),
    goes('page', t('mirrors.title'), '/mirrors', 'mirror'),
    goes('page', t('nav.ledger'), '/ledger'),
    goes('page', t('nav.configuration'), '/configuration'),
    goes('page', t('people.account'), '/account'),
    ...(isAdmin() ? [goes('page', t('people.title'), '/people'), goes('page', t('people.audit'), '/audit')] : []),
    goes('page', t('nav.about'), '/about'),
    ...(['light', 'dark', 'system'] as const).map((theme) =>
      entry('action', t(`palette.${theme}`), () => chooseTheme(theme)),
    ),
    ...(mayAct() ? [goes('action', t('palette.newDashboard'), '/dashboards?new')] : []),
    goes('action', t('alerts.new'), '/alerts?new'),
    entry('action', t('palette.shortcuts'), () => {
      shortcutsShown.value = true;
    }),
    entry('action', t('signOut'), () => void signOut().catch(() => undefined)),
  ];
}

export const checkEntries = (rows: readonly Pick<CheckRow, 'name' | 'host'>[]): Entry[] =>
  rows.map((row) => goes('check', row.name, checkHref(row.name), row.host));

/** What has to be asked for; what cannot be had is left out, the rest is found all the same. */
export async function askedEntries(signal: AbortSignal): Promise<Entry[]> {
  const asked = await Promise.allSettled([
    request<ApiPage<ApiDashboard>>('GET', '/dashboards', { signal }).then(({ items }) =>
      items.map(({ name, title }) => goes('dashboard', title, dashboardHref(name), name)),
    ),
    request<ApiPage<ApiAlertSummary>>('GET', '/alerts', { signal }).then(({ items }) =>
      items.map(({ name, comment }) => goes('alert', name, alertHref(name), comment)),
    ),
    request<ApiUplinks>('GET', '/uplinks', { signal }).then(({ uplinks }) =>
      uplinks.map(({ name }) => goes('uplink', name, '/uplinks')),
    ),
    request<ApiPage<ApiIncident>>('GET', '/incidents', { query: { state: 'all', limit: 50 }, signal }).then(
      ({ items }) => items.map((one) => goes('incident', incidentTitle(one), incidentHref(one.id), one.id)),
    ),
  ]);
  return asked.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}
