import { expect, test } from 'vitest';
import { flowsSchema } from '../../model/index.ts';
import { FlowRows } from '../../observe/index.ts';
import { conntrackFilter, conntrackFilterProblems } from './conntrack-filter.ts';

test('rows are kept as the expression says, in each batch anew', () => {
  const keep = conntrackFilter('src net 10.0.0.0/8 and not port 53');
  if (!keep) throw new Error('expected a filter');
  const rows = (port: number, source = 0xffff_0a00_0005n) => {
    const made = new FlowRows(2);
    made.wide.source_low[1] = source;
    made.narrow.destination_port[1] = port;
    return made;
  };
  expect(keep(rows(443), 1)).toBe(true);
  expect(keep(rows(53), 1)).toBe(false);
  expect(keep(rows(443, 0xffff_c000_0201n), 1)).toBe(false);
  const same = rows(443);
  expect([keep(same, 0), keep(same, 1)]).toEqual([false, true]);
  expect(conntrackFilter('  ')).toBeUndefined();
});

test('amounts and times cannot be asked for, since they differ from row to row', () => {
  const problems = (filter: string) => conntrackFilterProblems({ flows: flowsSchema.parse({ conntrack: { filter } }) });
  expect(problems('port 443 or host 2001:db8::1')).toEqual([]);
  expect(problems('bytes > 1M')).toMatchObject([
    {
      path: ['flows', 'conntrack', 'filter'],
      message: expect.stringContaining('bytes is not the same for as long as a connection goes on') as string,
    },
  ]);
  expect(problems('prot tcp')).toHaveLength(1);
  expect(conntrackFilterProblems({ flows: undefined })).toEqual([]);
});
