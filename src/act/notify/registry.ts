import { discord } from './discord.ts';
import { email } from './email.ts';
import { http } from './http.ts';
import type { Notifier } from './notifier.ts';
import { ntfy } from './ntfy.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { sms } from './sms.ts';
import { teams } from './teams.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** Every notifier; a new one is its file and its line here. */
export const notifiers: readonly Notifier[] = [
  email,
  telegram,
  slack,
  discord,
  teams,
  ntfy,
  pagerduty,
  sms,
  webhook,
  http,
];
