import { openDatagrams } from '../../src/platform/index.ts';
import { datagramsOf } from './load.ts';

/**
 * `node send-child.ts FILE PORT DATAGRAMS_PER_SECOND TIMES`: sends what is in the file, so many times, evenly; then says
 * how many and in how many seconds.
 */
const [file = '', port = '0', perSecond = '1', times = '1'] = process.argv.slice(2);
const datagrams = [...datagramsOf(file)].map(({ bytes }) => bytes);
const total = datagrams.length * Number(times);
const socket = await openDatagrams({ host: '127.0.0.1', port: 0, onDatagram: () => undefined });
const to = { address: '127.0.0.1', port: Number(port) };
const startMs = performance.now();
let sent = 0;
while (sent < total) {
  const due = Math.min(total, Math.ceil(((performance.now() - startMs) / 1000) * Number(perSecond)));
  while (sent < due) {
    // A queue that is full for a moment takes it at the next turn.
    if (typeof socket.send(to, datagrams[sent % datagrams.length] as Buffer) !== 'number') break;
    sent++;
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
console.log(JSON.stringify({ sent, seconds: (performance.now() - startMs) / 1000 }));
socket.close();
