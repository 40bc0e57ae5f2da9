import type { FlowColumn } from '../../model/index.ts';
import type { Expression, Predicate } from '../../store/index.ts';

/** Pieces of questions about flow records. */

export const column = (name: FlowColumn): Expression => ({ column: name });
export const literal = (value: number | string | bigint): Expression => ({
  literal: typeof value === 'bigint' ? String(value) : value,
});
export const compare = (left: Expression, is: '=' | '!=' | '<' | '<=' | '>' | '>=', right: Expression): Predicate => ({
  left,
  is,
  right,
});
export const equals = (name: FlowColumn, value: number | bigint): Predicate =>
  compare(column(name), '=', literal(value));
export const times = (left: Expression, right: Expression): Expression => ({ left, operator: '*', right });
export const plus = (left: Expression, right: Expression): Expression => ({ left, operator: '+', right });
export const minus = (left: Expression, right: Expression): Expression => ({ left, operator: '-', right });
export const choose = (when: Predicate, value: Expression, otherwise: Expression): Expression => ({
  when,
  value,
  otherwise,
});

/** What a record counts as one of: by itself 1, in sums of many their number. */
export const oneRecord = literal(1);

/** Estimates: what the exporter counted, times how many packets each stands for. */
export const estimatedBytes = times(column('bytes'), column('sampling'));
export const estimatedPackets = times(column('packets'), column('sampling'));

/** The end with the smaller port is the server; of two equal ports, that with the greater address. */
export const sourceIsClient: Predicate = {
  any: [
    compare(column('destination_port'), '<', column('source_port')),
    {
      all: [
        compare(column('destination_port'), '=', column('source_port')),
        {
          any: [
            compare(column('source_high'), '<', column('destination_high')),
            {
              all: [
                compare(column('source_high'), '=', column('destination_high')),
                compare(column('source_low'), '<=', column('destination_low')),
              ],
            },
          ],
        },
      ],
    },
  ],
};
