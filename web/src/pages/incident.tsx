import { useEffect } from 'preact/hooks';
import type { ApiIncident, ApiIncidentTimeline } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { mayAct, request } from '../api/session.ts';
import { Cause, SameCause } from '../incidents/cause.tsx';
import { IncidentHead } from '../incidents/incident-head.tsx';
import { MarkdownView } from '../incidents/markdown-view.tsx';
import { policyOf } from '../incidents/policy-of.ts';
import { Postmortem } from '../incidents/postmortem.tsx';
import { Respond } from '../incidents/respond.tsx';
import { SnoozeList } from '../incidents/snooze-list.tsx';
import { Timeline } from '../incidents/timeline.tsx';
import { Name } from '../parts/bidi.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { alertHref, checkHref } from '../router.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { t } from '../text/text.ts';

const refreshMs = 30_000;

/** Of a policy's incident, the policy: what follows its name is the resource. */
function causeHref({ check, resource, documentation }: ApiIncident): string {
  if (resource === undefined && documentation === undefined) return checkHref(check);
  return alertHref(resource === undefined ? check : (check.split('@')[0] ?? check));
}

export function IncidentPage({ id }: { id: string }) {
  const path = `/incidents/${encodeURIComponent(id)}`;
  const {
    data: incident,
    problem,
    reload,
  } = useResource(path, (signal) => request<ApiIncident>('GET', path, { signal }), { refreshMs });
  const timeline = useResource(`${path}/timeline`, (signal) =>
    request<ApiIncidentTimeline>('GET', `${path}/timeline`, { signal }),
  );
  const readAgain = () => {
    reload();
    timeline.reload();
  };
  useEffect(
    () =>
      onLedgerEvent((event) => {
        if (event.kind === 'incident' && (event.body as { id?: unknown } | null)?.id === id) readAgain();
        if (event.kind.startsWith('action-')) timeline.reload();
      }),
    [id],
  );
  const title = incident ? incidentTitle(incident) : t('nav.incidents');
  return (
    <Page title={title} heading={<bdi>{title}</bdi>} aside={<a href="/incidents">{t('incident.all')}</a>}>
      {!incident && problem && <ProblemView problem={problem} retry={reload} />}
      {!incident && !problem && <Waiting />}
      {incident && (
        <>
          <StaleNotice problem={problem} retry={reload} />
          <SnoozeList
            shows={(one) =>
              one.incident === id ||
              one.check === incident.check ||
              (one.policy !== undefined && one.policy === policyOf(incident))
            }
          />
          <IncidentHead incident={incident} />
          <div class="columns columns-wide-first">
            <div class="stack">
              {incident.documentation && <WhatToDo documentation={incident.documentation} />}
              <Section id="timeline-title" title={t('incident.timeline')}>
                {timeline.problem && <StaleNotice problem={timeline.problem} retry={timeline.reload} />}
                {timeline.data ? (
                  <Timeline timeline={timeline.data} incident={incident} />
                ) : (
                  !timeline.problem && <Waiting />
                )}
              </Section>
              <Section id="postmortem-title" title={t('handling.postmortem')}>
                <Postmortem incident={incident} path={path} done={readAgain} />
              </Section>
            </div>
            <div class="stack">
              <Section id="respond-title" title={t('incident.respond')}>
                {mayAct() ? (
                  <Respond incident={incident} path={path} done={readAgain} />
                ) : (
                  <p class="quiet">{t('incident.viewer')}</p>
                )}
              </Section>
              <Section id="cause-title" title={t('handling.cause')}>
                <Cause incident={incident} path={path} done={readAgain} />
              </Section>
              <Section id="same-cause-title" title={t('handling.sameCause')}>
                <SameCause incident={incident} path={path} done={readAgain} />
              </Section>
              {incident.resource && <Resource labels={incident.resource} />}
              <Section id="affected-title" title={t('incident.affected')}>
                <ul class="plain">
                  {[incident.check, ...incident.affected.filter((check) => check !== incident.check)].map((check) => (
                    <li key={check}>
                      <a href={check === incident.check ? causeHref(incident) : checkHref(check)}>
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

function WhatToDo({ documentation }: { documentation: NonNullable<ApiIncident['documentation']> }) {
  const { subject, content, runbook } = documentation;
  // The address comes from a configuration: only a page is opened.
  const isPage = /^https?:\/\//i.test(runbook ?? '');
  if (content === '' && runbook === undefined) return null;
  return (
    <Section id="documentation-title" title={t('handling.documentation')}>
      {subject !== undefined && (
        <p>
          <strong>
            <bdi>{subject}</bdi>
          </strong>
        </p>
      )}
      <MarkdownView text={content} />
      {runbook !== undefined && (
        <p>
          {isPage ? (
            <a href={runbook} target="_blank" rel="noopener noreferrer">
              {t('handling.runbook')}
            </a>
          ) : (
            <bdi>{runbook}</bdi>
          )}
        </p>
      )}
    </Section>
  );
}

function Resource({ labels }: { labels: Readonly<Record<string, string>> }) {
  return (
    <Section id="resource-title" title={t('handling.resource')}>
      <dl class="facts">
        {Object.entries(labels).map(([key, value]) => (
          <div key={key}>
            <dt>
              <bdi>{key}</bdi>
            </dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
