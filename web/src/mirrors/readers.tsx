import { useState } from 'preact/hooks';
import type { ApiEvent, ApiPage, MirrorRead } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { At } from '../parts/moment.tsx';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { formatInteger } from '../text/format.ts';
import { eventText } from '../text/record.ts';
import { t } from '../text/text.ts';

const pageEntries = 1000;
const mostPages = 20;

/** Entries of the ledger that name a reader, from the mirror's first entry on. */
async function readersOf(id: string, signal: AbortSignal): Promise<{ entries: ApiEvent[]; isCut: boolean }> {
  const entries: ApiEvent[] = [];
  let since = Number(id);
  for (let page = 0; page < mostPages; page++) {
    const query = { since, limit: pageEntries };
    const { items } = await request<ApiPage<ApiEvent>>('GET', '/events', { query, signal });
    entries.push(
      ...items.filter(({ kind, body }) => kind === 'mirror-read' && (body as Partial<MirrorRead>).mirror === id),
    );
    const last = items.at(-1);
    if (!last || items.length < pageEntries) return { entries, isCut: false };
    since = last.position + 1;
  }
  return { entries, isCut: true };
}

/** Who was given captured packets; looked up when somebody wants to know. */
export function Readers({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('mirrors.readers')}</summary>
      {open && <ReaderList id={id} />}
    </details>
  );
}

function ReaderList({ id }: { id: string }) {
  const { data, problem, reload } = useResource(`readers ${id}`, (signal) => readersOf(id, signal));
  if (!data) return problem ? <ProblemView problem={problem} retry={reload} /> : <Waiting />;
  return (
    <>
      {data.entries.length === 0 && <p class="quiet">{t('mirrors.nobodyRead')}</p>}
      <ul class="plain">
        {data.entries.map((event) => (
          <li key={event.position}>
            <At time={event.time} /> <bdi>{eventText(event)}</bdi>
          </li>
        ))}
      </ul>
      {data.isCut && (
        <p class="quiet">{t('mirrors.readersCut', { entries: formatInteger(pageEntries * mostPages) })}</p>
      )}
    </>
  );
}
