import type { Speech } from '../speech.ts';
import { idCommands } from './commands.ts';
import { idErrors } from './errors.ts';
import { idOptions } from './options.ts';
import { idWords } from './words.ts';

export const id: Speech = { texts: { ...idCommands, ...idOptions, ...idWords }, errors: idErrors };
