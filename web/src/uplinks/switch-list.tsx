import { useEffect, useState } from 'preact/hooks';
import type { ApiPage, ApiProblem, ApiUplinkSwitch } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { Section } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { t } from '../text/text.ts';
import { SwitchItem } from './switch-item.tsx';

const pageSize = 10;
/** Older ones are reached through the API; a page is for people. */
const maxShown = 500;
const refreshMs = 10_000;

const read = (cursor: string | undefined, signal?: AbortSignal) =>
  request<ApiPage<ApiUplinkSwitch>>('GET', '/uplinks/switches', {
    query: { limit: pageSize, cursor },
    ...(signal ? { signal } : {}),
  });

/** What was switched, newest first. `sign` changes with what carries, which may be before it is recorded. */
export function SwitchList({ sign }: { sign: string }) {
  const { data, problem, reload } = useResource('switches', (signal) => read(undefined, signal), { refreshMs });
  useEffect(reload, [sign]);
  useEffect(() => onLedgerEvent((event) => event.kind === 'uplink-switch' && reload()), []);
  const [older, setOlder] = useState<{ items: ApiUplinkSwitch[]; next?: string | undefined; problem?: ApiProblem }>();
  const seen = new Set(data?.items.map(({ id }) => id));
  const items = [...(data?.items ?? []), ...(older?.items ?? []).filter(({ id }) => !seen.has(id))];
  const next = older ? older.next : data?.next;
  const readOlder = async () => {
    const before = older?.items ?? data?.items ?? [];
    try {
      const page = await read(next);
      setOlder({ items: [...before, ...page.items].slice(-maxShown), next: page.next });
    } catch (thrown) {
      setOlder({ items: before, next, problem: problemOf(thrown) });
    }
  };
  return (
    <Section id="switches-title" title={t('uplinks.timeline.title')}>
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem ?? older?.problem} retry={reload} />}
      {data && items.length === 0 && <Empty title={t('uplinks.timeline.none')} text={t('uplinks.timeline.noneHint')} />}
      <ol class="timeline switches">
        {items.map((one) => (
          <SwitchItem key={one.id} one={one} />
        ))}
      </ol>
      {next !== undefined && items.length < maxShown && (
        <button type="button" class="button" onClick={() => void readOlder()}>
          {t('uplinks.timeline.older')}
        </button>
      )}
    </Section>
  );
}
