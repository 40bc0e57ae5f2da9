/** The only folder that touches the machine: time, files, processes, sockets, kernel. */
export { ManualClock, sleep, systemClock, type Clock, type Timer } from './clock.ts';
