import { path, query, withQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { backTo, filterOf, keys, type FlowView } from './view.ts';
import { keyName } from './words.ts';

/** The way back from drilling down: each step by its filter, or by how it was grouped. */
export function Trail({ view }: { view: FlowView }) {
  if (view.trail.length === 0) return null;
  const address = query.value;
  return (
    <nav aria-label={t('flows.trail')} class="flows-trail">
      <ol>
        {view.trail.map((step, index) => (
          <li key={index}>
            <a href={withQuery(address, backTo(view, index), path.value)}>
              {filterOf(step) === '' ? t('flows.allTraffic') : <Filter text={filterOf(step)} />}
            </a>{' '}
            <span class="quiet">
              {t('flows.groupedBy', {
                keys: keys
                  .filter((key) => step.by.includes(key))
                  .map((key) => keyName(key, view.view))
                  .join(', '),
              })}
            </span>
          </li>
        ))}
        <li aria-current="page">{filterOf(view) === '' ? t('flows.allTraffic') : <Filter text={filterOf(view)} />}</li>
      </ol>
    </nav>
  );
}

/** Names in it may be written in any direction. */
const Filter = ({ text }: { text: string }) => (
  <code>
    <bdi>{text}</bdi>
  </code>
);
