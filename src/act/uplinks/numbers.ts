import type { FailoverSettings } from '../../model/index.ts';

/** Marks our routes and rules (rtm_protocol, FRA_PROTOCOL): what carries another number is not ours to touch. */
export const ownProtocol = 113;
export const ownTable = 'quorumwatch';

/** The numbers that a configuration takes of the kernel: routing tables, priorities of rules, bits of the mark. */
export interface Numbers {
  /** For new connections. */
  trafficTable: number;
  /** For all that must use the uplink at that place. */
  uplinkTable(place: number): number;
  /** For the class of traffic at that place, if it has an uplink of its own. */
  classTable(place: number): number;
  /** Traffic of that class before it has an uplink. */
  classMark(place: number): number;
  /** Every table in use with so many of them. */
  tables(uplinkCount: number, classCount: number): number[];
  rules: { specific: number; device: number; address: number; mark: number; traffic: number };
  /** Which uplink a connection uses. */
  uplinkMask: number;
  uplinkMark(place: number): number;
  /** Set for what is no TCP: it may move to another uplink at once. */
  movableBit: number;
  /** Of the packets that tell clients that their connection is gone. */
  pokeMark: number;
  allBits: number;
}

/** Seven bits name the uplink, the eighth is `movableBit`. */
const uplinkBits = 0x7f;
const largestUplinkCount = 16;
/** Of the seven bits' values the first ones are uplinks', those from here on classes', the last one `pokeMark`. */
const firstClass = 0x20;
const movable = 0x80;

export function numbersOf(failover: Pick<FailoverSettings, 'mark' | 'table' | 'rule-priority'>): Numbers {
  const shift = failover.mark;
  const first = failover['rule-priority'];
  const uplinkTable = (place: number) => failover.table + 1 + place;
  const classTable = (place: number) => uplinkTable(largestUplinkCount) + place;
  const shifted = (bits: number) => (bits << shift) >>> 0;
  return {
    trafficTable: failover.table,
    uplinkTable,
    classTable,
    classMark: (place) => shifted(firstClass + place),
    tables: (uplinkCount, classCount) => [
      failover.table,
      ...Array.from({ length: uplinkCount }, (_, place) => uplinkTable(place)),
      ...Array.from({ length: classCount }, (_, place) => classTable(place)),
    ],
    rules: { specific: first, device: first + 1, address: first + 2, mark: first + 3, traffic: first + 4 },
    uplinkMask: shifted(uplinkBits),
    uplinkMark: (place) => shifted(place + 1),
    movableBit: shifted(movable),
    pokeMark: shifted(uplinkBits),
    allBits: shifted(uplinkBits | movable),
  };
}
