import { expect, test } from 'vitest';
import type { Configuration } from './configured.ts';
import { routingProblems } from './routing-problems.ts';
import { escalationsSchema, quietHoursSection, rotasSchema, routesSchema } from './routing.ts';

function problems(given: { routes?: unknown; rotas?: unknown; escalations?: unknown; quiet?: unknown }): string[] {
  const configuration = {
    notify: { ops: {}, boss: {} },
    routes: routesSchema.parse(given.routes ?? []),
    rotas: rotasSchema.parse(given.rotas ?? []),
    escalations: escalationsSchema.parse(given.escalations ?? []),
    'quiet-hours': quietHoursSection.parse(given.quiet ?? []),
  } as unknown as Configuration;
  return routingProblems(configuration).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

const rota = { name: 'night', receivers: ['ops'], from: '2026-01-05T09:00' };

test('what is in order has no problem', () => {
  const escalations = [{ name: 'climb', steps: [{ notify: ['night'] }, { after: '5m', notify: ['boss'] }] }];
  const routes = [{ notify: ['climb', 'night', 'ops'], 'group-by': ['site'], routes: [{ 'group-interval': '1m' }] }];
  expect(problems({ rotas: [rota], escalations, routes })).toEqual([]);
});

test('names are unique among receivers, rotas and escalations', () => {
  const escalations = [{ name: 'night', steps: [{ notify: ['ops'] }] }];
  expect(problems({ rotas: [rota, { ...rota, name: 'ops' }], escalations })).toEqual([
    'rotas.1.name: expected a unique name; notify.ops has it already',
    'escalations.0.name: expected a unique name; rotas[0] has it already',
  ]);
  const quiet = { name: 'late', times: [{ from: '22:00', to: '07:00' }] };
  expect(problems({ quiet: [quiet, quiet] })).toEqual([
    'quiet-hours.1.name: expected a unique name; quiet-hours[0] has it already',
  ]);
});

test('what is named is there; a near name is suggested, deep in the tree too', () => {
  expect(problems({ routes: [{ notify: ['obs'], routes: [{ notify: ['bos'], 'quiet-hours': ['lat'] }] }] })).toEqual([
    'routes.0.notify.0: expected a receiver of the section notify, a rota or an escalation, did you mean ops?',
    'routes.0.routes.0.notify.0: expected a receiver of the section notify, a rota or an escalation, did you mean boss?',
    'routes.0.routes.0.quiet-hours.0: expected a name of the section quiet-hours',
  ]);
  expect(problems({ rotas: [{ ...rota, receivers: ['bosss'] }] })).toEqual([
    'rotas.0.receivers.0: expected a receiver of the section notify, did you mean boss?',
  ]);
});

test('a rota begins at a time that there is', () => {
  expect(problems({ rotas: [{ ...rota, from: '2026-02-30T09:00' }] })).toEqual([
    'rotas.0.from: expected a date that there is',
  ]);
});

test('escalations name no escalation, and a circle is shown; steps go forward', () => {
  const escalations = [
    { name: 'a', steps: [{ notify: ['b'] }] },
    { name: 'b', steps: [{ notify: ['ops'] }, { after: '5m', notify: ['a'] }, { after: '1m', notify: ['ops'] }] },
  ];
  expect(problems({ escalations })).toEqual([
    'escalations.0.steps.0.notify.0: expected a receiver or a rota; no circle: a -> b -> a',
    'escalations.1.steps.1.notify.0: expected a receiver or a rota; no circle: b -> a -> b',
    'escalations.1.steps.2.after: expected no less than the step before has',
  ]);
});

test('an interval between messages of a group needs a group', () => {
  expect(problems({ routes: [{ notify: ['ops'], 'group-interval': '1m' }] })[0]).toContain(
    'expected group-by beside it',
  );
  expect(problems({ routes: [{ notify: ['ops'], 'group-interval': '1m', 'group-by': [] }] })).toEqual([]);
});
