import { useState } from 'preact/hooks';
import type { ApiTokenEntry } from '../../../src/model/index.ts';
import { request, session } from '../api/session.ts';
import { Name } from '../parts/bidi.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { At, Since } from '../parts/moment.tsx';
import { Section } from '../parts/page.tsx';
import { Empty, ProblemView, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { RoleField, roles, type Role } from './password-fields.tsx';
import { useChange } from './use-change.ts';

const expiries = ['30', '90', '365', '0'] as const;
const dayMs = 86_400_000;

/** Tokens of one's own, for programs. */
export function OwnTokens() {
  const [adding, setAdding] = useState(false);
  const { data, problem, reload } = useResource('own tokens', (signal) =>
    request<{ items: ApiTokenEntry[] }>('GET', '/account/tokens', { signal }),
  );
  const revoking = useChange();
  return (
    <Section
      id="tokens-title"
      title={t('people.tokens')}
      aside={
        <button type="button" class="button" onClick={() => setAdding(true)}>
          {t('people.addToken')}
        </button>
      }
    >
      <p class="quiet">{t('people.tokensHint')}</p>
      {revoking.problem && <ProblemView problem={revoking.problem} />}
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data?.items.length === 0 && <Empty title={t('people.noTokens')} />}
      {data && data.items.length > 0 && (
        <div class="table-scroll" role="region" aria-labelledby="tokens-title" tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{t('people.name')}</th>
                <th scope="col">{t('people.role')}</th>
                <th scope="col">{t('people.created')}</th>
                <th scope="col">{t('people.used')}</th>
                <th scope="col">{t('people.ends')}</th>
                <th scope="col">{t('people.actions')}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map(({ name, role, createdAt, lastUsedAt, expiresAt }) => (
                <tr key={name}>
                  <th scope="row">
                    <Name text={name} />
                  </th>
                  <td>{t(`people.roles.${role}`)}</td>
                  <td>
                    <Since time={createdAt} ago />
                  </td>
                  <td>{lastUsedAt === undefined ? t('people.never') : <Since time={lastUsedAt} ago />}</td>
                  <td>{expiresAt === undefined ? t('people.endsNever') : <At time={expiresAt} />}</td>
                  <td>
                    <button
                      type="button"
                      class="button"
                      disabled={revoking.busy}
                      aria-label={t('people.revokeOf', { name: isolated(name) })}
                      onClick={() =>
                        revoking.run(() => request('DELETE', `/account/tokens/${encodeURIComponent(name)}`), reload)
                      }
                    >
                      {t('people.revoke')}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {adding && (
        <TokenDialog
          onClose={() => {
            setAdding(false);
            reload();
          }}
        />
      )}
    </Section>
  );
}

function TokenDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState<(typeof expiries)[number]>('90');
  const [token, setToken] = useState<string | undefined>(undefined);
  const { busy, problem, run } = useChange();
  const make = async () => {
    const expiresAt = days === '0' ? {} : { expiresAt: String(Date.now() + Number(days) * dayMs) };
    const made = await request<{ token: string }>('POST', '/account/tokens', { body: { name, role, ...expiresAt } });
    setToken(made.token);
  };
  const most = roles.find((one) => one === session.value.role) ?? 'viewer';
  return (
    <Dialog title={t('people.addToken')} onClose={onClose}>
      {token === undefined ? (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault();
            run(make);
          }}
        >
          {problem && <ProblemView problem={problem} />}
          <label class="field">
            <span class="field-label">{t('people.name')}</span>
            <input
              value={name}
              required
              maxLength={60}
              pattern="[A-Za-z0-9_][A-Za-z0-9_.\-]*"
              spellcheck={false}
              autocomplete="off"
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <RoleField value={role} most={most} onChange={setRole} />
          <label class="field">
            <span class="field-label">{t('people.expiry')}</span>
            <select value={days} onChange={(event) => setDays(event.currentTarget.value as (typeof expiries)[number])}>
              {expiries.map((one) => (
                <option key={one} value={one}>
                  {t(`people.expiries.${one}`)}
                </option>
              ))}
            </select>
          </label>
          <div class="buttons">
            <button type="submit" class="button button-main" disabled={busy}>
              {t('people.makeToken')}
            </button>
            <button type="button" class="button" onClick={onClose}>
              {t('people.cancel')}
            </button>
          </div>
        </form>
      ) : (
        <div class="form" role="status">
          <p>{t('people.tokenShown')}</p>
          <p>
            <code class="shown-token">{token}</code>
          </p>
          <div class="buttons">
            <button type="button" class="button button-main" onClick={onClose}>
              {t('people.done')}
            </button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
