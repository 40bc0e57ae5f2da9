import type { Speech } from '../table.ts';
import { jaAlerts } from './alerts.ts';
import { jaCommands } from './commands.ts';
import { jaErrors } from './errors.ts';
import { jaOptions } from './options.ts';
import { jaWords } from './words.ts';

export const ja: Speech = { texts: { ...jaCommands, ...jaAlerts, ...jaOptions, ...jaWords }, errors: jaErrors };
