import {
  QwError,
  type NatHolders,
  type NatHoldersQuestion,
  type NatLog,
  type NatLogQuestion,
  type NatStatus,
} from '../../model/index.ts';
import { findNatHolders, readNatLog } from '../../observe/index.ts';
import type { FlowCollector } from './collector/collector-process.ts';

/** Questions about address translation, asked of whoever collects flows. */
export interface NatDesk {
  status(): NatStatus;
  /** Rejects with TELEMETRY_UNAVAILABLE where nothing is collected. */
  log(question: NatLogQuestion, signal?: AbortSignal): Promise<NatLog>;
  /** The same; who had an address of the outside at a moment. */
  holders(question: NatHoldersQuestion, signal?: AbortSignal): Promise<NatHolders>;
}

const nothingWatched: NatStatus = {
  enabled: false,
  created: 0,
  ended: 0,
  refused: { ports: 0, clashes: 0, room: 0 },
  named: 0,
  namesVictims: false,
  connections: 0,
  mostConnections: 0,
  pools: [],
  insights: [],
  problems: [],
};

/** `collector` gives the one of the configuration in force, which may be another one the next time. */
export function createNatDesk(
  collector: () => Pick<FlowCollector, 'nat' | 'query' | 'labels' | 'settings'> | undefined,
): NatDesk {
  const readable = () => {
    const found = collector();
    if (!found) {
      throw new QwError('TELEMETRY_UNAVAILABLE', 'no flows are collected here', {
        hint: 'write `nat: {}` into the section `flows` of the configuration, or where exporters send to',
      });
    }
    const least = found.settings.privacy.threshold;
    // Each entry is about one source.
    if (least > 1) {
      throw new QwError(
        'FORBIDDEN',
        `the log of translations is not shown where reports are about at least ${least} sources`,
        {
          hint: 'privacy.threshold says so; /nat/status has the sums',
        },
      );
    }
    return found;
  };
  return {
    status: () => collector()?.nat() ?? nothingWatched,
    log: async (question, signal) => readNatLog(question, readable(), signal ? { signal } : {}),
    holders: async (question, signal) => findNatHolders(question, readable(), signal ? { signal } : {}),
  };
}
