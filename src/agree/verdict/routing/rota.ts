import type { EpochMs, OnCallOverride, Rota } from '../../../model/index.ts';
import { edgesOf, instantOf, offsetsOf, readWall, withinTimes } from './local-time.ts';

export interface OnCall {
  /** Absent: nobody is. */
  receiver?: string;
  /** By an override, not by turn. */
  override?: string;
}

/** A rota, ready to be asked. */
export interface CompiledRota {
  readonly rota: Rota;
  /** Who is on call at a time. The latest override that covers it goes before the turns, and before the times. */
  at(at: EpochMs, overrides: readonly OnCallOverride[]): OnCall;
  /** When that changes next; undefined if it does not, or not within eight days where only times could change it. */
  changesAt(at: EpochMs, overrides: readonly OnCallOverride[]): EpochMs | undefined;
}

interface Turn {
  receiver: string;
  from: EpochMs;
  to: EpochMs;
}

const dayMs = 86_400_000;
const aheadDays = 8;

/** Turns of whole days begin at the same local time, whatever daylight saving does; others last their elapsed time. */
export function compileRota(rota: Rota): CompiledRota {
  const { receivers, every, times, 'time-zone': zone } = rota;
  const offsetAt = offsetsOf(zone);
  const firstWall = readWall(rota.from, offsetAt) ?? 0;
  const first = instantOf(firstWall, offsetAt);
  const startOf = (turn: number) =>
    every % dayMs === 0 ? instantOf(firstWall + turn * every, offsetAt) : first + turn * every;
  const onDuty = times ? withinTimes(times, offsetAt) : () => true;
  const turnOf = (at: EpochMs): number => {
    let turn = Math.floor((at - first) / every);
    while (startOf(turn) > at) turn--;
    while (startOf(turn + 1) <= at) turn++;
    return turn;
  };
  let last: Turn | undefined;
  const turnAt = (at: EpochMs): Turn | undefined => {
    if (at < first) return undefined;
    if (last && last.from <= at && at < last.to) return last;
    const turn = turnOf(at);
    last = { receiver: receivers[turn % receivers.length] ?? '', from: startOf(turn), to: startOf(turn + 1) };
    return last;
  };
  const onCall = (at: EpochMs, overrides: readonly OnCallOverride[]): OnCall => {
    const override = overrides.findLast((one) => one.rota === rota.name && one.from <= at && at < one.to);
    if (override) return { receiver: override.receiver, override: override.id };
    const turn = onDuty(at) ? turnAt(at) : undefined;
    return turn ? { receiver: turn.receiver } : {};
  };
  return {
    rota,
    at: onCall,
    changesAt: (at, overrides) => {
      const now = onCall(at, overrides);
      const turn = at < first ? -1 : turnOf(at);
      const edges = [
        ...receivers.map((_, ahead) => startOf(turn + 1 + ahead)),
        ...overrides.filter((one) => one.rota === rota.name).flatMap(({ from, to }) => [from, to]),
        ...(times ? edgesOf(times, offsetAt, at, aheadDays) : []),
      ].filter((edge) => edge > at);
      return edges.sort((a, b) => a - b).find((edge) => onCall(edge, overrides).receiver !== now.receiver);
    },
  };
}

/** From one change of who is on call to the next. */
export type RotaTurn = OnCall & { from: EpochMs; to: EpochMs };

const shownDays = 14;
const maxTurns = 200;

/** Who is on call in the two weeks from a time on; turns behind the 200th are left out. */
export function turnsOf(rota: CompiledRota, overrides: readonly OnCallOverride[], at: EpochMs): RotaTurn[] {
  const end = at + shownDays * dayMs;
  const turns: RotaTurn[] = [];
  for (let from = at; from < end && turns.length < maxTurns;) {
    const to = Math.min(rota.changesAt(from, overrides) ?? end, end);
    turns.push({ ...rota.at(from, overrides), from, to });
    from = to;
  }
  return turns;
}
