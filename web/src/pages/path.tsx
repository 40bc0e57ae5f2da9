import type { ApiPathDetail } from '../../../src/model/index.ts';
import { clockAheadMs } from '../api/live.ts';
import { request } from '../api/session.ts';
import { rangeFrom, ranges } from '../charts/range.ts';
import { Cause } from '../performance/cause.tsx';
import { Comparison, PathFacts } from '../performance/path-facts.tsx';
import { PathHistory } from '../performance/path-history.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { query, setQuery } from '../router.ts';
import { t } from '../text/text.ts';

const refreshMs = 10_000;

/** One path: now, beside the others, before, and what it has to do with a check. */
export function PathPage({ from, to }: { from: string; to: string }) {
  const range = rangeFrom(query.value);
  const path = `/performance/${encodeURIComponent(from)}/${encodeURIComponent(to)}`;
  const load = (signal: AbortSignal) => {
    const toMs = range.kind === 'last' ? Date.now() + clockAheadMs.peek() : range.toMs;
    const fromMs = range.kind === 'last' ? toMs - range.lengthMs : range.fromMs;
    const span = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    return request<ApiPathDetail>('GET', path, { signal, query: span });
  };
  const key = `${path} ${JSON.stringify(range)}`;
  const { data, problem, reload } = useResource(key, load, { refreshMs });
  const title = t('performance.of', { from, to });
  return (
    <Page title={title} aside={<a href="/performance">{t('performance.back')}</a>}>
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <Section id="now-title" title={t('performance.now')}>
            <PathFacts path={data.path} />
          </Section>
          <Section id="comparison-title" title={t('performance.comparison')}>
            <Comparison comparison={data.comparison} />
          </Section>
          <Section
            id="history-title"
            title={t('performance.history')}
            aside={
              <div class="segments" role="group" aria-label={t('chart.range')}>
                {ranges.map(({ name }) => (
                  <button
                    key={name}
                    type="button"
                    aria-pressed={range.kind === 'last' && range.name === name}
                    onClick={() =>
                      setQuery({ range: name === '1h' ? undefined : name, from: undefined, to: undefined })
                    }
                  >
                    {t(`range.${name}`)}
                  </button>
                ))}
              </div>
            }
          >
            <PathHistory history={data.history} />
          </Section>
          <Section id="opposite-title" title={t('performance.oppositeSays', { watcher: to })}>
            <PathFacts path={data.opposite} />
          </Section>
          <Section id="cause-title" title={t('performance.cause')}>
            <Cause from={from} to={to} checks={data.checks} />
          </Section>
        </>
      )}
    </Page>
  );
}
