import { lanes, type Lane, type LaneStatus } from './transport.ts';

/** What came from one peer, by lanes. */
export class LaneCounts {
  readonly #counts = new Map(lanes.map((lane) => [lane, { framesIn: 0, bytesIn: 0 }]));

  count(lane: Lane, bytes: number): void {
    const counts = this.#counts.get(lane);
    if (!counts) return;
    counts.framesIn += 1;
    counts.bytesIn += bytes;
  }

  /** Together with what went out. */
  with(sent: (lane: Lane) => Omit<LaneStatus, 'framesIn' | 'bytesIn'>): Record<Lane, LaneStatus> {
    const of = (lane: Lane): LaneStatus => ({
      framesIn: 0,
      bytesIn: 0,
      ...this.#counts.get(lane),
      ...sent(lane),
    });
    return {
      votes: of('votes'),
      bodies: of('bodies'),
      transfer: of('transfer'),
      clients: of('clients'),
      telemetry: of('telemetry'),
    };
  }
}
