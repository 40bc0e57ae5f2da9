import type { ApiAuditEntry, ApiPage } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { SettingsViews } from '../frame/navigation.tsx';
import { Name } from '../parts/bidi.tsx';
import { At } from '../parts/moment.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { t } from '../text/text.ts';

const refreshMs = 10_000;

/** Who signed in, and who changed what, for admins. */
export function AuditPage() {
  const { data, problem, reload } = useResource(
    'audit',
    (signal) => request<ApiPage<ApiAuditEntry>>('GET', '/audit', { signal }),
    { refreshMs },
  );
  return (
    <Page title={t('people.audit')}>
      <SettingsViews />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data?.items.length === 0 && <Empty title={t('people.noAudit')} />}
      {data && data.items.length > 0 && (
        <div class="panel">
          <div class="table-scroll" role="region" aria-label={t('people.audit')} tabIndex={0}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t('people.time')}</th>
                  <th scope="col">{t('people.by')}</th>
                  <th scope="col">{t('people.what')}</th>
                  <th scope="col">{t('people.on')}</th>
                  <th scope="col">{t('people.outcome')}</th>
                  <th scope="col">{t('people.from')}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((entry, index) => (
                  <Row key={`${entry.position} ${index}`} entry={entry} />
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </Page>
  );
}

function Row({ entry }: { entry: ApiAuditEntry }) {
  const { at, by, what, on, text, outcome, code, from, count } = entry;
  return (
    <tr>
      <td>
        <At time={at} />
      </td>
      <th scope="row">
        {by === '' ? <span class="quiet">{t('people.somebody')}</span> : <Name text={by} class="person" />}
      </th>
      <td>
        <bdi>{what}</bdi>
      </td>
      <td>
        {on !== undefined && <Name text={on} />}
        {text !== undefined && (
          <div class="quiet">
            <bdi>{text}</bdi>
          </div>
        )}
      </td>
      <td>
        {t(`people.outcomes.${outcome}`)}
        {code !== undefined && <span class="quiet"> {code}</span>}
        {count > 1 && <span class="quiet"> {t('people.times', { count })}</span>}
      </td>
      <td>
        <bdi>{from}</bdi>
      </td>
    </tr>
  );
}
