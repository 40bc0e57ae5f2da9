import { compareCloudLogs } from './cloud.ts';
import type { Comparison } from './comparison.ts';
import { compareWithTraffic } from './lab.ts';
import { compareWithNetGauze } from './netgauze.ts';
import { compareWithNfdump } from './nfdump.ts';
import { compareWithTcpdump } from './tcpdump.ts';
import { compareSflowWithTelegraf } from './telegraf-sflow.ts';
import { compareWithTelegraf } from './telegraf.ts';
import { compareSflowWithTshark } from './tshark-sflow.ts';
import { compareWithTshark } from './tshark.ts';

/** Every file with everybody who says what is in it. */
export function compareAll(): Comparison[] {
  return [
    ...compareWithNetGauze(),
    ...compareWithTelegraf(),
    ...compareSflowWithTelegraf(),
    ...compareWithTcpdump(),
    ...compareWithTraffic(),
    ...compareCloudLogs(),
    ...compareWithTshark(),
    ...compareSflowWithTshark(),
    ...compareWithNfdump(),
  ];
}
