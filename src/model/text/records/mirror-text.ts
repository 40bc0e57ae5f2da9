import type { Mirror } from '../../mirror.ts';
import type { RecordSpeech } from './speech.ts';

/** What has changed last of a mirror. */
export function mirrorText(mirror: Mirror, { line, instant }: RecordSpeech): string {
  const { id, policy, by, approved, began, stopped, ended, shredded } = mirror;
  if (shredded) return line('mirrorShredded', { id, count: shredded.files.length, text: shredded.text });
  if (ended) return line('mirrorEnded', { id, packets: ended.packets, text: ended.text });
  if (stopped) return line(began ? 'mirrorStopped' : 'mirrorWithdrawn', { id, by: stopped.by });
  const where = `${policy.interfaces.join(', ')} (${policy.watcher})`;
  if (began) return line('mirrorBegan', { id, where });
  if (approved) return line('mirrorApproved', { id, by: approved.by, until: instant(approved.endsAt) });
  return line('mirrorProposed', { id, where, by, purpose: policy.purpose });
}
