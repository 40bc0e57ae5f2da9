import { messageOf, QwError } from '../../model/index.ts';
import {
  nodeDisk,
  openPacketCapture,
  serveParent,
  systemClock,
  takeUsualPriority,
  type PacketCapture,
} from '../../platform/index.ts';
import type { CaptureAnswer, CaptureOrder, CaptureSettings } from './capture-messages.ts';
import { packetFilter } from './packet-filter.ts';
import { Ring } from './ring.ts';

/** The process that captures: a flood of packets slows nothing but this. It ends with its parent. */

/** Frames are on the disk at most so much later. */
const flushMs = 500;

let stop: ((why: 'time' | 'stopped' | 'failed', text: string) => void) | undefined;

const reply = serveParent((body) => {
  const order = JSON.parse(body.toString('utf8')) as CaptureOrder;
  if (order.kind === 'open') open(order.settings);
  else stop?.('stopped', 'It was ended before its time.');
});

// The kernel waits for nobody: what is not read in time is lost.
takeUsualPriority();

function answer(given: CaptureAnswer): void {
  reply([Buffer.from(JSON.stringify(given))]);
}

function open(settings: CaptureSettings): void {
  const captures: PacketCapture[] = [];
  let ring: Ring | undefined;
  try {
    const { interfaces, rules, direction, snapBytes } = settings;
    const filter = packetFilter(rules, direction, snapBytes);
    // Before the ring is there nothing is read: the sockets hold what comes.
    interfaces.forEach((device, place) => {
      captures.push(
        openPacketCapture({
          device,
          filter,
          onFrame: ({ tag, ...frame }) => ring?.add({ interface: place, ...frame, ...(tag && { tag }) }),
          onProblem: (text) => stop?.('failed', text),
        }),
      );
    });
    ring = new Ring({
      disk: nodeDisk,
      ...settings,
      interfaces: captures.map(({ link }, place) => ({ name: interfaces[place] ?? '', link, snapBytes })),
    });
  } catch (thrown) {
    for (const capture of captures) capture.close();
    const { code, hint } = thrown instanceof QwError ? thrown : { code: 'INTERNAL' as const, hint: '' };
    answer({ kind: 'refused', code, message: messageOf(thrown), hint });
    return;
  }
  run(settings, captures, ring);
  answer({ kind: 'began' });
}

function run(settings: CaptureSettings, captures: readonly PacketCapture[], ring: Ring): void {
  let dropped = 0;
  const countDrops = () => {
    for (const capture of captures) dropped += capture.newDrops();
  };
  const figures = () => ({
    packets: ring.packets,
    dropped: dropped + ring.dropped,
    overwritten: ring.overwritten,
    files: ring.sealed,
  });
  let ticking = systemClock.after(flushMs, tick);
  function tick(): void {
    ring.flush();
    countDrops();
    if (ring.problem !== undefined) {
      stop?.('failed', ring.problem);
      return;
    }
    if (systemClock.now() >= settings.endsAt) {
      stop?.('time', 'Its time is over.');
      return;
    }
    answer({ kind: 'figures', ...figures() });
    ticking = systemClock.after(flushMs, tick);
  }
  stop = (why, text) => {
    stop = undefined;
    ticking.cancel();
    for (const capture of captures) {
      capture.drain();
      dropped += capture.newDrops();
      capture.close();
    }
    void ring.close().then(() => answer({ kind: 'ended', why, text: ring.problem ?? text, ...figures() }));
  };
}
