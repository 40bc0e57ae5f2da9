import { openPinger } from '../../src/platform/net/icmp/index.ts';

/** Echoes 127.0.0.1 every 5 ms and prints the times: `icmp-rtt-child.ts COUNT idle|busy`. */
const count = Number(process.argv[2]);
const busy = process.argv[3] === 'busy';
const pinger = openPinger();
const rttMs: number[] = [];
const callbackMs: number[] = [];
let sent = 0;
let done = 0;

/** Eight of ten milliseconds of pure computing. */
function work(): void {
  const untilMs = performance.now() + 8;
  while (performance.now() < untilMs);
  if (done < count) setTimeout(work, 2);
}

function next(): void {
  sent++;
  const startMs = performance.now();
  pinger.echo({ address: '127.0.0.1', timeoutMs: 1000 }, (result) => {
    callbackMs.push(performance.now() - startMs);
    if (result.kind === 'reply') rttMs.push(result.rttMs);
    if (++done < count) return;
    console.log(JSON.stringify({ rttMs, callbackMs }));
    pinger.close();
  });
  if (sent < count) setTimeout(next, 5);
}

if (busy) work();
// The kernel switches its time stamps on in the background when the first socket asks for them.
pinger.echo({ address: '127.0.0.1', timeoutMs: 1000 }, () => setTimeout(next, 20));
