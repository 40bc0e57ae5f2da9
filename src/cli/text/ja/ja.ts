import type { Speech } from '../table.ts';
import { jaAlerts } from './alerts.ts';
import { jaCommands } from './commands.ts';
import { jaFlowPrivacy } from './flow-privacy.ts';
import { jaFlowQuestions } from './flow-questions.ts';
import { jaFlowViews } from './flow-views.ts';
import { jaFlows } from './flows.ts';
import { jaImporters } from './importers.ts';
import { jaMirrors } from './mirrors.ts';
import { jaNat } from './nat.ts';
import { jaObjectives } from './objectives.ts';
import { jaOptions } from './options.ts';
import { jaWords } from './words.ts';

export const ja: Speech = {
  ...jaCommands,
  ...jaAlerts,
  ...jaFlows,
  ...jaFlowQuestions,
  ...jaFlowPrivacy,
  ...jaFlowViews,
  ...jaImporters,
  ...jaMirrors,
  ...jaNat,
  ...jaObjectives,
  ...jaOptions,
  ...jaWords,
};
