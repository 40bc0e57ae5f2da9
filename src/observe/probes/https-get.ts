import { z } from 'zod';
import { probeHttp } from './http.ts';
import { certificateValues, httpOptions, httpsOptions, httpValues } from './http-options.ts';
import type { OptionsOf, Probe, ProbeContext, ProbeTarget } from './probe.ts';
import { longestTrainMs } from './train.ts';

const options = {
  port: z.int().min(1).max(65_535).default(443).describe('TCP port.'),
  ...httpsOptions,
  ...httpOptions,
};

/** RouterOS Netwatch `https-get`. */
export const httpsGetProbe = {
  type: 'https-get',
  summary: 'An HTTPS request; up if status, certificate, content and time are as expected.',
  options,
  values: { ...httpValues, ...certificateValues },
  cost: (given) => Number(given['packet-count']) * (1 + Number(given['follow-redirects'])),
  longestMs: longestTrainMs,
  run: (target: ProbeTarget, given: OptionsOf<typeof options>, context: ProbeContext) =>
    probeHttp(true, target, given, context),
} satisfies Probe<typeof options>;
