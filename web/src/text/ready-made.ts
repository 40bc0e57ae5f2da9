import type { ApiDashboard, Dashboard } from '../../../src/model/index.ts';
import { readyMadeTexts } from './language.ts';

/** A text of a ready-made dashboard in the language of the page; one of people's own dashboards stays as they wrote it. */
export function readyMadeText(text: string, source: ApiDashboard['source']): string {
  const texts = source === 'built-in' ? readyMadeTexts.value : undefined;
  return texts && Object.hasOwn(texts, text) ? (texts[text] ?? text) : text;
}

interface Titled {
  title?: string | undefined;
  description?: string | undefined;
}

/** The same for all that the dashboard says; the dashboard itself where there is nothing to say otherwise. */
export function readyMadeDashboard(dashboard: Dashboard, source: ApiDashboard['source']): Dashboard {
  if (source !== 'built-in' || !readyMadeTexts.value) return dashboard;
  const inLanguage = <Described extends Titled>(one: Described): Described => ({
    ...one,
    ...(one.title === undefined ? {} : { title: readyMadeText(one.title, source) }),
    ...(one.description === undefined ? {} : { description: readyMadeText(one.description, source) }),
  });
  return {
    ...inLanguage(dashboard),
    variables: dashboard.variables.map((variable) => inLanguage(variable)),
    charts: dashboard.charts.map((chart) => inLanguage(chart)),
  };
}
