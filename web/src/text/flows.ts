import { computed } from '@preact/signals';
import { flowFilterText } from 'quorumwatch/text/flows/filter-text.ts';
import { flowInsightHelp, flowInsightText } from 'quorumwatch/text/flows/insight-text.ts';
import { flowTrustTexts, type FlowDoubt } from 'quorumwatch/text/flows/note-text.ts';
import { inflectedText } from 'quorumwatch/text/flows/inflected-text.ts';
import { flowProblemText, flowUnreadText } from 'quorumwatch/text/flows/problem-text.ts';
import { flowSpeech } from 'quorumwatch/text/flows/speech.ts';
import { flowValueText } from 'quorumwatch/text/flows/value-text.ts';
import type { FlowFilterProblem, FlowInsight, FlowTrust } from '../../../src/model/index.ts';
import { formatValue } from '../charts/units.ts';
import { formatCount, formatBitRate, formatDay, formatDuration, formatMoment, formatShare } from './format.ts';
import { flowTexts, language } from './language.ts';

/** What is said of traffic, in the language of the page. */

const speech = computed(() =>
  flowSpeech({
    texts: flowTexts.value,
    count: formatCount,
    bytes: (bytes) => formatValue(bytes, 'bytes'),
    rate: formatBitRate,
    share: formatShare,
    duration: (durationMs) => formatDuration(Math.round(durationMs / 1000) * 1000),
    instant: (at) => formatMoment(at) ?? '',
    day: formatDay,
    inflected: (text, pair) => inflectedText(text, pair, language.value),
  }),
);

export const trustTexts = (trust: FlowTrust): FlowDoubt[] => flowTrustTexts(trust, speech.value);
export const insightText = (insight: FlowInsight): string => flowInsightText(insight, speech.value);
/** From when on it is pointed out, and what to do. */
export const insightHelp = (insight: FlowInsight): string[] => flowInsightHelp(insight, speech.value);
export const kindText = (kind: FlowInsight['kind']): string => speech.value.line(`kind.${kind}`);
export const severityText = (severity: FlowInsight['severity']): string => speech.value.line(`severity.${severity}`);
/** What is wrong with a filter, without the place. */
export const filterProblemText = (problem: FlowFilterProblem): string => flowFilterText(problem, speech.value);
/** What the collector complains of. */
export const collectorProblemText = (text: string): string => flowProblemText(text, speech.value);
/** Why something that came could not be read. */
export const unreadText = (code: string): string => flowUnreadText(code, speech.value);
/** A word of the language of filters, such as a direction; other values stay. */
export const wordText = (key: string, value: string): string => flowValueText(key, value, speech.value);
