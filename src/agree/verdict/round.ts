import type { Check, Outcome, ProbeResult, Reason, Sample } from '../../model/index.ts';

/** What one round of a check comes to. */
export interface Round {
  outcome: Outcome;
  /** Why it is not `pass`. */
  reason?: Reason;
}

/**
 * Combines the results of one sample. The results of one host (its address families) make the host: all pass, pass;
 * some pass and some fail, degraded; all fail, fail. Then k of n hosts must answer: `anchors-required`, by default a
 * majority. A result that the watcher could not tell, or that is missing, counts for neither side; when those could
 * turn the round either way, the round is unknown.
 */
export function judgeRound(
  check: Pick<Check, 'host' | 'anchors' | 'anchors-required'>,
  sample: Pick<Sample, 'results'>,
): Round {
  const hosts = check.anchors ?? (check.host === undefined ? [] : [check.host]);
  const resultsOf = Map.groupBy(sample.results, (result) => result.host);
  const needed = Math.min(check['anchors-required'] ?? Math.floor(hosts.length / 2) + 1, hosts.length);
  const outcomes = hosts.map((host) => judgeHost(resultsOf.get(host) ?? []));
  const count = (outcome: Outcome) => outcomes.filter((each) => each === outcome).length;
  const passed = count('pass');
  const answered = passed + count('degraded');
  const failed = count('fail');
  if (hosts.length > 0 && passed >= needed) return { outcome: 'pass' };
  if (hosts.length > 0 && answered >= needed)
    return explain('degraded', sample.results, hosts.length, answered, needed);
  if (failed > hosts.length - needed) return explain('fail', sample.results, hosts.length, answered, needed);
  return explain('unknown', sample.results, hosts.length, answered, needed);
}

function judgeHost(results: readonly ProbeResult[]): Outcome {
  const known = results.filter((result) => result.outcome !== 'unknown');
  if (known.length === 0) return 'unknown';
  if (known.every((result) => result.outcome === 'pass')) return 'pass';
  if (known.some((result) => result.outcome !== 'fail')) return 'degraded';
  // One family is dead and of the other nothing is known: it may be alive.
  return known.length < results.length ? 'unknown' : 'fail';
}

function explain(
  outcome: Exclude<Outcome, 'pass'>,
  results: readonly ProbeResult[],
  hosts: number,
  answered: number,
  needed: number,
): Round {
  // What failed explains more than what was merely slow, so a degraded round looks for its failures first.
  const ranks: Outcome[] = outcome === 'unknown' ? ['unknown', 'fail'] : ['fail', 'degraded'];
  const blamed = ranks
    .map((rank) => results.filter((result) => result.outcome === rank && result.reason))
    .find((of) => of.length > 0);
  const reason = blamed && mostFrequent(blamed);
  if (!reason) return { outcome, reason: { code: 'undecided', text: 'There were too few results to tell.' } };
  if (hosts === 1) return { outcome, reason };
  return {
    outcome,
    reason: { code: reason.code, text: `${answered} of ${hosts} anchors answered, ${needed} must: ${reason.text}` },
  };
}

/** The reason whose code comes most often; the first of them on a tie. */
function mostFrequent(results: readonly ProbeResult[]): Reason | undefined {
  const byCode = Map.groupBy(results, (result) => result.reason?.code);
  let best: readonly ProbeResult[] = [];
  for (const group of byCode.values()) if (group.length > best.length) best = group;
  return best[0]?.reason;
}
