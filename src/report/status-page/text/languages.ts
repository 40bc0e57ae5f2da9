import type { Language } from '../../../model/index.ts';
import { en } from './en.ts';
import { id } from './id.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import type { StatusText } from './text.ts';

export const statusTexts: Readonly<Record<Language, StatusText>> = { en, ko, ja, id };
