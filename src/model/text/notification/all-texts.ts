import type { Language } from '../language.ts';
import { en } from './en.ts';
import { id } from './id.ts';
import { ja } from './ja.ts';
import { ko } from './ko.ts';
import type { NotificationTexts } from './texts.ts';

export const notificationTexts: Readonly<Record<Language, NotificationTexts>> = { en, ko, ja, id };
