import { canonicalJson, type Opinion, type Reason } from '../../model/index.ts';

/**
 * One opinion as canonical JSON has at most so many characters. A transition carries those of all judges, and 64 of them
 * must fit into one ledger entry.
 */
export const maxOpinionLength = 12_288;
/** What is measured may take so much of it; beyond, a watcher cuts its evidence before it signs. */
const maxEvidenceLength = 8192;
const maxTrimmedResults = 8;
const maxReasonText = 300;

/** The opinion with evidence that fits: who said what and why remains, measured values go. */
export function boundedEvidence(given: Opinion): Opinion {
  const reason = given.reason && boundedReason(given.reason);
  const opinion: Opinion = { ...given, ...(reason && { reason }) };
  if (JSON.stringify(given.results).length <= maxEvidenceLength) return opinion;
  const results = given.results.slice(0, maxTrimmedResults).map(({ host, address, outcome, reason: why }) => ({
    host,
    ...(address !== undefined && { address }),
    outcome,
    ...(why && { reason: boundedReason(why) }),
    values: {},
  }));
  // Control characters need six characters each in JSON: then the reason alone has to do.
  const trimmed = { ...opinion, results };
  return canonicalJson(trimmed).length <= maxOpinionLength ? trimmed : { ...opinion, results: [] };
}

function boundedReason({ code, text: why }: Reason): Reason {
  return { code, text: why.slice(0, maxReasonText) };
}
