import type { Opinion, ProbeResult } from '../../../model/index.ts';

/** How an opinion on a policy carries what was seen: one result for each condition that is met, labels among its values. */

type Labels = Readonly<Record<string, string>>;

/** Before the name of each label. */
const labelKey = 'label.';
/** Labels as long as a store takes them would fill an opinion. */
const maxLabelValue = 200;
export const conditionKey = 'condition';
export const valueKey = 'value';
/** The code of the reason for which a resource without data is fine. */
export const closedCode = 'alert-closed';

export function labelValues(labels: Labels): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels).map(([label, value]) => [`${labelKey}${label}`, value.slice(0, maxLabelValue)]),
  );
}

export function labelsOf({ values }: Pick<ProbeResult, 'values'>): Labels {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      key.startsWith(labelKey) && typeof value === 'string' ? [[key.slice(labelKey.length), value]] : [],
    ),
  );
}

/** Place of the condition in its policy, the value that was seen, and of which series. */
export function metOf(opinion: Pick<Opinion, 'results'>): { condition: number; value?: number; labels: Labels }[] {
  return opinion.results.flatMap((result) => {
    const { [conditionKey]: condition, [valueKey]: value } = result.values;
    if (typeof condition !== 'number' || !Number.isInteger(condition)) return [];
    return [{ condition, ...(typeof value === 'number' && { value }), labels: labelsOf(result) }];
  });
}
