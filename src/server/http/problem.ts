import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  errorTable,
  QwError,
  type ApiProblem,
  type ConfigurationIssue,
  type ErrorCode,
  type FlowFilterProblem,
} from '../../model/index.ts';

/** Errors as RFC 9457 problem details. */

const statusOf: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  CONFIG_INVALID: 422,
  DASHBOARD_INVALID: 422,
  FLOW_VIEW_INVALID: 422,
  REQUEST_TOO_LARGE: 413,
  OVERLOADED: 503,
  LEDGER_UNAVAILABLE: 503,
  TELEMETRY_QUERY: 400,
  TELEMETRY_LIMIT: 422,
  TELEMETRY_DEADLINE: 504,
  TELEMETRY_UNAVAILABLE: 503,
  DATA_UNUSABLE: 503,
  TOO_MANY_ATTEMPTS: 429,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  BAD_INPUT: 400,
};

/** What nobody foresaw may say anything, such as where files lie: its words stay in the log. */
const unexpected = new QwError('INTERNAL', 'something unexpected; the log of the watcher tells more');

function presentable(thrown: unknown): QwError {
  if (thrown instanceof QwError && thrown.code !== 'INTERNAL') return thrown;
  // The framework's own word for a body that is not JSON.
  if (thrown instanceof HTTPException && thrown.status < 500) return new QwError('BAD_INPUT', thrown.message);
  return unexpected;
}

/** The details alone, for where an answer has begun already. */
export function problemOf(thrown: unknown): ApiProblem {
  const error = presentable(thrown);
  const issues = error.facts['issues'] as ConfigurationIssue[] | undefined;
  const filter = error.facts['filter'] as FlowFilterProblem | undefined;
  return {
    type: `urn:quorumwatch:error:${error.code}`,
    title: errorTable[error.code].meaning,
    status: statusOf[error.code] ?? 500,
    code: error.code,
    detail: error.message,
    hint: error.hint,
    ...(error.where === undefined ? {} : { where: error.where }),
    ...(issues === undefined
      ? {}
      : { errors: issues.map(({ path, message, line, column }) => ({ path, message, line, column })) }),
    ...(filter && { filter }),
  };
}

export function problemResponse(context: Context, thrown: unknown): Response {
  const error = presentable(thrown);
  const retryAfter = error.facts['retryAfterSeconds'];
  return context.json(problemOf(thrown), statusOf[error.code] ?? 500, {
    'content-type': 'application/problem+json',
    ...(typeof retryAfter === 'number' && { 'retry-after': String(retryAfter) }),
  });
}
