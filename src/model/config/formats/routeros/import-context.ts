import { withoutSecrets } from './secrets.ts';

/** A piece of the export that has no counterpart, as it stands; secrets are masked. */
export interface Untranslated {
  line: number;
  menu: string;
  item: string;
  text: string;
  reason: string;
}

export interface ImportNote {
  line: number;
  text: string;
}

/** What all parts of one import share. */
export interface ImportContext {
  version: string | undefined;
  /** The name that routeros actions give the router. */
  router: string;
  /** The names in use, each with the number that the next one of its kind gets. */
  names: Map<string, number>;
  receivers: Receivers;
  /** Sources of `/system script` by name. */
  scripts: ReadonlyMap<string, string>;
  usedScripts: Set<string>;
  /** Comments of the routes that actions name, with the line that does so. */
  routeComments: Map<string, number>;
  usesRouter: boolean;
  leave(piece: Untranslated): void;
  note(line: number, text: string): void;
}

export interface Receivers {
  /** The receiver's name for this bot and chat; the token itself is only compared. */
  telegram(token: string, chat: string, line: number): string;
  /** Undefined when `to` is not a list of addresses. */
  email(to: string, line: number): string | undefined;
}

export function mask(piece: Untranslated): Untranslated {
  return {
    ...piece,
    item: withoutSecrets(piece.item),
    text: withoutSecrets(piece.text),
    reason: withoutSecrets(piece.reason),
  };
}
