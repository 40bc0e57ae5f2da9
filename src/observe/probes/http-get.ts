import { z } from 'zod';
import { probeHttp } from './http.ts';
import { httpOptions, httpValues } from './http-options.ts';
import type { OptionsOf, Probe, ProbeContext, ProbeTarget } from './probe.ts';
import { longestTrainMs } from './train.ts';

const options = {
  port: z.int().min(1).max(65_535).default(80).describe('TCP port.'),
  ...httpOptions,
};

/** RouterOS Netwatch `http-get`. */
export const httpGetProbe = {
  type: 'http-get',
  summary: 'An HTTP request; up if status, content and time are as expected.',
  options,
  values: { ...httpValues },
  cost: (given) => Number(given['packet-count']) * (1 + Number(given['follow-redirects'])),
  longestMs: longestTrainMs,
  run: (target: ProbeTarget, given: OptionsOf<typeof options>, context: ProbeContext) =>
    probeHttp(false, target, given, context),
} satisfies Probe<typeof options>;
