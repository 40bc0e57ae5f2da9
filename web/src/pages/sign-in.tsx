import { useState } from 'preact/hooks';
import { problemOf } from '../api/problem.ts';
import { signIn } from '../api/session.ts';
import { Logo } from '../parts/icon.tsx';
import { t } from '../text/text.ts';

/** For those who came without the printed address, or whose session ended. */
export function SignInPage({ reason }: { reason: string | undefined }) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState(reason);
  const submit = async () => {
    setBusy(true);
    setFailure(undefined);
    try {
      await signIn(token.trim());
    } catch (thrown) {
      const problem = problemOf(thrown);
      setFailure(problem.status === 0 ? t('problem.unreachable') : (problem.detail ?? problem.title));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in" id="main">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') void submit();
        }}
      >
        <h1>
          <Logo /> {t('product')}
        </h1>
        <p class="quiet">{t('signIn.hint')}</p>
        <label class="field">
          <span class="field-label">{t('signIn.token')}</span>
          <input
            type="password"
            autocomplete="current-password"
            value={token}
            autofocus
            aria-describedby="sign-in-failure"
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <p id="sign-in-failure" class="sign-in-failure" role="alert">
          {failure}
        </p>
        <button type="submit" class="button button-main" disabled={busy || token.trim() === ''}>
          {t('signIn.button')}
        </button>
      </form>
    </main>
  );
}
