import { session } from '../api/session.ts';
import { t } from './text.ts';

const roles = ['viewer', 'operator', 'admin'] as const;

/** The role of whoever is signed in, for people. */
export function roleName(): string {
  const role = roles.find((one) => one === session.value.role);
  return role ? t(`role.${role}`) : (session.value.role ?? '–');
}
