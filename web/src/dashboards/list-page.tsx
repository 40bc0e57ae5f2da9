import { useRef, useState } from 'preact/hooks';
import type { ApiDashboard, ApiPage } from '../../../src/model/index.ts';
import { mayAct, request } from '../api/session.ts';
import { Name } from '../parts/bidi.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { dashboardHref, query, setQuery } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { readyMadeText } from '../text/ready-made.ts';
import { t } from '../text/text.ts';
import { beginDraft, emptyDocument, namePattern } from './drafts.ts';
import { NameDialog } from './name-dialog.tsx';
import { readDocument } from './read-document.ts';

const mostFileBytes = 262_144;

/** All dashboards: ready-made ones, then those that people made. */
export function DashboardsPage() {
  const { data, problem, reload } = useResource('dashboards', (signal) =>
    request<ApiPage<ApiDashboard>>('GET', '/dashboards', { signal }),
  );
  const [failure, setFailure] = useState('');
  const file = useRef<HTMLInputElement>(null);
  const items = data?.items ?? [];
  const own = items.filter(({ source }) => source === 'ledger');
  const importFile = async (chosen: File | undefined) => {
    if (!chosen) return;
    const { readText } = await import('./yaml.ts');
    const read = chosen.size > mostFileBytes ? undefined : readText(await chosen.text());
    const name = (read?.document as { name?: unknown } | null | undefined)?.name;
    if (read === undefined) setFailure(t('dashboards.tooLarge'));
    else if (read.errors[0]) setFailure(read.errors[0].message);
    else if (typeof name !== 'string' || !namePattern.test(name)) setFailure(t('dashboards.noName'));
    else beginDraft(name, read.document);
  };
  return (
    <Page
      title={t('nav.dashboards')}
      aside={
        mayAct() && (
          <div class="buttons">
            <button type="button" class="button" onClick={() => file.current?.click()}>
              {t('dashboards.import')}
            </button>
            <input
              ref={file}
              type="file"
              hidden
              accept=".yaml,.yml,.json"
              onChange={(event) => {
                setFailure('');
                void importFile(event.currentTarget.files?.[0]);
                event.currentTarget.value = '';
              }}
            />
            <button type="button" class="button button-main" onClick={() => setQuery({ new: '1' })}>
              {t('dashboards.new')}
            </button>
          </div>
        )
      }
    >
      {failure !== '' && (
        <p class="notice notice-bad" role="alert">
          {t('dashboards.importFailed', { reason: failure })}
        </p>
      )}
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <Section id="built-in-title" title={t('dashboards.builtIn')}>
            <Cards items={items.filter(({ source }) => source === 'built-in')} />
          </Section>
          <Section id="own-title" title={t('dashboards.own')}>
            {own.length === 0 ? (
              <Empty
                title={t('dashboards.none')}
                text={mayAct() ? t('dashboards.noneHint') : t('dashboards.viewerHint')}
              />
            ) : (
              <Cards items={own} />
            )}
          </Section>
        </>
      )}
      {data && mayAct() && query.value.has('new') && (
        <NameDialog
          heading={t('dashboards.newTitle')}
          title=""
          taken={items.map(({ name }) => name)}
          onClose={() => setQuery({ new: undefined }, 'replace')}
          onDone={(name, title) => beginDraft(name, emptyDocument(name, title))}
        />
      )}
    </Page>
  );
}

function Cards({ items }: { items: readonly ApiDashboard[] }) {
  return (
    <ul class="dashboard-cards">
      {items.map(({ name, title, document, position, source }) => {
        const read = readDocument(document);
        return (
          <li key={name} class="dashboard-card">
            <a class="dashboard-link" href={dashboardHref(name)} data-row>
              <Name text={readyMadeText(title, source)} />
            </a>
            <p class="quiet dashboard-about">
              <bdi>{read.ok ? readyMadeText(read.dashboard.description ?? name, source) : name}</bdi>
            </p>
            <p class="quiet dashboard-facts">
              {read.ok && <span>{t('dashboards.charts', { count: read.dashboard.charts.length })}</span>}
              {position !== undefined && <span>{t('dashboards.position', { position: formatInteger(position) })}</span>}
            </p>
          </li>
        );
      })}
    </ul>
  );
}
