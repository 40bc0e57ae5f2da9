/** What a language has, by the English text that stands in the commands; a test says that nothing is missing. */
export type Speech = Readonly<Record<string, string>>;
