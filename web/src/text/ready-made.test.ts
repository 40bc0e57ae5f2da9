import { expect, test } from 'vitest';
import { builtInDashboards } from '../../../src/watcher/dashboards/built-in/index.ts';
import { idReadyMade } from './id/ready-made.ts';
import { jaReadyMade } from './ja/ready-made.ts';
import { koReadyMade } from './ko/ready-made.ts';

const said = new Set(
  builtInDashboards.flatMap(({ title, description, charts, variables = [] }) => [
    title,
    description ?? '',
    ...charts.flatMap((chart) => [chart.title, chart.description ?? '']),
    ...variables.map((variable) => variable.title),
  ]),
);
said.delete('');

test.each(Object.entries({ ko: koReadyMade, ja: jaReadyMade, id: idReadyMade }))(
  '%s has every text of the ready-made dashboards and no other',
  (_language, texts) => {
    expect(new Set(Object.keys(texts))).toEqual(said);
  },
);
