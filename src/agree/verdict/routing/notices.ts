import { canonicalJson, type EpochMs, type Incident, type IncidentNotice } from '../../../model/index.ts';

/** What was told of an incident, as its record has it. */

/** By receiver, in the order of `told`. What older ledgers do not have is as if it had been told when it began. */
export function noticesOf({ told, notices = [], openedAt }: Incident): readonly IncidentNotice[] {
  if (notices.length >= told.length) return notices;
  return told.map((receiver, at) => notices[at] ?? { receiver, firstAt: openedAt, lastAt: openedAt, count: 1 });
}

export function noticeOf(incident: Incident, receiver: string): IncidentNotice | undefined {
  const index = incident.told.indexOf(receiver);
  return index < 0 ? undefined : noticesOf(incident)[index];
}

/** The newest notice that whoever was on call by this rota got; undefined if nobody has. */
export function noticeByRota(incident: Incident, rota: string): IncidentNotice | undefined {
  let newest: IncidentNotice | undefined;
  for (const notice of incident.notices ?? []) {
    if (notice.rotas?.includes(rota) === true && (!newest || notice.lastAt > newest.lastAt)) newest = notice;
  }
  return newest;
}

/** The labels of the group with which a receiver was told. */
export function groupTold(incident: Incident, receiver: string): Readonly<Record<string, string>> | undefined {
  const place = noticeOf(incident, receiver)?.group;
  return place === undefined ? undefined : incident.groups?.[place];
}

interface Told {
  receiver: string;
  at: EpochMs;
  group?: Readonly<Record<string, string>> | undefined;
  rota?: string | undefined;
  /** The receiver knew already: no message goes out, but the rota's turn has been served. */
  silent: boolean;
}

/** The incident after one more message to a receiver. */
export function withNotice(incident: Incident, { receiver, at, group, rota, silent }: Told): Incident {
  const index = incident.told.indexOf(receiver);
  const notices = [...noticesOf(incident)];
  const groups = index < 0 && group ? withGroup(incident.groups ?? [], group) : incident.groups;
  const place = group && groups ? groups.findIndex((one) => canonicalJson(one) === canonicalJson(group)) : -1;
  const before: IncidentNotice = notices[index] ?? {
    receiver,
    firstAt: at,
    lastAt: at,
    count: 0,
    ...(place >= 0 && { group: place }),
  };
  const rotas =
    rota === undefined || before.rotas?.includes(rota) === true ? before.rotas : [...(before.rotas ?? []), rota];
  const after: IncidentNotice = {
    ...before,
    ...(!silent && { lastAt: at, count: before.count + 1 }),
    ...(rotas && { rotas }),
  };
  notices[index < 0 ? notices.length : index] = after;
  return {
    ...incident,
    told: index < 0 ? [...incident.told, receiver] : incident.told,
    notices,
    ...(groups && { groups }),
  };
}

/** Labels hardly ever change while an incident lasts: what is beyond the bound is told by itself. */
const maxGroups = 10;

function withGroup(
  groups: readonly Readonly<Record<string, string>>[],
  group: Readonly<Record<string, string>>,
): readonly Readonly<Record<string, string>>[] {
  const key = canonicalJson(group);
  if (groups.length >= maxGroups || groups.some((one) => canonicalJson(one) === key)) return groups;
  return [...groups, group];
}

/** When the ledger first heard of it; the outage itself may have begun before. */
export function recordedAt({ updates, openedAt }: Incident): EpochMs {
  return Math.max(openedAt, updates[0]?.at ?? openedAt);
}
