import type { ApiProbeResult } from '../../../src/model/index.ts';
import { Name } from '../parts/bidi.tsx';
import { formatProbeValue } from '../parts/probe-value.ts';
import { Outcome } from '../parts/state.tsx';
import { formatLatency, formatPercent } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/text.ts';

/** What one round found: a column for each address, a line for each value, so that addresses can be compared. */
export function ResultTable({ results }: { results: readonly ApiProbeResult[] }) {
  if (results.length === 0) return <p class="quiet">{t('none')}</p>;
  const names = [...new Set(results.flatMap((result) => Object.keys(result.values)))];
  const has = (key: 'latencyMs' | 'lossPercent') => results.some((result) => result[key] !== undefined);
  return (
    <div class="table-scroll results" tabIndex={0} role="region" aria-label={t('check.results')}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('check.value')}</th>
            {results.map((result, index) => (
              <th key={index} scope="col">
                <Name text={result.host} />
                {result.address !== undefined && result.address !== result.host && (
                  <code class="result-address">
                    <Name text={result.address} />
                  </code>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('column.outcome')}</th>
            {results.map((result, index) => (
              <td key={index}>
                <Outcome outcome={result.outcome} />
              </td>
            ))}
          </tr>
          {results.some((result) => result.reason) && (
            <tr>
              <th scope="row">{t('column.reason')}</th>
              {results.map((result, index) => (
                <td key={index} class="wrap">
                  <bdi>{result.reason && reasonText(result.reason)}</bdi>
                </td>
              ))}
            </tr>
          )}
          {has('latencyMs') && (
            <tr>
              <th scope="row">{t('column.latency')}</th>
              {results.map(({ latencyMs }, index) => (
                <td key={index}>{latencyMs === undefined ? '–' : formatLatency(latencyMs)}</td>
              ))}
            </tr>
          )}
          {has('lossPercent') && !names.includes('loss-percent') && (
            <tr>
              <th scope="row">{t('column.loss')}</th>
              {results.map(({ lossPercent }, index) => (
                <td key={index}>{lossPercent === undefined ? '–' : formatPercent(lossPercent)}</td>
              ))}
            </tr>
          )}
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              {results.map(({ values }, index) => {
                const value = values[name];
                return (
                  <td key={index} class="wrap">
                    <bdi>{value === undefined ? '–' : formatProbeValue(name, value)}</bdi>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
