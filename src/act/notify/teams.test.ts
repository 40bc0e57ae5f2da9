import { notifierSuite } from './notifier.suite.ts';
import { teams } from './teams.ts';

const secrets = {
  QW_TEST_TEAMS: '{url}/workflows/abcdef0123456789/triggers/manual/paths/invoke?sig=signature-of-teams',
};

notifierSuite({
  name: 'workflow',
  notifier: teams,
  secrets,
  options: () => ({ url: '${QW_TEST_TEAMS}' }),
  success: { status: 202 },
  refusal: {
    status: 400,
    body: { error: { code: 'TriggerInputSchemaMismatch', message: 'The input did not match.' } },
  },
  busy: {
    status: 429,
    headers: { 'retry-after': '17' },
    body: { error: { code: 'WorkflowRunActionThrottled' } },
    afterMs: 17_000,
  },
  markup: ['"TextBlock"', '"FactSet"'],
});

notifierSuite({
  name: 'connector of old',
  notifier: teams,
  secrets,
  options: () => ({ url: '${QW_TEST_TEAMS}' }),
  success: { status: 200, body: '1' },
  refusal: {
    status: 200,
    body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413 with ContextId x',
  },
  busy: {
    status: 200,
    body: 'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId x',
  },
  markup: ['"TextBlock"', '"FactSet"'],
});
