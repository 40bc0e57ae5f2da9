import type { ApiPerformance } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { HeatMap } from '../performance/heat-map.tsx';
import { measures, readMeasure, siteMatrix, watcherMatrix } from '../performance/matrix.ts';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { pathHref, query, setQuery } from '../router.ts';
import { t } from '../text/text.ts';

const refreshMs = 5000;
/** With more watchers the matrix begins with their sites. */
const manyWatchers = 12;

/** The paths between all watchers at a glance. */
export function PerformancePage() {
  const load = (signal: AbortSignal) => request<ApiPerformance>('GET', '/performance', { signal });
  const { data, problem, reload } = useResource('performance', load, { refreshMs });
  return (
    <Page title={t('performance.title')}>
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data && (data.watchers.length < 2 || !data.enabled ? <Nothing data={data} /> : <Paths data={data} />)}
    </Page>
  );
}

function Paths({ data }: { data: ApiPerformance }) {
  const measure = readMeasure(query.value.get('show'));
  const sites = new Set(data.watchers.map(({ site }) => site)).size;
  const usual = sites > 1 && data.watchers.length > manyWatchers ? 'sites' : 'watchers';
  const group = sites > 1 ? (query.value.get('group') ?? usual) : 'watchers';
  const matrix = group === 'sites' ? siteMatrix(data, measure) : watcherMatrix(data, measure);
  const otherEnd = matrix.rows.some(({ cells }) => cells.some((cell) => cell?.saidBy !== undefined));
  return (
    <Section
      id="matrix-title"
      title={t(group === 'sites' ? 'performance.bySites' : 'performance.matrix')}
      aside={
        <div class="performance-controls">
          <div class="segments" role="group" aria-label={t('performance.show')}>
            {measures.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={one === measure}
                onClick={() => setQuery({ show: one === 'loss' ? undefined : one })}
              >
                {t(`performance.measures.${one}`)}
              </button>
            ))}
          </div>
          {sites > 1 && (
            <div class="segments" role="group" aria-label={t('performance.group')}>
              {(['watchers', 'sites'] as const).map((one) => (
                <button key={one} type="button" aria-pressed={one === group} onClick={() => setQuery({ group: one })}>
                  {t(`performance.${one}`)}
                </button>
              ))}
            </div>
          )}
        </div>
      }
    >
      {data.problems.map((text) => (
        <p key={text} class="notice notice-warn" role="status">
          {text}
        </p>
      ))}
      <HeatMap
        matrix={matrix}
        measure={measure}
        caption={t(`performance.caption.${measure}`)}
        {...(group !== 'sites' && { href: ({ from, to }) => pathHref(from, to) })}
      />
      {otherEnd && <p class="quiet">{t('performance.otherEnd')}</p>}
    </Section>
  );
}

/** What to do where there is nothing to be seen. */
function Nothing({ data }: { data: ApiPerformance }) {
  const kind = data.watchers.length < 2 ? 'alone' : 'off';
  return (
    <section class="panel setup" aria-labelledby="setup-title">
      <h2 id="setup-title">{t(`performance.${kind}.title`)}</h2>
      <p>{t(`performance.${kind}.text`)}</p>
      {kind === 'alone' && <pre tabIndex={0}>{t('performance.alone.command')}</pre>}
      <p>
        <a href="/guide/performance.md" target="_blank" rel="noopener">
          {t('performance.alone.guide')}
        </a>
      </p>
    </section>
  );
}
