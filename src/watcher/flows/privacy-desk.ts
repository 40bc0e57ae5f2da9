import { QwError, type FlowInsight, type FlowSettings } from '../../model/index.ts';
import type { FlowDesk } from './analysis.ts';
import { withReverseNames, type ReverseNames } from './enrichment-names.ts';

export interface DeskRules {
  /** Of the collector in force; undefined where nothing is collected. */
  settings: () => Pick<FlowSettings, 'privacy' | 'reverse-names'> | undefined;
  names: Pick<ReverseNames, 'nameOf'>;
}

/** What is pointed out of machines and lines, not of whoever talks. */
const ofNobody: ReadonlySet<FlowInsight['kind']> = new Set(['nat-exhaustion', 'saturation']);

/**
 * A desk that keeps to what the configuration says of people: with a threshold, nobody is told of single records, nor of
 * rows that cannot be told apart by how many they are about. Names of addresses are added where that is wanted.
 */
export function withRules(desk: FlowDesk, { settings, names }: DeskRules): FlowDesk {
  const leastSources = () => settings()?.privacy.threshold ?? 1;
  const refuse = (what: string) => {
    const least = leastSources();
    if (least <= 1) return;
    throw new QwError('FORBIDDEN', `${what} not shown where reports are about at least ${least} sources`, {
      hint: 'privacy.threshold says so; reports on rows of many are at /flows/query',
    });
  };
  return {
    ...desk,
    query: async (question, signal) => {
      const answer = await desk.query(question, signal);
      return settings()?.['reverse-names'] === true ? withReverseNames(answer, names) : answer;
    },
    latency: async (question, signal) => {
      refuse('round trips are');
      return desk.latency(question, signal);
    },
    records: async (question, signal) => {
      refuse('single records are');
      return desk.records(question, signal);
    },
    insights: async (range, signal) => {
      const found = await desk.insights(range, signal);
      return leastSources() <= 1 ? found : found.filter(({ kind }) => ofNobody.has(kind));
    },
    costs: async (range, signal) => {
      refuse('costs by who caused them are');
      return desk.costs(range, signal);
    },
    sql: async (question, signal) => {
      refuse('what SQL finds is');
      return desk.sql(question, signal);
    },
  };
}
