import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import {
  errorTable,
  messageOf,
  QwError,
  type ApiProblem,
  type ConfigurationIssue,
  type ErrorCode,
} from '../../model/index.ts';

/** Errors as RFC 9457 problem details. */

const statusOf: Partial<Record<ErrorCode, ContentfulStatusCode>> = {
  CONFIG_INVALID: 422,
  REQUEST_TOO_LARGE: 413,
  OVERLOADED: 503,
  LEDGER_UNAVAILABLE: 503,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  BAD_INPUT: 400,
};

export function problemResponse(context: Context, thrown: unknown): Response {
  const error = thrown instanceof QwError ? thrown : new QwError('INTERNAL', messageOf(thrown), { cause: thrown });
  const status = statusOf[error.code] ?? 500;
  const issues = error.facts['issues'] as ConfigurationIssue[] | undefined;
  const body: ApiProblem = {
    type: `urn:quorumwatch:error:${error.code}`,
    title: errorTable[error.code].meaning,
    status,
    code: error.code,
    detail: error.message,
    hint: error.hint,
    ...(error.where === undefined ? {} : { where: error.where }),
    ...(issues === undefined
      ? {}
      : { errors: issues.map(({ path, message, line, column }) => ({ path, message, line, column })) }),
  };
  return context.json(body, status, { 'content-type': 'application/problem+json' });
}
