import { useState } from 'preact/hooks';
import type { ApiMirror, ApiProblem } from '../../../src/model/index.ts';
import { clockAheadMs, now } from '../api/live.ts';
import { problemOf } from '../api/problem.ts';
import { mayAct, request, session } from '../api/session.ts';
import { Fact } from '../parts/fact.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { formatDuration, formatInteger, formatList, formatMoment } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { ReadDialog } from './read-dialog.tsx';
import { Readers } from './readers.tsx';
import { collectorText, nextOf, packetsText, personOf } from './words.ts';

const marks: Readonly<Partial<Record<ApiMirror['state'], string>>> = {
  proposed: 'badge badge-warn',
  approved: 'badge badge-warn',
  running: 'badge badge-bad',
};

/** What is copied, for what, by whose leave, how much longer; and what one may do about it. */
export function MirrorItem({ mirror, reload }: { mirror: ApiMirror; reload: () => void }) {
  const { id, state, policy, by, at, approved, stopped, figures, ended } = mirror;
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const [reading, setReading] = useState(false);
  const change = async (what: 'approve' | 'stop') => {
    setProblem(undefined);
    try {
      await request('POST', `/mirrors/${encodeURIComponent(id)}/${what}`);
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
    reload();
  };
  const isOwn = personOf(by) === personOf(session.value.name ?? '');
  const isUnderWay = state === 'proposed' || state === 'approved' || state === 'running';
  const hasFiles = policy.collector.kind === 'ring' && (state === 'running' || state === 'ended');
  const next = nextOf(mirror);
  const counted = figures ?? ended;
  const said = (name: string, time: string) =>
    t('mirrors.byAt', { name: isolated(name), time: formatMoment(time) ?? '' });
  const where = t('mirrors.where', {
    interfaces: isolated(formatList(policy.interfaces)),
    watcher: isolated(policy.watcher),
  });
  return (
    <li class="panel mirror" aria-labelledby={`mirror-${id}`}>
      <div class="panel-head">
        <h2 id={`mirror-${id}`}>
          {t('mirrors.number', { id })} <span class={marks[state] ?? 'badge'}>{t(`mirrors.states.${state}`)}</span>
        </h2>
      </div>
      <p>
        <bdi>{where}</bdi>, {t(`mirrors.directions.${policy.direction}`)}
      </p>
      <dl class="facts mirror-facts">
        <Fact name={t('mirrors.purpose')} value={policy.purpose} />
        <Fact name={t('mirrors.packetsOf')} value={packetsText(policy)} />
        <Fact name={t('mirrors.to')} value={collectorText(policy)} />
        <Fact name={t('mirrors.proposed')} value={said(by, at)} />
        {approved && <Fact name={t('mirrors.approved')} value={said(approved.by, approved.at)} />}
        {stopped && <Fact name={t('mirrors.stopped')} value={said(stopped.by, stopped.at)} />}
        {next && (
          <Fact
            name={t(`mirrors.${next.what}`)}
            value={formatDuration(Math.max(0, Date.parse(next.at) - now.value - clockAheadMs.value))}
          />
        )}
        {counted && (
          <Fact
            name={t('mirrors.captured')}
            value={t('mirrors.counts', {
              packets: formatInteger(counted.packets),
              dropped: formatInteger(counted.dropped),
            })}
          />
        )}
      </dl>
      {problem && <ProblemView problem={problem} />}
      {mayAct() && (
        <div class="buttons">
          {state === 'proposed' && (
            <button
              type="button"
              class="button button-main"
              disabled={isOwn}
              aria-describedby={isOwn ? `own-${id}` : undefined}
              onClick={() => void change('approve')}
            >
              {t('mirrors.approve')}
            </button>
          )}
          {isUnderWay && (
            <button type="button" class="button" onClick={() => void change('stop')}>
              {t(state === 'proposed' ? 'mirrors.withdraw' : 'mirrors.stop')}
            </button>
          )}
          {hasFiles && (
            <button type="button" class="button" onClick={() => setReading(true)}>
              {t('mirrors.read')}
            </button>
          )}
          {state === 'proposed' && isOwn && (
            <span id={`own-${id}`} class="quiet">
              {t('mirrors.own')}
            </span>
          )}
        </div>
      )}
      {approved && <Readers id={id} />}
      {reading && <ReadDialog id={id} onClose={() => setReading(false)} />}
    </li>
  );
}
