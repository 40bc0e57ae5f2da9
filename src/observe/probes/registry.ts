import { dnsProbe } from './dns.ts';
import { httpGetProbe } from './http-get.ts';
import { httpStepsProbe } from './http-steps.ts';
import { httpsGetProbe } from './https-get.ts';
import { icmpProbe } from './icmp.ts';
import type { Probe } from './probe.ts';
import { simpleProbe } from './simple.ts';
import { tcpConnProbe } from './tcp-conn.ts';

/** Every probe type; a new one is its file and its line here. */
export const probes: readonly Probe[] = [
  simpleProbe,
  icmpProbe,
  tcpConnProbe,
  httpGetProbe,
  httpsGetProbe,
  httpStepsProbe,
  dnsProbe,
];
