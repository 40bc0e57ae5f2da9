import { useState } from 'preact/hooks';
import type { ApiProblem, ApiReceiver, ApiReceiverTest } from '../../../src/model/index.ts';
import { mayAct, request } from '../api/session.ts';
import { problemOf } from '../api/problem.ts';

import { AlertViews } from '../frame/navigation.tsx';
import { At } from '../parts/moment.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { StateMark } from '../parts/state.tsx';
import { useResource } from '../parts/use-resource.ts';
import { incidentHref } from '../router.ts';
import { languageNames } from '../text/known-languages.ts';
import { t } from '../text/text.ts';
import { ExampleView } from './example-view.tsx';

const refreshMs = 15_000;

const example = `notify:
  ops:
    email: { host: mail.example.org, from: watch@example.org, to: ops@example.org }
  chat:
    webhook: { url: https://hooks.example.org/ops }`;

/** Who can be told, over which channels, and whether that works. */
export function ReceiversPage() {
  const { data, problem, reload } = useResource(
    'receivers',
    (signal) => request<{ items: ApiReceiver[] }>('GET', '/receivers', { signal }),
    { refreshMs },
  );
  return (
    <Page title={t('onCall.receivers')}>
      <AlertViews />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data?.items.length === 0 && (
        <ExampleView title={t('onCall.noReceivers')} text={t('onCall.noReceiversText')} example={example} />
      )}
      <div class="stack">
        {data?.items.map((receiver) => (
          <Receiver key={receiver.name} receiver={receiver} onTested={reload} />
        ))}
      </div>
    </Page>
  );
}

const outcomeMarks = {
  done: 'up',
  retry: 'degraded',
  failed: 'down',
  unknown: 'unknown',
  dropped: 'disabled',
} as const;

function Outcome({ outcome }: { outcome: keyof typeof outcomeMarks }) {
  return (
    <span class={`state state-${outcomeMarks[outcome]}`}>
      <StateMark state={outcomeMarks[outcome]} />
      <span>{t(`onCall.outcomes.${outcome}`)}</span>
    </span>
  );
}

type Test = { kind: 'busy' } | { kind: 'done'; answer: ApiReceiverTest } | { kind: 'failed'; problem: ApiProblem };

function Receiver({ receiver, onTested }: { receiver: ApiReceiver; onTested: () => void }) {
  const { name, channels, last, language } = receiver;
  const [test, setTest] = useState<Test | undefined>(undefined);
  const send = async () => {
    setTest({ kind: 'busy' });
    try {
      const path = `/receivers/${encodeURIComponent(name)}/test`;
      setTest({ kind: 'done', answer: await request<ApiReceiverTest>('POST', path) });
      onTested();
    } catch (thrown) {
      setTest({ kind: 'failed', problem: problemOf(thrown) });
    }
  };
  const answers = test?.kind === 'done' ? test.answer.channels : [];
  const busy = test?.kind === 'busy';
  return (
    <Section
      id={`receiver-${name}`}
      title={name}
      aside={
        mayAct() && (
          <button
            type="button"
            class="button"
            disabled={busy}
            aria-label={t('onCall.testOne', { receiver: name })}
            onClick={() => void send()}
          >
            {t(busy ? 'onCall.testing' : 'onCall.test')}
          </button>
        )
      }
    >
      <div class="table-scroll" tabIndex={0} role="region" aria-label={`${name}: ${t('onCall.channels')}`}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('onCall.channel')}</th>
              <th scope="col">{t('onCall.destination')}</th>
              <th scope="col">{t('onCall.last')}</th>
            </tr>
          </thead>
          <tbody>
            {channels.map(({ channel, destination, last: tried }, index) => {
              const answer = answers[index];
              const shown = answer ?? tried;
              return (
                <tr key={`${channel} ${index}`}>
                  <th scope="row">{channel}</th>
                  <td class="wrap">
                    <bdi>{destination}</bdi>
                  </td>
                  <td class="wrap">
                    {shown === undefined ? (
                      <span class="quiet">{t('onCall.never')}</span>
                    ) : (
                      <span class="channel-outcome">
                        <Outcome outcome={shown.outcome} /> {!answer && tried && <At time={tried.at} />}{' '}
                        <bdi class="quiet" lang="en">
                          {shown.text}
                        </bdi>
                      </span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="quiet receiver-last">
        {t('onCall.language', { language: languageNames[language] })} ·{' '}
        {last === undefined ? (
          t('onCall.noMessage')
        ) : (
          <>
            {t('onCall.lastMessage', { outcome: t(`onCall.outcomes.${last.outcome}`) })} <At time={last.at} />{' '}
            {t('onCall.byWatcher', { watcher: last.watcher })}{' '}
            <a href={incidentHref(last.incident)}>#{last.incident}</a>
          </>
        )}
      </p>
      <div role="status">
        {test?.kind === 'done' && (
          <p class={`notice ${test.answer.ok ? '' : 'notice-bad'}`}>
            {t(test.answer.ok ? 'onCall.testOk' : 'onCall.testFailed')}
          </p>
        )}
      </div>
      {test?.kind === 'failed' && <ProblemView problem={test.problem} />}
    </Section>
  );
}
