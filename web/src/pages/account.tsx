import { useState } from 'preact/hooks';
import { request, session, signOut } from '../api/session.ts';
import { SettingsViews } from '../frame/navigation.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { OwnSessions } from '../people/own-sessions.tsx';
import { OwnTokens } from '../people/own-tokens.tsx';
import { PasswordField } from '../people/password-fields.tsx';
import { useChange } from '../people/use-change.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';

/** Who is signed in, with what is theirs: password, sessions, tokens. */
export function AccountPage() {
  const { name = '–', displayName, role = '–', identity } = session.value;
  const [turn, setTurn] = useState(0);
  return (
    <Page title={t('people.account')}>
      <SettingsViews />
      <Section id="who-title" title={t('people.signedInAs')}>
        {displayName !== undefined && (
          <p>
            <bdi class="person">{displayName}</bdi>
          </p>
        )}
        <p>{t('signedIn', { name: isolated(name), role })}</p>
        {identity === 'token' && <p class="quiet">{t('people.byToken')}</p>}
        {identity === 'oidc' && <p class="quiet">{t('people.foreign')}</p>}
        <p class="settings-action">
          <button type="button" class="button" onClick={() => void signOut().catch(() => undefined)}>
            {t('signOut')}
          </button>
        </p>
      </Section>
      {identity === 'user' && <OwnPassword onChanged={() => setTurn(turn + 1)} />}
      <OwnSessions turn={turn} />
      {identity === 'user' && <OwnTokens />}
    </Page>
  );
}

function OwnPassword({ onChanged }: { onChanged: () => void }) {
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const [changed, setChanged] = useState(false);
  const { busy, problem, run } = useChange();
  const differ = again !== '' && again !== fresh;
  return (
    <Section id="password-title" title={t('people.changePassword')}>
      <form
        class="form account-form"
        onSubmit={(event) => {
          event.preventDefault();
          setChanged(false);
          if (again !== fresh) return;
          run(
            () => request('PUT', '/account/password', { body: { old, new: fresh } }),
            () => {
              for (const clear of [setOld, setFresh, setAgain]) clear('');
              setChanged(true);
              onChanged();
            },
          );
        }}
      >
        {problem && <ProblemView problem={problem} />}
        <input type="text" hidden readOnly autocomplete="username" value={session.value.name} />
        <PasswordField label={t('people.oldPassword')} value={old} onChange={setOld} />
        <PasswordField label={t('people.newPassword')} value={fresh} fresh onChange={setFresh} />
        <PasswordField label={t('people.again')} value={again} onChange={setAgain} />
        <p class={differ ? 'field-problem' : 'quiet'} role="status">
          {differ ? t('people.notSame') : changed ? t('people.changed') : ''}
        </p>
        <div class="buttons">
          <button type="submit" class="button button-main" disabled={busy || differ}>
            {t('people.change')}
          </button>
        </div>
      </form>
    </Section>
  );
}
