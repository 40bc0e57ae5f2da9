import { email } from './email.ts';
import type { Notifier } from './notifier.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** Every notifier; a new one is its file and its line here. */
export const notifiers: readonly Notifier[] = [email, telegram, webhook];
