import { extname } from 'node:path';
import { QwError, type MirrorEnding } from '../../model/index.ts';
import { startChild, type Disk } from '../../platform/index.ts';
import type { CaptureAnswer, CaptureFigures, CaptureOrder, CaptureSettings } from './capture-messages.ts';

/** A capture that runs. */
export interface RunningCapture {
  figures(): CaptureFigures;
  /** Ends it; `ended` resolves with what came of it. */
  stop(): void;
  /** Never rejects. */
  readonly ended: Promise<CaptureFigures & { why: MirrorEnding; text: string }>;
}

const heapMiB = 128;
const nothing: CaptureFigures = { packets: 0, dropped: 0, overwritten: 0, files: [] };

/**
 * Captures into files by a process of its own. Resolves when packets are being taken; rejects with what refused it:
 * UNSUPPORTED without the right to, NOT_FOUND for an interface that is not there.
 */
export async function startCapture(disk: Disk, settings: CaptureSettings): Promise<RunningCapture> {
  await disk.makeDirectory(settings.directory);
  const { promise: began, resolve: begin, reject: refuse } = Promise.withResolvers<void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<
    CaptureFigures & { why: MirrorEnding; text: string }
  >();
  let figures = nothing;
  const take = (answer: CaptureAnswer): void => {
    switch (answer.kind) {
      case 'began':
        begin();
        break;
      case 'refused':
        refuse(new QwError(answer.code, answer.message, { hint: answer.hint }));
        child.kill();
        break;
      case 'figures':
        figures = answer;
        break;
      default:
        figures = answer;
        end(answer);
        child.end();
    }
  };
  const child = startChild({
    // The same extension as this module: sources in development, compiled when published.
    module: new URL(`./capture-child${extname(import.meta.url)}`, import.meta.url),
    workingDirectory: settings.directory,
    heapMiB,
    onBody: (body) => take(JSON.parse(body.toString('utf8')) as CaptureAnswer),
    onEnd: (reason) => {
      refuse(new QwError('INTERNAL', `the process that captures: ${reason}`));
      end({ ...figures, why: 'failed', text: `The process that captured has ended: ${reason}.` });
    },
  });
  const order = (given: CaptureOrder) => child.send([Buffer.from(JSON.stringify(given))]);
  order({ kind: 'open', settings });
  await began;
  return { figures: () => figures, stop: () => order({ kind: 'stop' }), ended };
}
