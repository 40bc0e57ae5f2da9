import { expect, test } from 'vitest';
import { dashboardSchema } from '../../model/index.ts';
import { metricNamed } from '../telemetry/catalogue.ts';
import { builtInDashboards } from './built-in/index.ts';

for (const document of builtInDashboards) {
  test(`the dashboard ${document.name} is valid, and every metric, label and aggregate of it exists`, () => {
    const { charts, variables } = dashboardSchema.parse(document);
    const chosen = new Set(variables.map(({ name }) => `$${name}`));
    for (const { metric, label } of variables) expect(metricNamed(metric ?? '').labels).toContain(label);
    for (const { type, queries } of charts) {
      for (const query of queries) {
        const metric = metricNamed(query.metric);
        const aggregate = query.aggregate ?? metric.aggregate;
        for (const [label, condition] of Object.entries(query.where)) {
          expect(metric.labels).toContain(label);
          if (typeof condition === 'string' && condition.startsWith('$')) expect(chosen).toContain(condition);
        }
        for (const label of query['group-by']) expect(metric.labels).toContain(label);
        for (const [, label] of (query.legend ?? '').matchAll(/\{\{(\w+)\}\}/g))
          expect(query['group-by']).toContain(label);
        const needsHistogram = /^p\d\d$/.test(aggregate) || type === 'heat-map' || type === 'histogram';
        if (needsHistogram) expect(metric.histogram).toBe(true);
        if (aggregate === 'rate') expect(metric.type).toBe('counter');
      }
    }
  });
}
