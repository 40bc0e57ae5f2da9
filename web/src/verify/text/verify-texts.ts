import type { Language } from '../../../../src/model/index.ts';
import { en } from './en.ts';
import { id } from './id.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import type { VerifyTexts } from './texts.ts';

export const verifyTexts: Readonly<Record<Language, VerifyTexts>> = { en, ko, ja, id };
