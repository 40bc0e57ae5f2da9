import type { FlowCosts } from '../../../src/model/index.ts';
import { csv, download, fileName } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import type { Window } from '../charts/question.ts';
import type { Range } from '../charts/range.ts';
import { formatValue } from '../charts/units.ts';
import { Section } from '../parts/page.tsx';
import { Waiting } from '../parts/problem-view.tsx';
import { path, query, withQuery } from '../router.ts';
import { formatMoney } from '../text/format.ts';
import { t } from '../text/text.ts';
import { pricesYaml } from './example.ts';
import { TrafficProblem } from './traffic-problem.tsx';
import { useOfTime } from './use-of-time.ts';

/** What the traffic that left costs, by the prices of the configuration. */
export function CostTable({ range, window, isPaused }: { range: Range; window: Window; isPaused: boolean }) {
  const { data, problem, reload } = useOfTime<FlowCosts>('/flows/costs', range, window, isPaused);
  const title = t('flows.shows.costs');
  const asCsv = () => {
    if (!data) return;
    const lines = data.items.map(({ to, pricePerGiB, bytes, cost }) => [to, pricePerGiB, bytes, cost]);
    const text = csv([['to', `per-GiB (${data.currency})`, 'bytes', 'cost'], ...lines]);
    download(fileName(title, 'csv'), new Blob([text], { type: 'text/csv' }));
  };
  return (
    <Section id="costs-title" title={title} aside={data && <FileMenu title={title} onCsv={asCsv} />}>
      {!data &&
        problem &&
        (problem.status === 404 ? <NoPrices /> : <TrafficProblem problem={problem} retry={reload} />)}
      {!data && !problem && <Waiting />}
      {data && <Rows costs={data} title={title} />}
    </Section>
  );
}

function Rows({ costs, title }: { costs: FlowCosts; title: string }) {
  const { currency, items, total } = costs;
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('flows.costs.to')}</th>
            <th scope="col" class="number">
              {t('flows.costs.price')}
            </th>
            <th scope="col" class="number">
              {t('flows.measures.bytes')}
            </th>
            <th scope="col" class="number">
              {t('flows.costs.cost')}
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map(({ to, pricePerGiB, bytes, cost }, index) => (
            <tr key={index}>
              <th scope="row">
                {to === '' ? (
                  t('flows.costs.rest')
                ) : (
                  <a href={withQuery(query.value, { show: undefined, filter: to, where: undefined }, path.value)}>
                    <code>{to}</code>
                  </a>
                )}
              </th>
              <td class="number">
                <Money value={pricePerGiB} currency={currency} />
              </td>
              <td class="number">{formatValue(bytes, 'bytes')}</td>
              <td class="number">
                <Money value={cost} currency={currency} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t('flows.costs.total')}</th>
            <td />
            <td class="number">{formatValue(total.bytes, 'bytes')}</td>
            <td class="number">
              <strong>
                <Money value={total.cost} currency={currency} />
              </strong>
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

/** A currency is a word of the configuration's. */
const Money = ({ value, currency }: { value: number; currency: string }) => <bdi>{formatMoney(value, currency)}</bdi>;

function NoPrices() {
  return (
    <figure class="setup">
      <figcaption>{t('flows.costs.none')}</figcaption>
      <pre tabIndex={0}>{pricesYaml}</pre>
    </figure>
  );
}
