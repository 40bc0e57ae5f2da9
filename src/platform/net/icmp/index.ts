/** ICMP echo on Linux: kernel ping sockets in batches, with the kernel's own time stamps. */
export { formatAddress, parseAddress, type Address } from './address.ts';
export { openPinger } from './open.ts';
export type { EchoRequest, EchoResult, Pinger, PingerStatistics } from './pinger.ts';
