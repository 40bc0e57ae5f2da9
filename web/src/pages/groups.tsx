import { useEffect } from 'preact/hooks';
import type { ApiGroup, ApiGroupDetail } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { request } from '../api/session.ts';
import { GroupMatrix } from '../groups/group-matrix.tsx';
import { Name } from '../parts/bidi.tsx';
import { Page, Section } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { State } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { groupHref } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';

const refreshMs = 10_000;
const states = ['up', 'degraded', 'partial', 'down', 'unknown'] as const;

/** Groups of targets with the verdicts in them. */
export function GroupsPage() {
  const { data, problem, reload } = useResource(
    'groups',
    (signal) => request<{ items: ApiGroup[] }>('GET', '/groups', { signal }),
    { refreshMs },
  );
  useEffect(() => onLedgerEvent((event) => event.kind === 'transition' && reload()), []);
  return (
    <Page title={t('groups.title')} aside={<a href="/">{t('check.all')}</a>}>
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data?.items.length === 0 && <Empty title={t('groups.none')} text={t('groups.noneHint')} />}
      {data && data.items.length > 0 && (
        <div class="table-scroll" role="region" aria-label={t('groups.title')} tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('groups.group')}</th>
                <th scope="col">{t('groups.worst')}</th>
                <th scope="col" class="number">
                  {t('groups.targets')}
                </th>
                {states.map((state) => (
                  <th key={state} scope="col" class="number">
                    {t(`state.${state}`)}
                  </th>
                ))}
                <th scope="col" class="number">
                  {t('groups.disputed')}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((group) => (
                <Row key={group.name} group={group} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Page>
  );
}

function Row({ group }: { group: ApiGroup }) {
  return (
    <tr>
      <th scope="row">
        <a href={groupHref(group.name)}>
          <bdi>{group.name}</bdi>
        </a>
        {group.comment !== undefined && (
          <div class="quiet">
            <bdi>{group.comment}</bdi>
          </div>
        )}
      </th>
      <td>{group.worst === undefined ? <span class="quiet">–</span> : <State state={group.worst} />}</td>
      <td class="number">{formatInteger(group.targets)}</td>
      {states.map((state) => (
        <td key={state} class="number">
          {formatInteger(group.counts[state])}
        </td>
      ))}
      <td class="number">{formatInteger(group.disputed)}</td>
    </tr>
  );
}

/** One group: each of its checks from every location. */
export function GroupPage({ name }: { name: string }) {
  const path = groupHref(name);
  const { data, problem, reload } = useResource(path, (signal) => request<ApiGroupDetail>('GET', path, { signal }), {
    refreshMs,
  });
  useEffect(() => onLedgerEvent((event) => event.kind === 'transition' && reload()), []);
  return (
    <Page title={name} heading={<Name text={name} />} aside={<a href="/groups">{t('groups.all')}</a>}>
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          {data.comment !== undefined && (
            <p>
              <bdi>{data.comment}</bdi>
            </p>
          )}
          <p class="quiet">{t('groups.about', { count: data.members.length, select: data.select })}</p>
          <Section id="group-checks" title={t('groups.from')}>
            {data.checks.length === 0 ? (
              <Empty title={t('groups.noChecks')} text={t('groups.noneHint')} />
            ) : (
              <GroupMatrix group={data} />
            )}
            {data.omitted > 0 && <p class="quiet">{t('groups.omitted', { count: data.omitted })}</p>}
          </Section>
        </>
      )}
    </Page>
  );
}
