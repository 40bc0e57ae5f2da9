import { useId } from 'preact/hooks';
import { t } from '../text/text.ts';

/** A field for a password that is not shown; the browser may offer to make and keep one. */
export function PasswordField({
  label,
  value,
  fresh,
  optional,
  onChange,
}: {
  label: string;
  value: string;
  /** A new one, with what it must be. */
  fresh?: boolean;
  /** May stay empty. */
  optional?: boolean;
  onChange: (value: string) => void;
}) {
  const id = useId();
  const hint = `${id}-hint`;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
      </label>
      <input
        id={id}
        type="password"
        required={!optional}
        minLength={fresh ? 12 : undefined}
        maxLength={256}
        autocomplete={fresh ? 'new-password' : 'current-password'}
        value={value}
        aria-describedby={fresh ? hint : undefined}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {fresh && (
        <span id={hint} class="quiet field-hint">
          {t('people.passwordHint')}
        </span>
      )}
    </div>
  );
}

export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export function RoleField({
  value,
  most = 'admin',
  disabled,
  onChange,
}: {
  value: Role;
  /** Roles above are not offered. */
  most?: Role;
  disabled?: boolean;
  onChange: (role: Role) => void;
}) {
  const id = useId();
  const hint = `${id}-hint`;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {t('people.role')}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        aria-describedby={hint}
        onChange={(event) => onChange(event.currentTarget.value as Role)}
      >
        {roles.slice(0, roles.indexOf(most) + 1).map((role) => (
          <option key={role} value={role}>
            {t(`people.roles.${role}`)}
          </option>
        ))}
      </select>
      <span id={hint} class="quiet field-hint">
        {t('people.roleHint')}
      </span>
    </div>
  );
}
