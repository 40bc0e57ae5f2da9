import { expect, test } from 'vitest';
import { backTo, drillTo, filterOf, keys, questionOf, readView } from './view.ts';

const read = (text: string) => readView(new URLSearchParams(text));
/** The view behind a link that makes these changes. */
function after(text: string, changes: Record<string, string | undefined>) {
  const address = new URLSearchParams(text);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') address.delete(key);
    else address.set(key, value);
  }
  return readView(address);
}

test('an address that says nothing asks what is usual', () => {
  expect(questionOf(read(''), 0, 3_600_000)).toEqual({
    from: '1970-01-01T00:00:00.000Z',
    to: '1970-01-01T01:00:00.000Z',
    view: 'source-destination',
    filter: '',
    groupBy: ['source', 'destination'],
    measure: 'bytes',
    samplingPoint: 'average',
    statistic: 'total',
    limit: 100,
    charted: 5,
    compareMs: 0,
    resolution: 'auto',
  });
});

test('what an address says is what is asked, and nonsense in it is left out', () => {
  const view = read(
    'view=client-server&by=service,nonsense,service,exporter&measure=flows&point=sum&statistic=p95&compare=1d&rows=all&where=host%3D10.0.0.1&filter=proto+tcp',
  );
  expect(questionOf(view, 0, 1000)).toMatchObject({
    view: 'client-server',
    filter: 'host 10.0.0.1 and proto tcp',
    groupBy: ['service', 'exporter'],
    measure: 'flows',
    samplingPoint: 'sum',
    statistic: 'p95',
    limit: 10_000,
    compareMs: 86_400_000,
  });
  expect(read('view=x&by=x&measure=x&point=x&statistic=x&compare=x&show=x')).toEqual(read(''));
});

test('the API takes at most six keys, so no more are read', () => {
  expect(read(`by=${keys.join(',')}`).by).toHaveLength(6);
});

test('pictures add up more rows than a table lists, and have no lines over time', () => {
  expect(questionOf(read('show=sankey&compare=1h'), 0, 1000)).toMatchObject({ limit: 2000, charted: 0, compareMs: 0 });
});

test('areas make room for dashed lines of the past', () => {
  expect(read('').areas).toBe(true);
  expect(read('lines=single').areas).toBe(false);
  expect(read('compare=1h').areas).toBe(false);
});

test('drilling down keeps the way back, basic filters included', () => {
  const top = 'by=service&where=port%3D443';
  const first = drillTo(read(top), { filter: 'src host 10.0.0.1' });
  const down = after(top, first);
  expect(filterOf(down)).toBe('port 443 and src host 10.0.0.1');
  const deeper = after(top, { ...first, ...drillTo(down, { by: ['destination'] }) });
  expect(deeper.by).toEqual(['destination']);
  expect(deeper.trail.map(filterOf)).toEqual(['port 443', 'port 443 and src host 10.0.0.1']);
  expect(deeper.trail.map(({ by }) => by)).toEqual([['service'], ['service']]);
  const back = after('', backTo(deeper, 1));
  expect(filterOf(back)).toBe('port 443 and src host 10.0.0.1');
  expect(back.trail).toHaveLength(1);
  expect(after('', backTo(deeper, 0))).toMatchObject({ by: ['service'], filter: '', trail: [] });
});

test('the whole of all traffic is a step, too', () => {
  expect(after('', drillTo(read(''), { by: ['service'] })).trail).toEqual([
    { by: ['source', 'destination'], filter: '', conditions: [] },
  ]);
});

test('a long way keeps its beginning and its end, so that its address can be opened again', () => {
  let address = new URLSearchParams();
  for (let step = 0; step < 60; step++) {
    const changes = drillTo(readView(address), { filter: `src host 10.0.0.${step} and dst net 192.0.2.0/24` });
    address = new URLSearchParams(Object.entries(changes).flatMap(([key, value]) => (value ? [[key, value]] : [])));
  }
  const { trail } = readView(address);
  expect(trail.at(0)?.filter).toBe('');
  expect(trail.at(-1)?.filter).toContain('10.0.0.58 ');
  expect(address.get('trail')?.length).toBeLessThanOrEqual(3000);
  const long = drillTo(readView(new URLSearchParams({ filter: 'x'.repeat(3900) })), { by: ['service'] });
  expect(long['trail']).toBe('');
});
