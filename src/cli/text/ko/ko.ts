import type { Speech } from '../table.ts';
import { koAlerts } from './alerts.ts';
import { koCommands } from './commands.ts';
import { koImporters } from './importers.ts';
import { koOptions } from './options.ts';
import { koWords } from './words.ts';

export const ko: Speech = { ...koCommands, ...koAlerts, ...koImporters, ...koOptions, ...koWords };
