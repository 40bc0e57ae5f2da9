import { useMemo, useState } from 'preact/hooks';
import type { ApiDashboard, Dashboard } from '../../../src/model/index.ts';
import { mayAct, request } from '../api/session.ts';
import { download } from '../charts/export.ts';
import { TimeControls } from '../charts/time-controls.tsx';
import { Name } from '../parts/bidi.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { navigate, query, setQuery } from '../router.ts';
import { readyMadeTexts } from '../text/language.ts';
import { readyMadeDashboard } from '../text/ready-made.ts';
import { t } from '../text/text.ts';
import { ChartGrid } from './chart-grid.tsx';
import { beginDraft, draftOf, endDraft, renamed } from './drafts.ts';
import { Editor } from './editor.tsx';
import { NameDialog } from './name-dialog.tsx';
import { readDocument } from './read-document.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { useWindow, watcherNow } from './use-window.ts';
import { choicesFrom, Variables } from './variables.tsx';

/** One dashboard, to look at or to edit. */
export function DashboardPage({ name }: { name: string }) {
  const draft = draftOf(name);
  const path = `/dashboards/${encodeURIComponent(name)}`;
  const { data, problem, reload } = useResource(path, (signal) => request<ApiDashboard>('GET', path, { signal }));
  const [savedAt, setSavedAt] = useState(0);
  const absent = problem?.status === 404;
  const entry: ApiDashboard | undefined =
    data ?? (absent && draft !== undefined ? { name, title: name, source: 'ledger', document: draft } : undefined);
  const editing = query.value.has('edit') && mayAct() && entry !== undefined && entry.source === 'ledger';
  if (entry && editing) {
    return (
      <Editor
        key={`${entry.position ?? 0}`}
        entry={draft === undefined ? entry : { ...entry, document: draft }}
        begun={draft !== undefined}
        onSaved={() => {
          endDraft(name);
          setSavedAt(savedAt + 1);
          reload();
          navigate(`/dashboards/${encodeURIComponent(name)}`, 'replace');
        }}
      />
    );
  }
  if (entry) return <View entry={entry} saved={savedAt > 0} stale={absent ? undefined : problem} reload={reload} />;
  return (
    <Page title={name} heading={<Name text={name} />} aside={<a href="/dashboards">{t('dashboards.all')}</a>}>
      {problem ? <ProblemView problem={problem} retry={reload} /> : <Waiting />}
    </Page>
  );
}

interface ViewProps {
  entry: ApiDashboard;
  saved: boolean;
  stale: Parameters<typeof StaleNotice>[0]['problem'];
  reload: () => void;
}

function View({ entry, saved, stale, reload }: ViewProps) {
  const read = useMemo(() => readDocument(entry.document), [entry]);
  // Charts ask anew when they are other ones: they stay the same until the language changes.
  const shown = useMemo(
    () => (read.ok ? readyMadeDashboard(read.dashboard, entry.source) : undefined),
    [read, readyMadeTexts.value],
  );
  const title = shown?.title ?? entry.title;
  return (
    <Page title={title} heading={<Name text={title} />} aside={<Tools entry={entry} title={title} />}>
      <StaleNotice problem={stale} retry={reload} />
      {saved && (
        <p class="hidden-text" role="status">
          {t('dashboards.saved')}
        </p>
      )}
      {shown && <Charts dashboard={shown} />}
      {!read.ok && (
        <p class="notice notice-bad" role="alert">
          {t('dashboards.unreadable', { path: read.path, expected: t(`dashboards.expected.${read.expected}`) })}
        </p>
      )}
    </Page>
  );
}

function Charts({ dashboard }: { dashboard: Dashboard }) {
  const { range, window, refreshMs } = useWindow(dashboard.range);
  const address = query.value;
  const choices = useMemo(() => choicesFrom(address, dashboard.variables), [address, dashboard]);
  return (
    <>
      {dashboard.description !== undefined && (
        <p class="quiet dashboard-description">
          <bdi>{dashboard.description}</bdi>
        </p>
      )}
      <div class="dashboard-bar">
        <Variables variables={dashboard.variables} />
        <TimeControls
          range={range}
          window={window}
          usualMs={dashboard.range}
          refreshMs={refreshMs}
          nowMs={watcherNow}
        />
      </div>
      {dashboard.charts.length === 0 ? (
        <Empty title={t('dashboards.empty')} text={t('dashboards.emptyView')} />
      ) : (
        <ChartGrid charts={dashboard.charts} choices={choices} window={window} />
      )}
    </>
  );
}

function Tools({ entry, title }: { entry: ApiDashboard; title: string }) {
  const [asking, setAsking] = useState<'copy' | 'remove' | undefined>(undefined);
  const close = () => setAsking(undefined);
  const exported = async () => {
    const { writeText } = await import('./yaml.ts');
    download(`${entry.name}.dashboard.yaml`, new Blob([writeText(entry.document)], { type: 'application/yaml' }));
  };
  return (
    <div class="buttons">
      <a class="button-link" href="/dashboards">
        {t('dashboards.all')}
      </a>
      <button type="button" class="button" onClick={() => void exported()}>
        {t('dashboards.export')}
      </button>
      {mayAct() && (
        <button type="button" class="button" onClick={() => setAsking('copy')}>
          {t('dashboards.copy')}
        </button>
      )}
      {mayAct() && entry.source === 'ledger' && (
        <>
          <button type="button" class="button" onClick={() => setAsking('remove')}>
            {t('dashboards.remove')}
          </button>
          <button type="button" class="button button-main" onClick={() => setQuery({ edit: '1' })}>
            {t('dashboards.edit')}
          </button>
        </>
      )}
      {asking === 'copy' && (
        <NameDialog
          heading={t('dashboards.copyOf', { title })}
          title={t('dashboards.copyOf', { title })}
          taken={[entry.name]}
          onClose={close}
          onDone={(name, newTitle) => beginDraft(name, renamed(entry.document, name, newTitle))}
        />
      )}
      {asking === 'remove' && <RemoveDialog entry={entry} onClose={close} />}
    </div>
  );
}
