import type { Speech } from '../table.ts';
import { koAlerts } from './alerts.ts';
import { koCommands } from './commands.ts';
import { koFlowPrivacy } from './flow-privacy.ts';
import { koFlowQuestions } from './flow-questions.ts';
import { koFlowViews } from './flow-views.ts';
import { koFlows } from './flows.ts';
import { koImporters } from './importers.ts';
import { koMirrors } from './mirrors.ts';
import { koNat } from './nat.ts';
import { koObjectives } from './objectives.ts';
import { koOptions } from './options.ts';
import { koWords } from './words.ts';

export const ko: Speech = {
  ...koCommands,
  ...koAlerts,
  ...koFlows,
  ...koFlowQuestions,
  ...koFlowPrivacy,
  ...koFlowViews,
  ...koImporters,
  ...koMirrors,
  ...koNat,
  ...koObjectives,
  ...koOptions,
  ...koWords,
};
