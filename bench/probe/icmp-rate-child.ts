import { openPinger } from '../../src/platform/net/icmp/index.ts';
import { targets } from './icmp-rate.ts';

/** Sends at a rate for some seconds and prints what became of it: `icmp-rate-child.ts RATE SECONDS`. */
const rate = Number(process.argv[2]);
const endMs = 1000 * Number(process.argv[3]);
const pinger = openPinger();
const startMs = performance.now();
let sent = 0;
let answered = 0;
let done = 0;

function tick(): void {
  const elapsedMs = performance.now() - startMs;
  const due = Math.min(Math.floor((elapsedMs * rate) / 1000), (endMs * rate) / 1000);
  while (sent < due) {
    const address = targets[sent++ % targets.length] ?? '';
    pinger.echo({ address, timeoutMs: 1000 }, ({ kind }) => {
      done++;
      if (kind === 'reply') answered++;
    });
  }
  if (elapsedMs < endMs) setTimeout(tick, 1);
  else finish(elapsedMs);
}

function finish(ms: number): void {
  if (done < sent) {
    setTimeout(finish, 10, ms);
    return;
  }
  console.log(JSON.stringify({ sent, lost: sent - answered, ms }));
  pinger.close();
}

tick();
