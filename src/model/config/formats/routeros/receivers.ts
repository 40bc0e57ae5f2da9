import type { Receivers } from './import-context.ts';

/** Receivers made from what scripts send: skeletons that lack only what must not or cannot stand in an export. */

export interface CollectedReceivers extends Receivers {
  /** The section `notify`. */
  section: Record<string, object>;
}

const mailbox = /^[^<>@,;\s\u0000-\u001f\u007f]+@[^<>@,;\s\u0000-\u001f\u007f]+$/;

export function collectReceivers(note: (line: number, text: string) => void): CollectedReceivers {
  const section: Record<string, object> = {};
  const known = new Map<string, string>();
  const add = (key: string, wanted: string, make: (name: string) => object): string => {
    const before = known.get(key);
    if (before !== undefined) return before;
    let name = wanted.slice(0, 90);
    for (let number = 2; Object.hasOwn(section, name); number++) name = `${wanted.slice(0, 90)}-${number}`;
    known.set(key, name);
    section[name] = make(name);
    return name;
  };
  return {
    section,
    telegram: (token, chat, line) =>
      add(`telegram ${token} ${chat}`, `telegram-${chat.replace(/^[-@]/, '')}`, (name) => {
        const file = `/run/secrets/${name.replaceAll(/[^A-Za-z0-9_-]/g, '')}`;
        note(line, `the token of the Telegram bot is not taken over: write it into ${file}`);
        return { telegram: { chat, 'token-file': file } };
      }),
    email: (to, line) => {
      const addresses = to.split(/[,;]\s*/).filter(Boolean);
      if (addresses.length === 0 || addresses.length > 50 || !addresses.every((one) => mailbox.test(one))) {
        return undefined;
      }
      return add(`email ${addresses.join(',')}`, `email-${addresses[0] ?? ''}`, (name) => {
        note(line, `receiver ${name}: put your mail server and sender in place of mail.example.org`);
        const [only] = addresses;
        const server = { host: 'mail.example.org', from: 'quorumwatch@example.org' };
        return { email: { ...server, to: addresses.length === 1 ? only : addresses } };
      });
    },
  };
}
