import type { FlowFinding } from '../../flow-insight.ts';
import type { FlowSpeech, FlowValues } from './speech.ts';
import { flowValueText } from './value-text.ts';

const dayMs = 86_400_000;
/** What lies so far ahead is said to be never. */
const mostDays = 3650;

/** What stands out, with its figures; as it came, in English, where the watcher is newer than whoever reads it. */
export function flowInsightText(insight: FlowFinding & { summary?: string }, speech: FlowSpeech): string {
  const { line, has } = speech;
  const values = valuesOf(insight, speech);
  if (insight.code === 'nat-pool')
    return line(insight.names.rule === '' ? 'insight.nat-pool' : 'insight.nat-pool.rule', values);
  if (insight.code !== 'saturation')
    return has(`insight.${insight.code}`) ? line(`insight.${insight.code}`, values) : (insight.summary ?? '');
  const { growthBitsPerSecondADay, daysLeft, earliestDays, latestDays } = insight.figures;
  const text = line(growthBitsPerSecondADay < 0 ? 'insight.saturation.less' : 'insight.saturation.more', {
    ...values,
    growthBitsPerSecond: Math.abs(growthBitsPerSecondADay),
  });
  if (daysLeft === undefined || daysLeft > insight.thresholds.farDays) return text;
  const on = (days = Infinity) =>
    days > mostDays ? line('insight.never') : speech.day(Date.parse(insight.lastAt) + days * dayMs);
  return line('insight.saturation.full', {
    text,
    fullOn: on(daysLeft),
    earliestOn: on(earliestDays),
    latestOn: on(latestDays),
  });
}

/** From when on such a thing is pointed out, and what to do about it; nothing of what only a newer watcher knows. */
export function flowInsightHelp(insight: FlowFinding, speech: FlowSpeech): string[] {
  const { line, has } = speech;
  const names = [`rule.${insight.code}`, `advice.${insight.code}`] as const;
  return names.filter(has).map((name) => line(name, valuesOf(insight, speech)));
}

function valuesOf(insight: FlowFinding, speech: FlowSpeech): FlowValues {
  const { names, figures, thresholds, firstAt, lastAt } = insight;
  const event = insight.code === 'nat-told' ? { event: flowValueText('event', insight.names.event, speech) } : {};
  return { ...names, ...event, ...figures, ...thresholds, firstAt, lastAt };
}
