import { QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import {
  isAggregate,
  maxMapped,
  type Answer,
  type Expression,
  type Predicate,
  type Selected,
  type Table,
  type TelemetryEngine,
} from '../../store/index.ts';
import type { Group } from './grouping.ts';

/** Questions to the engine, as metrics need them. */

/** Rows of one answer: what fits into an answer of the API, with room for series that are added up. */
const maxRows = 300_000;

export interface Asking {
  engine: TelemetryEngine;
  deadlineMs: Milliseconds;
  signal?: AbortSignal | undefined;
}

export interface Question {
  table: Table;
  from: EpochMs;
  to: EpochMs;
  groups: readonly Group[];
  /** Undefined: the whole range is one. */
  stepMs?: Milliseconds;
  /** So much later than a row was measured is the step that it counts for. */
  shiftMs?: Milliseconds;
  where?: Predicate | undefined;
  /** Further columns and figures. */
  select: readonly Selected[];
}

interface Found {
  /** Where the step begins; 0 where the whole range is one. */
  step: EpochMs;
  /** Of the group. */
  place: number;
  /** What was selected, in that order. */
  values: readonly number[];
}

export interface Reply {
  rows: readonly Found[];
  partial?: Answer['partial'];
}

const series: Expression = { column: 'series' };

/** One row a step and group, and by what else is asked for that is no aggregate; steps in the order of time. */
export async function ask(question: Question, { engine, deadlineMs, signal }: Asking): Promise<Reply> {
  const { table, from, to, groups, stepMs, where } = question;
  const ids = groups.flatMap((group) => group.series);
  if (ids.length > maxMapped) {
    throw new QwError('BAD_INPUT', `${ids.length} series fit, more than the ${maxMapped} that one question may have`, {
      hint: 'narrow it by labels',
    });
  }
  const places = groups.flatMap((group, at) => group.series.map(() => at));
  const time: Expression =
    question.shiftMs === undefined || question.shiftMs === 0
      ? { column: 'ts' }
      : { left: { column: 'ts' }, operator: '+', right: { literal: question.shiftMs } };
  const step: Selected[] = stepMs === undefined ? [] : [{ name: 'step', value: { floor: time, width: stepMs } }];
  const place: Selected[] =
    groups.length === 1 ? [] : [{ name: 'place', value: { map: series, from: ids, to: places, otherwise: 0 } }];
  const chosen: Predicate = { in: series, values: ids };
  const select = [...step, ...place, ...question.select];
  const answer = await engine.query(
    {
      table,
      from,
      to,
      where: where ? { all: [chosen, where] } : chosen,
      select,
      orderBy: select.filter(({ value }) => !isAggregate(value)).map(({ name }) => ({ name })),
    },
    { deadlineMs, maxRows, ...(signal && { signal }) },
  );
  const rows = answer.rows.map((row): Found => {
    const values = row.map(Number);
    return {
      step: step.length > 0 ? (values.shift() ?? 0) : 0,
      place: place.length > 0 ? (values.shift() ?? 0) : 0,
      values,
    };
  });
  return { rows, ...(answer.partial && { partial: answer.partial }) };
}
