import type { ApiActionStatus } from '../../../src/model/index.ts';
import { formatInteger } from '../text/format.ts';
import { actionText, resultText } from '../text/record.ts';
import { t } from '../text/text.ts';
import { At } from './moment.tsx';
import { Empty } from './problem-view.tsx';
import { ActionState } from './state.tsx';

/** Actions with their receipts; what a program wrote is folded away. */
export function ActionTable({ actions }: { actions: readonly ApiActionStatus[] }) {
  if (actions.length === 0) return <Empty title={t('actions.none')} />;
  return (
    <ul class="actions">
      {actions.map((action) => (
        <li key={action.id} class="action">
          <ActionState state={action.state} />
          <span class="action-what">
            <bdi>{actionText(action)}</bdi>
          </span>
          <span class="action-when quiet">
            <At time={action.at} /> ·{' '}
            <a href={`/ledger?since=${action.transition}`}>#{formatInteger(action.transition)}</a>
            {action.attempts > 1 && <> · {t('actions.attempts', { count: action.attempts })}</>}
            {action.exitCode !== undefined && <> · {t('actions.exitCode', { code: action.exitCode })}</>}
          </span>
          {action.text !== undefined && (
            <span class="action-text">
              <bdi>{resultText(action.text)}</bdi>
            </span>
          )}
          {action.output !== undefined && action.output !== '' && (
            <details class="action-output">
              <summary>{t('actions.output')}</summary>
              <pre tabIndex={0}>{action.output}</pre>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
