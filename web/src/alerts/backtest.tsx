import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiBacktest, ApiBacktestProgress, ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { readDuration } from '../charts/duration.ts';
import { watcherNow } from '../dashboards/use-window.ts';
import { ProblemView } from '../parts/problem-view.tsx';
import { formatClock } from '../text/format.ts';
import { t } from '../text/text.ts';
import { BacktestResult } from './backtest-result.tsx';
import { runBacktest } from './backtest-stream.ts';

const stretches = ['1h', '6h', '1d', '7d', '30d'] as const;
type Stretch = (typeof stretches)[number];

type Step =
  | { kind: 'idle' }
  | { kind: 'running'; progress: ApiBacktestProgress | undefined }
  | { kind: 'done'; result: ApiBacktest; text: string }
  | { kind: 'failed'; problem: ApiProblem };

/** What the policy, as it stands in the editor, would have made of the past. */
export function Backtest({ text, onRefused }: { text: string; onRefused: (problem: ApiProblem) => void }) {
  const [stretch, setStretch] = useState<Stretch>('1d');
  const [step, setStep] = useState<Step>({ kind: 'idle' });
  const abort = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const start = async () => {
    const own = new AbortController();
    abort.current = own;
    setStep({ kind: 'running', progress: undefined });
    const toMs = watcherNow();
    const question = {
      yaml: text,
      from: new Date(toMs - (readDuration(stretch) ?? 0)).toISOString(),
      to: new Date(toMs).toISOString(),
    };
    try {
      const result = await runBacktest(question, {
        signal: own.signal,
        onProgress: (progress) => setStep({ kind: 'running', progress }),
      });
      setStep({ kind: 'done', result, text });
    } catch (thrown) {
      if (own.signal.aborted) return;
      const problem = problemOf(thrown);
      setStep({ kind: 'failed', problem });
      onRefused(problem);
    }
  };
  const stop = () => {
    abort.current?.abort();
    setStep({ kind: 'idle' });
  };
  const running = step.kind === 'running';
  const share = running ? (step.progress?.share ?? 0) : 0;
  return (
    <>
      <p class="quiet">{t('alerts.test.text')}</p>
      <div class="backtest-bar">
        <label class="field">
          <span class="field-label">{t('alerts.test.stretch')}</span>
          <select
            value={stretch}
            disabled={running}
            onChange={(event) => setStretch(event.currentTarget.value as Stretch)}
          >
            {stretches.map((one) => (
              <option key={one} value={one} selected={one === stretch}>
                {t(`alerts.test.stretches.${one}`)}
              </option>
            ))}
          </select>
        </label>
        {running ? (
          <button type="button" class="button" onClick={stop}>
            {t('alerts.test.stop')}
          </button>
        ) : (
          <button type="button" class="button button-main" onClick={() => void start()}>
            {t('alerts.test.start')}
          </button>
        )}
        {running && (
          <span class="backtest-progress">
            <progress value={share} max={1} aria-label={t('alerts.test.progress')} />
            {step.progress && (
              <span class="quiet">{t('alerts.test.at', { time: formatClock(step.progress.at, watcherNow()) })}</span>
            )}
          </span>
        )}
      </div>
      {step.kind === 'failed' && <ProblemView problem={step.problem} />}
      <div role="status">
        {step.kind === 'done' && (
          <>
            {step.text !== text && <p class="notice notice-warn">{t('alerts.test.outdated')}</p>}
            <BacktestResult result={step.result} />
          </>
        )}
      </div>
    </>
  );
}
