import { z } from 'zod';

/** What was expected in a filter of flows: a code, with what stands in its sentence. */
export const flowFilterExpectations = [
  'fewer-characters',
  'fewer-levels',
  'fewer-conditions',
  'fewer-values',
  'shorter-filter',
  'condition',
  'condition-such-as',
  'closing-quote',
  'end-or-joint',
  'bracket-or-joint',
  'interface-word',
  'field-of-end',
  'field-with-ends',
  'value-without-order',
  'one-number',
  'mask',
  'whole-number',
  'address-such-as',
  'address',
  'prefix',
  'protocol',
  'interface',
  'exporter',
  'name',
  'network',
  'reason',
  'country',
  'flags',
  'one-of',
  'number-or-one-of',
] as const;
export type FlowFilterExpectation = (typeof flowFilterExpectations)[number];

export const flowFilterProblemSchema = z.object({
  /** Counted from 1. */
  column: z.int(),
  expected: z.enum(flowFilterExpectations),
  /** `most`, `names`, `field`: what stands in the sentence, as far as it has places for it. */
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  /** The list could have ended there too. */
  orListEnd: z.boolean().optional(),
  /** What stands there; null for the end, missing where that says nothing. */
  found: z.string().nullable().optional(),
  /** The word that was meant, perhaps. */
  nearest: z.string().optional(),
});
export type FlowFilterProblem = z.infer<typeof flowFilterProblemSchema>;
