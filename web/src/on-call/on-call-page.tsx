import { useEffect, useState } from 'preact/hooks';
import type { ApiOnCall, ApiOnCallOverride } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { mayAct, request } from '../api/session.ts';
import { AlertViews } from '../frame/navigation.tsx';
import { useAct } from '../incidents/use-act.ts';
import { Name } from '../parts/bidi.tsx';
import { At } from '../parts/moment.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { t } from '../text/text.ts';
import { Calendar } from './calendar.tsx';
import { ExampleView } from './example-view.tsx';
import { OverrideDialog } from './override-dialog.tsx';
import { Escalations, QuietHoursList } from './other-duties.tsx';
import { readRouting } from './routing-document.ts';
import { RouteTree } from './route-tree.tsx';
import { useConfiguration } from './use-configuration.ts';

const refreshMs = 30_000;

const example = `rotas:
  - name: night
    time-zone: Europe/Berlin
    receivers: [anna, ben]
    from: 2026-01-05T09:00
    every: 7d`;

/** Whose turn it is, and which way messages take. */
export function OnCallPage() {
  const { data, problem, reload } = useResource(
    'on-call',
    (signal) => request<ApiOnCall>('GET', '/on-call', { signal }),
    { refreshMs },
  );
  const configuration = useConfiguration();
  useEffect(
    () =>
      onLedgerEvent(({ kind }) => {
        if (kind === 'configuration') configuration.reload();
        if (kind === 'configuration' || kind === 'request') reload();
      }),
    [],
  );
  const [taking, setTaking] = useState<string | undefined>(undefined);
  const routing = configuration.data && readRouting(configuration.data.document);
  return (
    <Page title={t('onCall.title')}>
      <AlertViews />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          {data.items.length === 0 ? (
            <ExampleView title={t('onCall.noRotas')} text={t('onCall.noRotasText')} example={example} />
          ) : (
            <>
              <Section id="now-title" title={t('onCall.now')}>
                <NowTable items={data.items} onTake={setTaking} />
              </Section>
              <Section id="calendar-title" title={t('onCall.calendar')}>
                <Calendar items={data.items} />
              </Section>
              <Section id="overrides-title" title={t('onCall.overrides')}>
                <Overrides overrides={data.overrides} onEnded={reload} />
              </Section>
            </>
          )}
        </>
      )}
      {!routing && configuration.problem && (
        <ProblemView problem={configuration.problem} retry={configuration.reload} />
      )}
      {routing && (
        <>
          <RouteTree routing={routing} />
          <div class="columns">
            <Section id="escalations-title" title={t('onCall.escalations')}>
              <Escalations escalations={routing.escalations} />
            </Section>
            <Section id="quiet-title" title={t('onCall.quietHours')}>
              <QuietHoursList quietHours={routing.quietHours} />
            </Section>
          </div>
        </>
      )}
      {taking !== undefined && (
        <OverrideDialog
          rota={taking}
          receivers={routing?.receivers ?? []}
          onClose={() => setTaking(undefined)}
          onMade={() => {
            setTaking(undefined);
            reload();
          }}
        />
      )}
    </Page>
  );
}

type Held = ApiOnCall['items'][number]['now'];

function Person({ held }: { held: Held }) {
  if (held.receiver === undefined) return <span class="quiet">{t('onCall.nobody')}</span>;
  return (
    <span class="held">
      <strong>
        <Name text={held.receiver} />
      </strong>
      {held.override !== undefined && <span class="badge">{t('onCall.override')}</span>}
    </span>
  );
}

function NowTable({ items, onTake }: { items: ApiOnCall['items']; onTake: (rota: string) => void }) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={t('onCall.now')}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('onCall.rota')}</th>
            <th scope="col">{t('onCall.person')}</th>
            <th scope="col">{t('onCall.next')}</th>
            <th scope="col">{t('onCall.zone')}</th>
            {mayAct() && (
              <th scope="col">
                <span class="hidden-text">{t('onCall.takeOver')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {items.map(({ rota, now, next, timeZone }) => (
            <tr key={rota}>
              <th scope="row">
                <Name text={rota} />
              </th>
              <td>
                <Person held={now} />
              </td>
              <td>
                {next ? (
                  <span class="held">
                    <Person held={next} /> <At time={next.at} />
                  </span>
                ) : (
                  <span class="quiet">–</span>
                )}
              </td>
              <td class="quiet">
                <bdi>{timeZone}</bdi>
              </td>
              {mayAct() && (
                <td>
                  <button type="button" class="button" onClick={() => onTake(rota)}>
                    {t('onCall.takeOver')}
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Overrides({ overrides, onEnded }: { overrides: readonly ApiOnCallOverride[]; onEnded: () => void }) {
  const { busy, problem, send } = useAct(onEnded);
  if (overrides.length === 0) return <p class="quiet">{t('onCall.noOverrides')}</p>;
  return (
    <>
      {problem && <ProblemView problem={problem} />}
      <ul class="plain">
        {overrides.map(({ id, rota, receiver, from, to, by }) => (
          <li key={id} class="override">
            <span>
              {t('onCall.overrideLine', { receiver, rota, by })}: <At time={from} /> – <At time={to} />
            </span>
            {mayAct() && (
              <button
                type="button"
                class="button"
                disabled={busy}
                aria-label={t('onCall.endOne', { receiver, rota })}
                onClick={() => void send('DELETE', `/on-call/overrides/${encodeURIComponent(id)}`)}
              >
                {t('onCall.end')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
