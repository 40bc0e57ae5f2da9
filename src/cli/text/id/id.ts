import type { Speech } from '../table.ts';
import { idAlerts } from './alerts.ts';
import { idCommands } from './commands.ts';
import { idFlowPrivacy } from './flow-privacy.ts';
import { idFlowQuestions } from './flow-questions.ts';
import { idFlowViews } from './flow-views.ts';
import { idFlows } from './flows.ts';
import { idImporters } from './importers.ts';
import { idMirrors } from './mirrors.ts';
import { idNat } from './nat.ts';
import { idObjectives } from './objectives.ts';
import { idOptions } from './options.ts';
import { idWords } from './words.ts';

export const id: Speech = {
  ...idCommands,
  ...idAlerts,
  ...idFlows,
  ...idFlowQuestions,
  ...idFlowPrivacy,
  ...idFlowViews,
  ...idImporters,
  ...idMirrors,
  ...idNat,
  ...idObjectives,
  ...idOptions,
  ...idWords,
};
