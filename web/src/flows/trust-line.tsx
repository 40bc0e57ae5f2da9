import type { FlowAnswer, FlowQuestion, FlowTrust } from '../../../src/model/index.ts';
import { formatValue } from '../charts/units.ts';
import { path, query, withQuery } from '../router.ts';
import { trustTexts } from '../text/flows.ts';
import { formatList } from '../text/format.ts';
import { t } from '../text/text.ts';
import { errorText, rateUnitOf } from './words.ts';

/** How much there was, and how far the figures can be trusted. */
export function TrustLine({ answer, measure }: { answer: FlowAnswer; measure: FlowQuestion['measure'] }) {
  const { total, trust, partial, bytesOf } = answer;
  return (
    <div class="flows-trust" role="group" aria-label={t('flows.trust.title')}>
      <p>
        <strong>{formatValue(total.bytes, 'bytes')}</strong>{' '}
        {t('flows.trust.amount', { packets: total.packets, flows: total.flows })}
        {', '}
        {t('flows.trust.p95', { rate: formatValue(total.statistics.p95, rateUnitOf(measure)) })}
        {', '}
        <span class={trust.error === undefined ? 'flows-doubt' : undefined}>
          {trust.error === 0 ? t('flows.trust.unsampled') : errorText(trust.error)}
        </span>
        {bytesOf !== 'packets' && <> {t(`flows.trust.bytesOf.${bytesOf}`)}</>}{' '}
        <a href={withQuery(query.value, { show: 'sql', sql: answer.sql }, path.value)}>{t('flows.sql.open')}</a>
      </p>
      <Doubts trust={trust} partial={partial} />
    </div>
  );
}

/** What to keep in mind about an answer, a sentence each. */
export function Doubts({ trust, partial }: { trust: FlowTrust; partial?: FlowAnswer['partial'] }) {
  return (
    <ul class="flows-doubts">
      {trustTexts(trust).map(({ text, isBad }) => (
        <li key={text} class={isBad ? 'flows-doubt' : undefined}>
          <bdi>{text}</bdi>
        </li>
      ))}
      {partial && <li class="flows-doubt">{t('charts.partial', { missing: formatList(partial.missing) })}</li>}
    </ul>
  );
}
