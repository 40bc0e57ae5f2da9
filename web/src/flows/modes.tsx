import { path, query, withQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { shows, type Show } from './view.ts';

/** The same traffic in several pictures: links that keep time and filter. */
export function Modes({ show }: { show: Show }) {
  const address = query.value;
  return (
    <nav class="sub-nav flows-modes" aria-label={t('flows.modes')}>
      {shows.map((one) => (
        <a
          key={one}
          href={withQuery(address, { show: one === 'flows' ? undefined : one }, path.value)}
          aria-current={one === show ? 'page' : undefined}
        >
          {t(`flows.shows.${one}`)}
        </a>
      ))}
    </nav>
  );
}
