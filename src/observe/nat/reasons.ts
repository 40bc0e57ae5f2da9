import { natPortsExhausted } from '../flows/cloud/gcp-events.ts';

/** Why packets of connections that were to be translated were dropped, as the book of names has them. */
export const natReasons = {
  ports: natPortsExhausted,
  /** Two connections wanted the same place at one time; the sender tries again. */
  clash: 'connections clashed',
  /** The kernel tracks no more connections. */
  room: 'connection table full',
} as const;
