import type { FlowCosts, FlowPrices } from '../../../model/index.ts';
import { formatInstant, QwError } from '../../../model/index.ts';
import type { Expression, QueryLimits } from '../../../store/index.ts';
import { Asking } from '../ask.ts';
import { FlowBook } from '../book.ts';
import { choose, estimatedBytes, literal } from '../expressions.ts';
import type { FlowSource } from '../source.ts';
import { figuresOf, fitting, grouped, outside, type Looking } from './looking.ts';

const gib = 2 ** 30;

/** What traffic from one's own hosts to others cost: by the first price whose filter fits. Throws as `analyze` does. */
export async function costsOf(
  source: FlowSource,
  { from, to }: { from: number; to: number },
  prices: FlowPrices,
  limits: QueryLimits = {},
): Promise<FlowCosts> {
  if (from >= to) throw new QwError('BAD_INPUT', 'expected `from` to be before `to`');
  const looking: Looking = { asking: new Asking(source, limits), book: new FlowBook(await source.names()), from, to };
  const listed = prices['per-GiB'];
  // From the last price to the first, so that the first one that fits decides.
  const place = listed.reduceRight<Expression>(
    (otherwise, price, at) => choose(fitting(looking, price.to), literal(at), otherwise),
    literal(listed.length),
  );
  const rows = await grouped(looking, {
    where: fitting(looking, `not ${outside('src')} and ${outside('dst')}`),
    keys: [place],
    select: [{ name: 'bytes', value: { aggregate: 'sum', of: estimatedBytes } }],
    by: 'bytes',
    limit: listed.length + 1,
  });
  const bytes = new Map(rows.map((row) => [Number(row[0]), figuresOf(row, 1)[0] ?? 0]));
  const items = [...listed, { to: '', price: prices.otherwise }].map(({ to: filter, price }, at) => {
    const sent = bytes.get(at) ?? 0;
    return { to: filter, pricePerGiB: price, bytes: sent, cost: (sent / gib) * price };
  });
  const sum = (of: 'bytes' | 'cost') => items.reduce((all, item) => all + item[of], 0);
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    currency: prices.currency,
    items,
    total: { bytes: sum('bytes'), cost: sum('cost') },
  };
}
