import { formatInstant, type ApiSnooze, type Snooze } from '../../model/index.ts';

export function presentSnooze({ id, scope, by, comment, from, until }: Snooze): ApiSnooze {
  return { id, ...scope, by, comment, from: formatInstant(from), until: formatInstant(until) };
}
