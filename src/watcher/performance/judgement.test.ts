import { describe, expect, it } from 'vitest';
import type { ApiWitness, CheckFigures, PathFigures } from '../../model/index.ts';
import { judgeCause } from './cause.ts';
import { comparePath, type ComparedPath } from './compare.ts';
import { leastShare } from './share.ts';
import { checkStanding, medianLatencyMs, pathStanding } from './standing.ts';
import { Usual } from './usual.ts';

const path = ({ rttMs = 20, lost = 0, sent = 60, backLost = 0 } = {}): PathFigures => ({
  to: 'two',
  windowMs: 60_000,
  sent,
  answered: sent - lost - backLost,
  unexplained: 0,
  silentMs: 500,
  rtt: { minMs: rttMs, medianMs: rttMs, p95Ms: rttMs, maxMs: rttMs },
  forward: { sent, lost, reordered: 0, duplicates: 0, jitterMs: 1 },
  back: { sent: sent - lost, lost: backLost, reordered: 0, duplicates: 0, jitterMs: 2 },
  stamps: 'kernel',
});

const check = (passed: number, failed: number, bucket = 176): CheckFigures => ({
  check: 'web',
  windowMs: 60_000,
  passed,
  degraded: 0,
  failed,
  unknown: 0,
  latency: { count: passed, sumUs: passed * 20_000, minUs: 16_500, maxUs: 30_000 },
  buckets: passed === 0 ? [] : [[bucket, passed]],
});

describe('how a path is', () => {
  it.each<[string, PathFigures | undefined, number | undefined, string]>([
    ['nothing measured', undefined, 20, 'unknown'],
    ['as usual', path(), 20, 'good'],
    ['no loss, but nothing known to be usual', path(), undefined, 'unknown'],
    ['one packet of sixty lost, which says little', path({ lost: 1 }), 20, 'good'],
    ['a tenth lost there', path({ lost: 6 }), 20, 'bad'],
    ['a tenth lost back, and nothing usual yet', path({ backLost: 6 }), undefined, 'bad'],
    ['twice as slow', path({ rttMs: 40 }), 20, 'bad'],
    ['twice as slow, by a millisecond', path({ rttMs: 2 }), 1, 'good'],
    ['a little slower', path({ rttMs: 26 }), 20, 'good'],
  ])('%s', (_, figures, usual, expected) => {
    expect(pathStanding(figures, usual)).toBe(expected);
  });
});

describe('how a check is', () => {
  it.each<[string, CheckFigures | undefined, number | undefined, string]>([
    ['no samples', undefined, 20, 'unknown'],
    ['two samples', check(2, 0), 16, 'unknown'],
    ['all passed', check(12, 0), 16, 'good'],
    ['one of twelve failed', check(11, 1), 16, 'good'],
    ['three of twelve failed', check(9, 3), undefined, 'bad'],
    ['none passed', check(0, 3), undefined, 'bad'],
    ['passed, but nothing known to be usual', check(12, 0), undefined, 'unknown'],
    ['slow', check(12, 0), 5, 'bad'],
  ])('%s', (_, figures, usual, expected) => {
    expect(checkStanding(figures, usual)).toBe(expected);
  });

  it('takes its median from the buckets, and knows none without a latency', () => {
    const figures = { ...check(9, 0), buckets: [[100, 4] as const, [176, 1] as const, [250, 4] as const] };
    expect(medianLatencyMs({ ...figures, latency: { ...figures.latency, minUs: 700 } })).toBe(16.384);
    expect(medianLatencyMs(check(0, 5))).toBeUndefined();
  });
});

describe('a share seen in a sample', () => {
  it('is at least what Wilson says', () => {
    expect(leastShare(0, 0)).toBe(0);
    expect(leastShare(0, 100)).toBe(0);
    expect(leastShare(10, 100)).toBeCloseTo(0.0552, 4);
    expect(leastShare(100, 100)).toBeCloseTo(0.963, 3);
  });
});

describe('what is usual', () => {
  it('is unknown at first, then the mean, and an outage does not become usual at once', () => {
    const usual = new Usual();
    for (let at = 0; at < 11; at++) usual.add(20);
    expect(usual.value).toBeUndefined();
    for (let at = 0; at < 100; at++) usual.add(20);
    expect(usual.value).toBeCloseTo(20);
    for (let at = 0; at < 6; at++) usual.add(5000);
    expect(usual.value).toBeLessThan(22);
    for (let at = 0; at < 2000; at++) usual.add(30);
    expect(usual.value).toBeCloseTo(30, 0);
  });
});

const witness = (watcher: string, checked: ApiWitness['check'], pathed: ApiWitness['path']): ApiWitness => ({
  watcher,
  check: checked,
  path: pathed,
  samples: 10,
});

