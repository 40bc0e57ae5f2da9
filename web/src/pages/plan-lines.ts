import type { ApiPlan } from '../../../src/model/index.ts';

type Field = ApiPlan['changes'][number]['fields'][number];

export interface PlanLine {
  path: string;
  before: string | undefined;
  after: string | undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : typeof value === 'string' ? value : JSON.stringify(value);

/** The fields of a change as lines; a whole object that comes or goes takes a line for each of its keys. */
export function planLines(fields: readonly Field[]): PlanLine[] {
  return fields.flatMap(({ path, before, after }): PlanLine[] => {
    const whole =
      isRecord(before) && textOf(after) === undefined
        ? before
        : isRecord(after) && textOf(before) === undefined
          ? after
          : undefined;
    if (!whole) return [{ path, before: textOf(before), after: textOf(after) }];
    return Object.entries(whole).map(([key, value]) => ({
      path: path === '' ? key : `${path}.${key}`,
      before: whole === before ? textOf(value) : undefined,
      after: whole === after ? textOf(value) : undefined,
    }));
  });
}
