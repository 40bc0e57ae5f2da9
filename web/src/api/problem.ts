import type { ApiProblem } from '../../../src/model/index.ts';

/** A request that failed, as the API explains it, or as the browser saw it. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ApiProblem;

  constructor(problem: ApiProblem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** The body of a failed answer may be anything, a proxy's HTML page included; this always yields a problem. */
export function problemFrom(status: number, body: unknown): ApiProblem {
  const given = typeof body === 'object' && body !== null ? (body as Partial<ApiProblem>) : {};
  return {
    ...given,
    type: typeof given.type === 'string' ? given.type : 'about:blank',
    title: typeof given.title === 'string' ? given.title : `HTTP ${status}`,
    code: typeof given.code === 'string' ? given.code : 'UNREACHABLE',
    status,
    ...(Array.isArray(given.errors) ? { errors: given.errors } : {}),
  };
}

/** Anything thrown, as a problem. Status 0: there was no answer at all. */
export function problemOf(thrown: unknown): ApiProblem {
  if (thrown instanceof ProblemError) return thrown.problem;
  const title = thrown instanceof Error ? thrown.message : String(thrown);
  return { type: 'about:blank', title, status: 0, code: 'UNREACHABLE' };
}
