import { useState } from 'preact/hooks';
import { RouteEndView, wayText } from './route-end.tsx';
import { Section } from '../parts/page.tsx';
import { formatList } from '../text/format.ts';
import { t } from '../text/text.ts';
import { readLabels, routeEnds, type RouteDocument } from './route-path.ts';
import type { Routing } from './routing-document.ts';

/** The tree of routes, and which way through it an incident with some labels takes. */
export function RouteTree({ routing: { routes, site } }: { routing: Routing }) {
  const [text, setText] = useState('');
  const labels = { ...(site !== '' && { site }), ...readLabels(text) };
  const ends = text.trim() === '' ? [] : routeEnds(routes, labels);
  const ways = ends.map(({ way }) => way.join('.'));
  return (
    <Section id="routes-title" title={t('onCall.routes')}>
      {routes.length === 0 ? (
        <p class="quiet">{t('onCall.noRoutes')}</p>
      ) : (
        <div class="columns">
          <Branches routes={routes} above={[]} ways={ways} />
          <div class="form">
            <h3>{t('onCall.tryTitle')}</h3>
            <label class="field">
              <span class="field-label">{t('onCall.tryLabels')}</span>
              <input
                value={text}
                maxLength={1000}
                autocomplete="off"
                spellcheck={false}
                onInput={(event) => setText(event.currentTarget.value)}
              />
              <span class="quiet field-hint">{t('onCall.tryHint')}</span>
            </label>
            <div role="status">
              {text.trim() !== '' &&
                (ends.length === 0 ? (
                  <p>{t('onCall.tryNone')}</p>
                ) : (
                  <>
                    <p>{t('onCall.tryResult')}</p>
                    <dl class="told-by">
                      {ends.map((end) => (
                        <RouteEndView key={end.way.join('.')} end={end} />
                      ))}
                    </dl>
                  </>
                ))}
            </div>
          </div>
        </div>
      )}
    </Section>
  );
}

interface BranchesProps {
  routes: readonly RouteDocument[];
  above: readonly number[];
  /** Where an incident goes that is being tried, as `1.0`. */
  ways: readonly string[];
}

function Branches({ routes, above, ways }: BranchesProps) {
  return (
    <ol class="route-tree">
      {routes.map((route, index) => {
        const way = [...above, index];
        const key = way.join('.');
        const isTaken = ways.some((one) => one === key || one.startsWith(`${key}.`));
        return (
          <li key={key}>
            <div class={`route ${isTaken ? 'route-taken' : ''}`} aria-current={isTaken ? 'true' : undefined}>
              <p>
                <span class="quiet">{wayText(way)}</span>{' '}
                {route.match === undefined ? t('onCall.everything') : <code>{route.match}</code>} →{' '}
                <strong>
                  <bdi>{route.notify && route.notify.length > 0 ? formatList(route.notify) : t('onCall.asAbove')}</bdi>
                </strong>
              </p>
              <p class="quiet route-manner">{mannerOf(route).join(' · ')}</p>
            </div>
            {route.routes && route.routes.length > 0 && <Branches routes={route.routes} above={way} ways={ways} />}
          </li>
        );
      })}
    </ol>
  );
}

/** How it tells: what it does not say it has from above. */
function mannerOf(route: RouteDocument): string[] {
  const {
    'group-by': groupBy,
    'group-wait': wait,
    'group-interval': interval,
    'repeat-interval': repeat,
    'quiet-hours': quiet,
  } = route;
  const words: (string | boolean | undefined)[] = [
    groupBy && (groupBy.length === 0 ? t('onCall.groupAll') : t('onCall.group', { labels: formatList(groupBy) })),
    wait && t('onCall.wait', { duration: wait }),
    interval && t('onCall.interval', { duration: interval }),
    repeat && t('onCall.repeat', { duration: repeat }),
    quiet && quiet.length > 0 && t('onCall.quiet', { names: formatList(quiet) }),
    route.continue === true && t('onCall.goesOn'),
  ];
  return words.filter((word): word is string => typeof word === 'string' && word !== '');
}