describe('the network or the application', () => {
  it.each<[string, ApiWitness, ApiWitness[], string, RegExp]>([
    ['good check', witness('a', 'good', 'good'), [], 'neither', /^a sees no trouble with the check$/],
    ['good check over a bad path', witness('a', 'good', 'bad'), [], 'neither', /although its path/],
    ['no samples', witness('a', 'unknown', 'bad'), [witness('b', 'bad', 'good')], 'cannot-tell', /too few samples/],
    ['nobody to compare with', witness('a', 'bad', 'bad'), [], 'cannot-tell', /no other watcher/],
    [
      'others whose paths are bad too are no witnesses',
      witness('a', 'bad', 'bad'),
      [witness('b', 'bad', 'bad'), witness('c', 'good', 'unknown')],
      'cannot-tell',
      /no other watcher/,
    ],
    [
      'others with good paths see no trouble, ours is bad',
      witness('a', 'bad', 'bad'),
      [witness('b', 'good', 'none'), witness('c', 'good', 'good')],
      'network',
      /path of a is bad, and b, c, without a bad path, see no trouble/,
    ],
    [
      'the other end itself has it',
      witness('a', 'bad', 'good'),
      [witness('b', 'bad', 'none'), witness('c', 'bad', 'bad')],
      'application',
      /^b sees the same trouble/,
    ],
    ['both', witness('a', 'bad', 'bad'), [witness('b', 'bad', 'none')], 'both', /bad besides/],
    [
      'only one sees it, over a good path',
      witness('a', 'bad', 'good'),
      [witness('b', 'good', 'none')],
      'cannot-tell',
      /only a sees/,
    ],
    [
      'a path without figures',
      witness('a', 'bad', 'unknown'),
      [witness('b', 'good', 'none')],
      'cannot-tell',
      /no figures/,
    ],
    [
      'witnesses disagree',
      witness('a', 'bad', 'bad'),
      [witness('b', 'good', 'none'), witness('c', 'bad', 'good')],
      'cannot-tell',
      /disagree: c sees the trouble, b does not/,
    ],
  ])('%s', (_, asked, others, answer, reason) => {
    const found = judgeCause(asked, others);
    expect(found.answer).toBe(answer);
    expect(found.reason).toMatch(reason);
  });

  it('always answers, and calls it the network or both only when the path asked about is bad', () => {
    const checks = ['good', 'bad', 'unknown'] as const;
    const paths = ['good', 'bad', 'unknown', 'none'] as const;
    for (const one of checks.flatMap((c) => paths.map((p) => witness('a', c, p)))) {
      for (const two of checks.flatMap((c) => paths.map((p) => witness('b', c, p)))) {
        const { answer, reason } = judgeCause(one, [two]);
        expect(reason).not.toBe('');
        if (answer === 'network' || answer === 'both') expect(one.path).toBe('bad');
        if (answer === 'application')
          expect([two.check, one.path]).toEqual(['bad', expect.stringMatching('good|none')]);
      }
    }
  });
});

describe('mine or everyone’s', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const sites: Record<string, string> = { a: 'office', b: 'office', c: 'cloud', d: 'cloud' };
  const all = (figures: (from: string, to: string) => PathFigures | undefined): ComparedPath[] =>
    ids.flatMap((from) =>
      ids
        .filter((to) => to !== from)
        .map((to) => {
          const [fromSite = '', toSite = ''] = [sites[from], sites[to]];
          return { from, to, fromSite, toSite, figures: figures(from, to), usualRttMs: 20 };
        }),
    );
  const compared = (paths: ComparedPath[]) => comparePath(paths[1] as ComparedPath, paths);

  it('says that this path alone is bad', () => {
    const found = compared(all((from, to) => path({ lost: from === 'a' && to === 'c' ? 12 : 0 })));
    expect(found).toMatchObject({
      answer: 'this-path',
      path: { lossRatio: expect.closeTo(0.2) },
      others: { count: 10, lossRatio: 0 },
    });
    expect(found.sameSites).toMatchObject({ count: 6, lossRatio: 0 });
  });

  it('says that everyone has it', () => {
    expect(compared(all(() => path({ lost: 12 })))).toMatchObject({
      answer: 'everyone',
      others: { lossRatio: expect.closeTo(0.2) },
    });
    expect(compared(all(() => path({ rttMs: 60 })))).toMatchObject({ answer: 'everyone', others: { rttRatio: 3 } });
  });

  it('says that there is nothing to blame', () => {
    expect(compared(all((from) => path({ lost: from === 'd' ? 12 : 0 })))).toMatchObject({ answer: 'neither' });
  });

  it('says that it cannot tell, and leaves the way back out of the others', () => {
    expect(compared(all(() => undefined))).toMatchObject({ answer: 'cannot-tell', others: { count: 0 } });
    const pair = all((from, to) =>
      `${from}${to}` === 'ac' || `${from}${to}` === 'ca' ? path({ lost: 12 }) : undefined,
    );
    expect(compared(pair)).toMatchObject({ answer: 'cannot-tell', path: { count: 1 }, others: { count: 0 } });
  });
});
