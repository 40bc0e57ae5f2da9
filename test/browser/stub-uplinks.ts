import type { ApiUplinkSwitch, ApiUplinks } from '../../src/model/index.ts';
import * as data from './uplink-data.ts';

/** The part of the stub that knows uplinks: what is asked is done to the figures at once. */

export interface UplinksStub {
  status: ApiUplinks;
  switches: ApiUplinkSwitch[];
  /** Back to how it began. */
  reset: () => void;
  /** The body of the answer, or a problem. */
  answer: (
    what: string | undefined,
    method: string,
    body: Record<string, unknown>,
    query: URLSearchParams,
  ) => object | { status: number; code: string; detail: string };
}

const pageSize = 10;

export function createUplinksStub(): UplinksStub {
  let turn = 0;
  const stub: UplinksStub = {
    status: structuredClone(data.uplinks()),
    switches: data.switches(),
    reset: () => {
      // What a test changes in it must not reach the next one.
      stub.status = structuredClone(data.uplinks());
      stub.switches = data.switches();
    },
    answer: (what, method, body, query) => {
      if (what === 'switches') {
        const from = Number(query.get('cursor') ?? 0);
        const end = from + pageSize;
        const next = end < stub.switches.length ? { next: String(end) } : {};
        return { items: stub.switches.slice(from, end), total: stub.switches.length, ...next };
      }
      if (what === 'switch' && method === 'POST') {
        return data.switchTo(stub.status, body['uplink'] as string | null, body['dryRun'] === true);
      }
      if (what === 'drill' && method === 'POST') {
        if (stub.status.drill)
          return { status: 409, code: 'UPLINK_DRILL_REFUSED', detail: 'A drill of isp2 is running until 10:00' };
        const nowMs = Date.now();
        const startedAt = new Date(nowMs).toISOString();
        const endsAt = new Date(nowMs + Number(body['forMs'])).toISOString();
        const id = `office-1/${nowMs}`;
        stub.status.drill = { id, uplink: String(body['uplink']), startedAt, endsAt, by: 'operator maria' };
        return stub.status.drill;
      }
      return data.wobbled(stub.status, turn++);
    },
  };
  return stub;
}
