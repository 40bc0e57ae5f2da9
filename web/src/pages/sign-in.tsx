import { useEffect, useState } from 'preact/hooks';
import type { ApiSignInMethods } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request, signIn } from '../api/session.ts';
import { Logo } from '../parts/icon.tsx';
import { LanguageField } from '../parts/language-choice.tsx';
import { problemText } from '../text/problem-text.ts';
import { t } from '../text/text.ts';

/** For those who came without the printed address, or whose session ended. */
export function SignInPage({ reason }: { reason: string | undefined }) {
  const [by, setBy] = useState<'password' | 'token'>('password');
  const [user, setUser] = useState('');
  const [secret, setSecret] = useState('');
  const [busy, setBusy] = useState(false);
  const [oidc, setOidc] = useState(false);
  const [failure, setFailure] = useState(reason);
  useEffect(() => {
    // Without an answer there is one way less to sign in, and the rest works.
    request<ApiSignInMethods>('GET', '/session/methods').then(
      (methods) => setOidc(methods.oidc),
      () => undefined,
    );
  }, []);
  const complete = secret.trim() !== '' && (by === 'token' || user.trim() !== '');
  const submit = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await signIn(by === 'token' ? { token: secret.trim() } : { user: user.trim(), password: secret });
    } catch (thrown) {
      const problem = problemOf(thrown);
      const { what, detail } = problemText(problem);
      setFailure(detail === undefined ? what : `${what} ${detail}`);
      setBusy(false);
    }
  };
  return (
    <main class="sign-in" id="main">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (complete && !busy) void submit();
        }}
      >
        <h1>
          <Logo /> {t('product')}
        </h1>
        {by === 'token' && <p class="quiet">{t('signIn.hint')}</p>}
        {by === 'password' && (
          <label class="field" key="user">
            <span class="field-label">{t('people.user')}</span>
            <input
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              maxLength={200}
              value={user}
              autofocus
              onInput={(event) => setUser(event.currentTarget.value)}
            />
          </label>
        )}
        <label class="field" key={by}>
          <span class="field-label">{t(by === 'token' ? 'signIn.token' : 'people.password')}</span>
          <input
            type="password"
            autocomplete={by === 'token' ? 'off' : 'current-password'}
            value={secret}
            autofocus={by === 'token'}
            aria-describedby="sign-in-failure"
            onInput={(event) => setSecret(event.currentTarget.value)}
          />
        </label>
        <p id="sign-in-failure" class="sign-in-failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button button-main" disabled={busy || !complete}>
          {t('signIn.button')}
        </button>
        {oidc && (
          <a class="button" href="/api/v1/session/oidc">
            {t('people.useOidc')}
          </a>
        )}
        <button
          type="button"
          class="link-button"
          onClick={() => {
            setBy(by === 'token' ? 'password' : 'token');
            setSecret('');
            setFailure(undefined);
          }}
        >
          {t(by === 'token' ? 'people.usePassword' : 'people.useToken')}
        </button>
        <LanguageField />
      </form>
    </main>
  );
}
