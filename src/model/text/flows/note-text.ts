import type { FlowTrust } from '../../flow-api.ts';
import type { FlowNote, FlowNoteFact } from '../../flow-note.ts';
import type { FlowSpeech } from './speech.ts';

/** A note about an answer; as it came, in English, where the watcher is newer than whoever reads it. */
export function flowNoteText(note: FlowNoteFact & { text?: string }, { line, has }: FlowSpeech): string {
  switch (note.code) {
    case 'both-ends':
      return line(`note.both-ends.${note.values.samplingPoint}`);
    case 'one-end-missing':
      return line(`note.one-end-missing.${note.values.samplingPoint}`);
    case 'sampling-unknown': {
      const { unknownRecords, records } = note.values;
      return line(`note.sampling-unknown.${unknownRecords === records ? 'all' : 'some'}`, note.values);
    }
    case 'sums':
      return line(`note.sums.${note.values.width}`);
    default:
      return has(`note.${note.code}`) ? line(`note.${note.code}`, note.values) : (note.text ?? '');
  }
}

export interface FlowDoubt {
  text: string;
  /** What makes the figures worse, and not merely what is known of them. */
  isBad: boolean;
}

/** How far an answer can be trusted, a sentence each. */
export function flowTrustTexts({ lost, dropped, notes }: FlowTrust, speech: FlowSpeech): FlowDoubt[] {
  const { line } = speech;
  const lostText =
    lost === undefined
      ? line('trust.lost-unknown')
      : lost === 0
        ? line('trust.nothing-lost')
        : line('trust.lost', { lostShare: lost });
  return [
    { text: lostText, isBad: lost !== undefined && lost > 0 },
    ...(dropped > 0 ? [{ text: line('trust.dropped', { dropped }), isBad: true }] : []),
    ...notes.map((note: FlowNote) => ({ text: flowNoteText(note, speech), isBad: false })),
  ];
}
