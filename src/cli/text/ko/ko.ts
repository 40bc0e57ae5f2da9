import type { Speech } from '../table.ts';
import { koAlerts } from './alerts.ts';
import { koCommands } from './commands.ts';
import { koErrors } from './errors.ts';
import { koOptions } from './options.ts';
import { koWords } from './words.ts';

export const ko: Speech = { texts: { ...koCommands, ...koAlerts, ...koOptions, ...koWords }, errors: koErrors };
