import type { NetFailure } from '../../platform/index.ts';
import type { Attempt } from './probe.ts';

type Meaning = readonly [outcome: Attempt['outcome'], code: string, sentence: string];

/** Failures whose code says enough, with what they mean for a check. */
const meanings: Readonly<Record<string, Meaning>> = {
  STARVED: ['unknown', 'starved', 'this watcher could not tell'],
  ABORTED: ['unknown', 'canceled', 'the probe was given up'],
  ECANCELED: ['unknown', 'canceled', 'the probe was given up'],
  UNPINNED: ['unknown', 'pinning-impossible', 'the probe cannot be pinned to its path'],
  OVERLOADED: ['unknown', 'watcher-overloaded', 'this watcher has too much to do'],
  EMFILE: ['unknown', 'watcher-overloaded', 'this watcher has no file descriptor left; raise its limit'],
  ENFILE: ['unknown', 'watcher-overloaded', 'this machine has no file descriptor left'],
  ENOBUFS: ['unknown', 'watcher-overloaded', 'this machine has no buffer space left'],
  ENOMEM: ['unknown', 'watcher-overloaded', 'this machine has no memory left'],
  EADDRINUSE: ['unknown', 'watcher-overloaded', 'this machine has no local port left'],
  EINVAL: ['unknown', 'invalid-target', 'this cannot be sent'],
  UNREADABLE: ['unknown', 'file-unreadable', 'a file that the check needs cannot be read'],
  FLOODED: ['fail', 'invalid-answer', 'nothing but wrong answers came'],
  BAD_ANSWER: ['fail', 'invalid-answer', 'the answer is not valid'],
  TIMEOUT: ['fail', 'timeout', ''],
  EADDRNOTAVAIL: ['fail', 'source-address-missing', 'this machine does not have the source address'],
  EAFNOSUPPORT: ['fail', 'address-family', 'source address and target are of different families'],
  ENODEV: ['fail', 'device-missing', 'this machine does not have the interface'],
  ENXIO: ['fail', 'device-missing', 'this machine does not have the interface'],
  ECONNREFUSED: ['fail', 'connection-refused', 'the target refuses the connection'],
  ECONNRESET: ['fail', 'connection-reset', 'the target broke the connection off'],
  EPIPE: ['fail', 'connection-reset', 'the target broke the connection off'],
  ETIMEDOUT: ['fail', 'timeout', 'no answer in time'],
  ENETUNREACH: ['fail', 'network-unreachable', 'this machine has no route to the target'],
  ENETDOWN: ['fail', 'network-unreachable', 'the interface towards the target is down'],
  EHOSTUNREACH: ['fail', 'host-unreachable', 'the target is unreachable'],
  EHOSTDOWN: ['fail', 'host-unreachable', 'the target is unreachable'],
  EACCES: ['fail', 'blocked-here', 'this machine does not allow the packet'],
  EPERM: ['fail', 'blocked-here', 'a firewall of this machine blocks the packet'],
  EMSGSIZE: ['fail', 'packet-too-big', 'the path does not carry packets of this size'],
  ENOTFOUND: ['fail', 'name-not-resolved', 'the name does not resolve'],
};

/** What a failure means for a check: most are the target's, some are this watcher's own. */
export function attemptOf(failed: Pick<NetFailure, 'code' | 'text'>, otherwise = 'failed'): Attempt {
  const [outcome, code, sentence] = meanings[failed.code] ?? ['fail', otherwise, ''];
  // What only repeats the system's error name adds nothing for people.
  const told = sentence !== '' && failed.text.includes(failed.code);
  const text = sentence === '' ? failed.text : told ? sentence : `${sentence} (${failed.text})`;
  return { outcome, reason: { code, text } };
}

/** A failure of the name resolver. */
export function unresolved(failed: Pick<NetFailure, 'code' | 'text'>): Attempt {
  const known = meanings[failed.code];
  return known?.[0] === 'unknown'
    ? attemptOf(failed)
    : { outcome: 'fail', reason: { code: 'name-not-resolved', text: failed.text } };
}
