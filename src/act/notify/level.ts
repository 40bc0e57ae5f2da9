import type { NotificationBody } from '../../model/index.ts';

/** How much a message wants to be seen. */
export type MessageLevel = 'critical' | 'error' | 'warning' | 'fine' | 'test';

/** 24-bit RGB in hexadecimal digits: dark enough for white text on it, and told apart by people who see no red or green. */
export const levelColours: Readonly<Record<MessageLevel, string>> = {
  critical: '8e0038',
  error: 'd32f2f',
  warning: 'e08a00',
  fine: '2e7d32',
  test: '3367d6',
};

const impactLevels = { critical: 'critical', major: 'error', minor: 'warning', none: 'warning' } as const;

/** A policy says how urgent it is; of a check, the impact does. */
export function levelOf({ message, incident }: NotificationBody): MessageLevel {
  if (message === 'resolved') return 'fine';
  return incident.severity ?? impactLevels[incident.impact];
}
