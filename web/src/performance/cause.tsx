import type { ApiCause, ApiWitness } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { query, setQuery } from '../router.ts';
import { formatLatency, formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';

/** The question for a check, and the figures that answer it. */
export function Cause({ from, to, checks }: { from: string; to: string; checks: readonly string[] }) {
  const check = query.value.get('check') ?? '';
  if (checks.length === 0) return <p class="quiet">{t('performance.noChecks', { watcher: from })}</p>;
  return (
    <>
      <p class="quiet">{t('performance.causeText', { to })}</p>
      <label class="path-check">
        <span>{t('performance.check')}</span>{' '}
        <select value={check} onChange={(event) => setQuery({ check: event.currentTarget.value })}>
          <option value="">{t('performance.choose')}</option>
          {checks.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {check !== '' && <Answer from={from} to={to} check={check} />}
    </>
  );
}

function Answer({ from, to, check }: { from: string; to: string; check: string }) {
  const path = `/performance/${encodeURIComponent(from)}/${encodeURIComponent(to)}/cause`;
  const load = (signal: AbortSignal) => request<ApiCause>('GET', path, { signal, query: { check } });
  const { data: cause, problem, reload } = useResource(`${path} ${check}`, load, { refreshMs: 10_000 });
  if (!cause) return problem ? <ProblemView problem={problem} retry={reload} /> : <Waiting />;
  return (
    <div aria-live="polite">
      <p>
        <strong>{t(`performance.causes.${cause.answer}`)}</strong> <span class="quiet">{cause.reason}</span>
      </p>
      <div class="table-scroll path-table" role="region" aria-label={t('performance.cause')} tabIndex={0}>
        <table class="table">
          <thead>
            <tr>
              {(
                ['watcher', 'checkIs', 'failed', 'latency', 'usually', 'pathIs', 'loss', 'rtt', 'usually'] as const
              ).map((key, index) => (
                <th key={index} scope="col" class={['watcher', 'checkIs', 'pathIs'].includes(key) ? '' : 'number'}>
                  {t(`performance.${key}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cause.witnesses.map((witness) => (
              <Witness key={witness.watcher} witness={witness} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

const latency = (ms: number | undefined) => (ms === undefined ? '–' : formatLatency(ms));
const share = (ratio: number | undefined) => (ratio === undefined ? '–' : formatPercent(ratio * 100));

function Witness({ witness }: { witness: ApiWitness }) {
  return (
    <tr>
      <th scope="row">
        <bdi>{witness.watcher}</bdi>
      </th>
      <td>{t(`performance.standing.${witness.check}`)}</td>
      <td class="number">{share(witness.failedRatio)}</td>
      <td class="number">{latency(witness.latencyMs)}</td>
      <td class="number">{latency(witness.usualLatencyMs)}</td>
      <td>{t(`performance.standing.${witness.path}`)}</td>
      <td class="number">{share(witness.pathLossRatio)}</td>
      <td class="number">{latency(witness.pathRttMs)}</td>
      <td class="number">{latency(witness.usualPathRttMs)}</td>
    </tr>
  );
}
