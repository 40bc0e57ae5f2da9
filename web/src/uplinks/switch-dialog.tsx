import { useEffect, useState } from 'preact/hooks';
import type { ApiProblem, ApiSwitchAnswer, ApiUplinks } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { StateMark } from '../parts/state.tsx';
import { formatLatency } from '../text/format.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { Commands } from './commands.tsx';
import { effectsOf } from './ways.ts';

type Receipts = ApiSwitchAnswer['receipts'];
type Kind = 'to' | 'stay' | 'automatic';

const titles = {
  to: 'uplinks.switch.title',
  stay: 'uplinks.switch.titleStay',
  automatic: 'uplinks.switch.titleAutomatic',
} as const;
const confirms = {
  to: 'uplinks.switch.confirm',
  stay: 'uplinks.switch.confirmStay',
  automatic: 'uplinks.switch.confirmAutomatic',
} as const;

/**
 * Before anything is switched the watcher is asked what it would do; what that means for connections is said, and only
 * then can it be confirmed. `uplink` null: the choice goes back to the watcher.
 */
export function SwitchDialog({
  uplink,
  kind,
  status,
  onClose,
  onDone,
}: {
  uplink: string | null;
  kind: Kind;
  status: ApiUplinks;
  onClose: () => void;
  onDone: () => void;
}) {
  // What stood on screen when the question was asked; the figures behind go on changing.
  const [asked] = useState(status);
  const [plan, setPlan] = useState<Receipts | undefined>(undefined);
  const [done, setDone] = useState<Receipts | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const ask = async (dryRun: boolean) => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { receipts } = await request<ApiSwitchAnswer>('POST', '/uplinks/switch', { body: { uplink, dryRun } });
      if (dryRun) setPlan(receipts);
      else {
        setDone(receipts);
        onDone();
      }
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => void ask(true), []);
  const name = isolated(uplink ?? '');
  return (
    <Dialog title={t(titles[kind], { uplink: name })} onClose={onClose}>
      <div class="ask">
        {!plan && !problem && <Waiting />}
        {plan && !done && (
          <>
            {asked.policy.dryRun && <p class="notice notice-warn">{t('uplinks.dryRun')}</p>}
            <h3>{t('uplinks.switch.happens')}</h3>
            <EffectList plan={plan} uplink={uplink} status={asked} />
            <Commands summary="uplinks.switch.commands" commands={plan.flatMap(({ commands }) => commands)} open />
            <Problems receipts={plan} />
          </>
        )}
        {done && (
          <div role="status" class="ask-done">
            <p>
              <strong>{t('uplinks.switch.done')}</strong>
            </p>
            <Results receipts={done} />
            <Problems receipts={done} />
          </div>
        )}
        {problem && <ProblemView problem={problem} />}
        <div class="buttons ask-buttons">
          {!done && plan && (
            <button
              type="button"
              class="button button-main button-large"
              disabled={busy}
              onClick={() => void ask(false)}
            >
              {t(asked.policy.dryRun ? 'uplinks.switch.confirmDry' : confirms[kind])}
            </button>
          )}
          <button type="button" class="button button-large" onClick={onClose}>
            {t(done ? 'uplinks.switch.close' : 'uplinks.switch.cancel')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

/** What the switch means, family by family, and for connections that are open. */
function EffectList({ plan, uplink, status }: { plan: Receipts; uplink: string | null; status: ApiUplinks }) {
  const { moves, kept, cut } = effectsOf(plan, status);
  const list = (names: readonly string[]) => names.map(isolated).join(' + ') || t('uplinks.nobody');
  const wanted = status.uplinks.find(({ name }) => name === uplink);
  return (
    <ul class="effects">
      {moves.length === 0 && <li>{t('uplinks.switch.none')}</li>}
      {moves.map(({ family, from, to }) => (
        <li key={family}>
          {t(from.length === 0 ? 'uplinks.switch.moves' : 'uplinks.switch.movesFrom', {
            family,
            to: list(to),
            from: list(from),
          })}
        </li>
      ))}
      {moves.length > 0 && <li>{t('uplinks.switch.datagrams')}</li>}
      {kept.length > 0 && <li>{t('uplinks.switch.stays', { from: list(kept) })}</li>}
      {cut.length > 0 && (
        <li>{t('uplinks.switch.cut', { left: list(cut), grace: formatLatency(status.policy.graceMs) })}</li>
      )}
      {wanted?.families
        .filter(({ state }) => state !== 'up')
        .map(({ family, reason, state }) => (
          <li key={`not up ${family}`} class="effect-warning">
            <StateMark state="degraded" />
            <span>
              {t('uplinks.switch.state', { uplink: isolated(wanted.name), family, reason: isolated(reason) })}{' '}
              {state === 'dead' && t('uplinks.switch.dead')}
            </span>
          </li>
        ))}
      <li>{uplink === null ? t('uplinks.switch.freed') : t('uplinks.switch.pinned', { uplink: isolated(uplink) })}</li>
    </ul>
  );
}

function Results({ receipts }: { receipts: Receipts }) {
  if (receipts.length === 0) return <p>{t('uplinks.switch.none')}</p>;
  return (
    <ul class="effects">
      {receipts.map(({ family, serving, dryRun, verified, tookMs }) => (
        <li key={family}>
          {t(dryRun ? 'uplinks.switch.dry' : verified ? 'uplinks.switch.verified' : 'uplinks.switch.unverified', {
            family,
            to: isolated(serving[0] ?? t('uplinks.nobody')),
            took: formatLatency(tookMs),
          })}
        </li>
      ))}
    </ul>
  );
}

function Problems({ receipts }: { receipts: Receipts }) {
  const problems = receipts.flatMap((receipt) => receipt.problems);
  if (problems.length === 0) return null;
  return (
    <div class="notice notice-bad">
      <strong>{t('uplinks.switch.refused')}</strong>
      <ul>
        {problems.map((problem) => (
          <li key={problem}>
            <bdi>{problem}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}
