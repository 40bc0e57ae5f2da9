import { useState } from 'preact/hooks';
import type { ApiUser } from '../../../src/model/index.ts';
import { isAdmin, request, session } from '../api/session.ts';
import { SettingsViews } from '../frame/navigation.tsx';
import { Name } from '../parts/bidi.tsx';
import { Since } from '../parts/moment.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { AddUserDialog, EditUserDialog, RemoveUserDialog } from '../people/user-dialogs.tsx';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';

type Asked = { what: 'add' } | { what: 'edit' | 'remove'; user: ApiUser };

/** Local users, for admins. */
export function PeoplePage() {
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const { data, problem, reload } = useResource('users', (signal) =>
    request<{ items: ApiUser[] }>('GET', '/users', { signal }),
  );
  const close = () => setAsked(undefined);
  const done = () => {
    close();
    reload();
  };
  return (
    <Page
      title={t('people.title')}
      aside={
        isAdmin() && (
          <button type="button" class="button button-main" onClick={() => setAsked({ what: 'add' })}>
            {t('people.add')}
          </button>
        )
      }
    >
      <SettingsViews />
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data?.items.length === 0 && <Empty title={t('people.none')} text={t('people.noneHint')} />}
      {data && data.items.length > 0 && (
        <div class="panel">
          <div class="table-scroll" role="region" aria-label={t('people.title')} tabIndex={0}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t('people.name')}</th>
                  <th scope="col">{t('people.role')}</th>
                  <th scope="col">{t('people.state')}</th>
                  <th scope="col">{t('people.lastSignIn')}</th>
                  <th scope="col">{t('people.actions')}</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((user) => (
                  <Row key={user.name} user={user} ask={(what) => setAsked({ what, user })} />
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
      {asked?.what === 'add' && <AddUserDialog onClose={close} onDone={done} />}
      {asked?.what === 'edit' && <EditUserDialog user={asked.user} onClose={close} onDone={done} />}
      {asked?.what === 'remove' && <RemoveUserDialog user={asked.user} onClose={close} onDone={done} />}
    </Page>
  );
}

function Row({ user, ask }: { user: ApiUser; ask: (what: 'edit' | 'remove') => void }) {
  const { name, displayName, role, disabled, lastSignInAt } = user;
  const isSelf = session.value.name === name;
  return (
    <tr>
      <th scope="row">
        <Name text={name} class="person" />
        {isSelf && <span class="quiet"> ({t('people.signedInAs')})</span>}
        {displayName !== undefined && (
          <div class="quiet">
            <bdi>{displayName}</bdi>
          </div>
        )}
      </th>
      <td>{t(`people.roles.${role}`)}</td>
      <td>{t(disabled ? 'people.disabled' : 'people.enabled')}</td>
      <td>{lastSignInAt === undefined ? t('people.never') : <Since time={lastSignInAt} ago />}</td>
      <td>
        <div class="buttons">
          <button
            type="button"
            class="button"
            aria-label={t('people.edit', { name: isolated(name) })}
            onClick={() => ask('edit')}
          >
            {t('people.editShort')}
          </button>
          {!isSelf && (
            <button
              type="button"
              class="button"
              aria-label={t('people.remove', { name: isolated(name) })}
              onClick={() => ask('remove')}
            >
              {t('people.removeShort')}
            </button>
          )}
        </div>
      </td>
    </tr>
  );
}
