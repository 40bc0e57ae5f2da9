import type { EpochMs, Incident, IncidentNotice } from '../../../model/index.ts';

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
  const before: IncidentNotice = notices[index] ?? {
    receiver,
    firstAt: at,
    lastAt: at,
    count: 0,
    ...(group && { group }),
  };
  const rotas =
    rota === undefined || before.rotas?.includes(rota) === true ? before.rotas : [...(before.rotas ?? []), rota];
  const after: IncidentNotice = {
    ...before,
    ...(!silent && { lastAt: at, count: before.count + 1 }),
    ...(rotas && { rotas }),
  };
  notices[index < 0 ? notices.length : index] = after;
  return { ...incident, told: index < 0 ? [...incident.told, receiver] : incident.told, notices };
}

/** When the ledger first heard of it; the outage itself may have begun before. */
export function recordedAt({ updates, openedAt }: Incident): EpochMs {
  return Math.max(openedAt, updates[0]?.at ?? openedAt);
}
