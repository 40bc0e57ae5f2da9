import type { en } from './en.ts';

/**
 * What a further language has to say: every text of English and none besides, so that one that is missing or left over
 * does not compile. Of plurals (Unicode CLDR) the languages here have `other` only, so English's `_one` has no match.
 * That placeholders agree is a test.
 */
type Translated<Texts> = {
  readonly [Key in keyof Texts as Key extends `${string}_one` ? never : Key]: Texts[Key] extends string
    ? string
    : Translated<Texts[Key]>;
};

export type Translation = Translated<typeof en>;
