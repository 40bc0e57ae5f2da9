import type { FlowLine } from './en.ts';

/** What a language says of traffic: one that lacks a line, or has too many, does not compile. */
export type FlowTexts = Readonly<Record<FlowLine, string>>;
