import type { ApiSessionEntry } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { Section } from '../parts/page.tsx';
import { Since } from '../parts/moment.tsx';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { useChange } from './use-change.ts';

/** Where one is signed in; any of them can be ended. */
export function OwnSessions({ turn }: { turn: number }) {
  const { data, problem, reload } = useResource(`sessions ${turn}`, (signal) =>
    request<{ items: ApiSessionEntry[] }>('GET', '/account/sessions', { signal }),
  );
  const ending = useChange();
  const end = (id: string) => ending.run(() => request('DELETE', `/account/sessions/${id}`), reload);
  const others = data?.items.some(({ current }) => !current) ?? false;
  return (
    <Section
      id="sessions-title"
      title={t('people.sessions')}
      aside={
        others && (
          <button type="button" class="button" disabled={ending.busy} onClick={() => end('others')}>
            {t('people.endOthers')}
          </button>
        )
      }
    >
      {ending.problem && <ProblemView problem={ending.problem} />}
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && data.items.length > 0 && (
        <div class="table-scroll" role="region" aria-labelledby="sessions-title" tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('people.browser')}</th>
                <th scope="col">{t('people.from')}</th>
                <th scope="col">{t('people.opened')}</th>
                <th scope="col">{t('people.used')}</th>
                <th scope="col">{t('people.actions')}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map(({ id, browser, from, openedAt, usedAt, current }) => (
                <tr key={id}>
                  <th scope="row" class="session-browser">
                    <bdi title={browser}>{browserName(browser)}</bdi>
                  </th>
                  <td>
                    <bdi>{from}</bdi>
                  </td>
                  <td>
                    <Since time={openedAt} ago />
                  </td>
                  <td>
                    <Since time={usedAt} ago />
                  </td>
                  <td>
                    {current ? (
                      t('people.thisOne')
                    ) : (
                      <button
                        type="button"
                        class="button"
                        disabled={ending.busy}
                        aria-label={t('people.endOf', { browser: isolated(browserName(browser)) })}
                        onClick={() => end(id)}
                      >
                        {t('people.end')}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Section>
  );
}

/** What people call it; everything it says of itself stands in the tooltip. */
function browserName(agent: string): string {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\/(\d+)/.exec(
    agent.replace(/Chrome\/\S+ Safari\/\S+ (?=Edg|OPR)/, ''),
  );
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0];
  const name = browser
    ? `${{ Edg: 'Edge', OPR: 'Opera' }[browser[1] ?? ''] ?? browser[1]} ${browser[2]}`
    : agent.slice(0, 40);
  return system === undefined ? name || '–' : `${name}, ${system}`;
}
