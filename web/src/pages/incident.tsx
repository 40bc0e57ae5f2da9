import { useEffect, useState } from 'preact/hooks';
import type { ApiActionStatus, ApiIncident, ApiPage, ApiProblem } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { mayAct, request } from '../api/session.ts';
import { ActionTable } from '../parts/action-table.tsx';
import { Name } from '../parts/bidi.tsx';
import { At, Since } from '../parts/moment.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { IncidentState } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { checkHref } from '../router.ts';
import { formatDuration, formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';

const maxTextLength = 2000;
const refreshMs = 30_000;
const statuses = ['identified', 'monitoring', 'resolved'] as const;

export function IncidentPage({ id }: { id: string }) {
  const path = `/incidents/${encodeURIComponent(id)}`;
  const {
    data: incident,
    problem,
    reload,
  } = useResource(path, (signal) => request<ApiIncident>('GET', path, { signal }), { refreshMs });
  const actions = useResource(`${path}/actions`, (signal) =>
    request<ApiPage<ApiActionStatus>>('GET', `${path}/actions`, { signal }),
  );
  useEffect(
    () =>
      onLedgerEvent((event) => {
        if (event.kind === 'incident' && (event.body as { id?: unknown } | null)?.id === id) reload();
        if (event.kind.startsWith('action-')) actions.reload();
      }),
    [id],
  );
  const title = incident?.title ?? t('nav.incidents');
  return (
    <Page title={title} heading={<bdi>{title}</bdi>} aside={<a href="/incidents">{t('incident.all')}</a>}>
      {!incident && problem && <ProblemView problem={problem} retry={reload} />}
      {!incident && !problem && <Waiting />}
      {incident && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <IncidentHead incident={incident} />
          <div class="columns columns-wide-first">
            <div class="stack">
              <Section id="timeline-title" title={t('incident.timeline')}>
                <Timeline incident={incident} />
              </Section>
              <Section id="actions-title" title={t('check.actions')}>
                {actions.problem && <StaleNotice problem={actions.problem} retry={actions.reload} />}
                {actions.data ? <ActionTable actions={actions.data.items} /> : <Waiting />}
              </Section>
            </div>
            <div class="stack">
              <Section id="respond-title" title={t('incident.respond')}>
                <Respond incident={incident} path={path} done={reload} />
              </Section>
              <Section id="affected-title" title={t('incident.affected')}>
                <ul class="plain">
                  {[incident.check, ...incident.affected.filter((check) => check !== incident.check)].map((check) => (
                    <li key={check}>
                      <a href={checkHref(check)}>
                        <Name text={check} />
                      </a>
                      {check === incident.check && <span class="badge">{t('incident.cause')}</span>}
                    </li>
                  ))}
                </ul>
              </Section>
              <Section id="told-title" title={t('incident.told')}>
                {incident.told.length === 0 ? (
                  <p class="quiet">{t('incident.nobodyTold')}</p>
                ) : (
                  <ul class="plain">
                    {incident.told.map((receiver) => (
                      <li key={receiver}>
                        <Name text={receiver} />
                      </li>
                    ))}
                  </ul>
                )}
              </Section>
            </div>
          </div>
        </>
      )}
    </Page>
  );
}

function IncidentHead({ incident }: { incident: ApiIncident }) {
  const lastedMs = Date.parse(incident.resolvedAt ?? '') - Date.parse(incident.openedAt);
  return (
    <section class={`headline incident-head impact-${incident.impact}`} aria-label={t('incident.headline')}>
      <div class="headline-verdict">
        <IncidentState status={incident.status} />
        <span class="badge">{t(`impact.${incident.impact}`)}</span>
        <span class="quiet">
          {t('incident.opened')} <Since time={incident.openedAt} ago />
          {Number.isFinite(lastedMs) && <> · {t('incidents.lasted', { duration: formatDuration(lastedMs) })}</>}
        </span>
        <span class="quiet">
          {incident.acknowledged ? (
            <>
              {t('incidents.acknowledgedBy')} <bdi>{incident.acknowledged.by}</bdi>
            </>
          ) : (
            t('incidents.notAcknowledged')
          )}
        </span>
      </div>
      {incident.reason && (
        <p class="headline-reason">
          <bdi>{incident.reason.text}</bdi> <code>{incident.reason.code}</code>
        </p>
      )}
      {incident.transitions.length > 0 && (
        <p class="quiet incident-proof">
          {t('incident.proof')}{' '}
          {incident.transitions.slice(-20).map((position) => (
            <a key={position} href={`/ledger?since=${position}`}>
              #{formatInteger(position)}
            </a>
          ))}
        </p>
      )}
      {incident.transitions.length > 0 && (
        <p class="quiet incident-proof">
          {t('incident.certificate')}{' '}
          <a href={`/api/v1/incidents/${encodeURIComponent(incident.id)}/certificate`} download>
            {t('incident.download')}
          </a>
          <a href="/verify.html" target="_blank" rel="noopener">
            {t('incident.verifier')}
          </a>
        </p>
      )}
    </section>
  );
}

function Timeline({ incident }: { incident: ApiIncident }) {
  return (
    <ol class="timeline">
      {incident.updates.toReversed().map((update, index) => (
        <li key={index} class={`update update-${update.kind}`}>
          <p class="update-head">
            <strong>{t(`update.${update.kind}`)}</strong>
            <span class="quiet">
              <At time={update.at} /> · <bdi>{update.by}</bdi>
            </span>
          </p>
          {update.text !== '' && (
            <p class="update-text">
              <bdi>{update.text}</bdi>
            </p>
          )}
        </li>
      ))}
    </ol>
  );
}

function Respond({ incident, path, done }: { incident: ApiIncident; path: string; done: () => void }) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  if (!mayAct()) return <p class="quiet">{t('incident.viewer')}</p>;
  const send = async (what: string, body: object) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await request('POST', `${path}/${what}`, { body });
      if (what !== 'acknowledge') setText('');
      done();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const resolved = incident.status === 'resolved';
  return (
    <form
      class="respond"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') void send('notes', { text: text.trim() });
      }}
    >
      {!incident.acknowledged && !resolved && (
        <button type="button" class="button button-main" disabled={busy} onClick={() => void send('acknowledge', {})}>
          {t('incident.acknowledge')}
        </button>
      )}
      <label class="field">
        <span class="field-label">{t('incident.text')}</span>
        <textarea
          rows={3}
          maxLength={maxTextLength}
          value={text}
          placeholder={t('incident.textHint')}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <div class="buttons">
        <button type="submit" class="button" disabled={busy || text.trim() === ''}>
          {t('incident.note')}
        </button>
        {!resolved &&
          statuses
            .filter((status) => status !== incident.status)
            .map((status) => (
              <button
                key={status}
                type="button"
                class="button"
                disabled={busy}
                onClick={() => void send('status', { status, text: text.trim() })}
              >
                {t(`incident.set.${status}`)}
              </button>
            ))}
      </div>
      {problem && <ProblemView problem={problem} />}
    </form>
  );
}
