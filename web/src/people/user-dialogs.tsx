import { useState } from 'preact/hooks';
import type { ApiUser } from '../../../src/model/index.ts';
import { request, session } from '../api/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { isolated } from '../text/isolated.ts';
import { t } from '../text/text.ts';
import { PasswordField, RoleField, type Role } from './password-fields.tsx';
import { useChange } from './use-change.ts';

interface DialogProps {
  onClose: () => void;
  onDone: () => void;
}

export function AddUserDialog({ onClose, onDone }: DialogProps) {
  const [name, setName] = useState('');
  const [displayName, setDisplayName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [password, setPassword] = useState('');
  const { busy, problem, run } = useChange();
  return (
    <Dialog title={t('people.add')} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          const body = { name, role, password, ...(displayName.trim() !== '' && { displayName }) };
          run(() => request('POST', '/users', { body }), onDone);
        }}
      >
        {problem && <ProblemView problem={problem} />}
        <div class="field">
          <label class="field-label" for="user-name">
            {t('people.name')}
          </label>
          <input
            id="user-name"
            value={name}
            required
            maxLength={60}
            pattern="[A-Za-z0-9_][A-Za-z0-9_.\-]*"
            spellcheck={false}
            autocapitalize="none"
            autocomplete="off"
            aria-describedby="user-name-hint"
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <span id="user-name-hint" class="quiet field-hint">
            {t('people.nameHint')}
          </span>
        </div>
        <DisplayNameField value={displayName} onChange={setDisplayName} />
        <RoleField value={role} onChange={setRole} />
        <PasswordField label={t('people.password')} value={password} fresh onChange={setPassword} />
        <Buttons busy={busy} word={t('people.addNow')} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function EditUserDialog({ user, onClose, onDone }: DialogProps & { user: ApiUser }) {
  const [displayName, setDisplayName] = useState(user.displayName ?? '');
  const [role, setRole] = useState<Role>(user.role);
  const [disabled, setDisabled] = useState(user.disabled);
  const [password, setPassword] = useState('');
  const { busy, problem, run } = useChange();
  const path = `/users/${encodeURIComponent(user.name)}`;
  const isSelf = session.value.name === user.name;
  const save = async () => {
    const access = isSelf ? {} : { role, disabled };
    await request('PUT', path, { body: { displayName, ...access } });
    if (password !== '') await request('PUT', `${path}/password`, { body: { password } });
  };
  return (
    <Dialog title={t('people.edit', { name: isolated(user.name) })} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          run(save, onDone);
        }}
      >
        {problem && <ProblemView problem={problem} />}
        <DisplayNameField value={displayName} onChange={setDisplayName} />
        <RoleField value={role} disabled={isSelf} onChange={setRole} />
        {isSelf ? (
          <p class="quiet">{t('people.yourself')}</p>
        ) : (
          <div>
            <label class="choice">
              <input
                type="checkbox"
                checked={disabled}
                aria-describedby="disable-hint"
                onChange={(event) => setDisabled(event.currentTarget.checked)}
              />
              <span>{t('people.disable')}</span>
            </label>
            <div id="disable-hint" class="quiet field-hint">
              {t('people.disableHint')}
            </div>
          </div>
        )}
        {!isSelf && (
          <PasswordField label={t('people.setPassword')} value={password} fresh optional onChange={setPassword} />
        )}
        <Buttons busy={busy} word={t('people.save')} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function RemoveUserDialog({ user, onClose, onDone }: DialogProps & { user: ApiUser }) {
  const { busy, problem, run } = useChange();
  const remove = () => request('DELETE', `/users/${encodeURIComponent(user.name)}`);
  return (
    <Dialog title={t('people.remove', { name: isolated(user.name) })} onClose={onClose}>
      <div class="form">
        {problem && <ProblemView problem={problem} />}
        <p>{t('people.removeText')}</p>
        <div class="buttons">
          <button type="button" class="button button-bad" disabled={busy} onClick={() => run(remove, onDone)}>
            {t('people.removeNow')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('people.cancel')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function DisplayNameField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <label class="field">
      <span class="field-label">{t('people.displayName')}</span>
      <input
        value={value}
        maxLength={200}
        autocomplete="off"
        onInput={(event) => onChange(event.currentTarget.value)}
      />
    </label>
  );
}

function Buttons({ busy, word, onClose }: { busy: boolean; word: string; onClose: () => void }) {
  return (
    <div class="buttons">
      <button type="submit" class="button button-main" disabled={busy}>
        {word}
      </button>
      <button type="button" class="button" onClick={onClose}>
        {t('people.cancel')}
      </button>
    </div>
  );
}
