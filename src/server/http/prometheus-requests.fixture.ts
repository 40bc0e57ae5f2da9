/** Requests in the shape in which Grafana's Prometheus data source sends them, and what it must be able to read. */

export interface Recorded {
  name: string;
  method: 'GET' | 'POST';
  path: string;
  /** Of the address with GET, of the form with POST. */
  fields?: readonly (readonly [string, string])[];
  data: unknown;
}

export const startS = 1_700_000_000;
const range = [
  ['start', String(startS)],
  ['end', String(startS + 120)],
] as const;

const web = { __name__: 'quorumwatch_check_up', check: 'web', watcher: 'w1' };
const dns = { __name__: 'quorumwatch_check_up', check: 'd"n\\s', watcher: 'w1' };

export const recorded: readonly Recorded[] = [
  {
    name: 'saves and tests the data source',
    method: 'POST',
    path: '/query',
    fields: [
      ['query', '1+1'],
      ['time', `${startS}.125`],
    ],
    data: { resultType: 'scalar', result: [startS + 0.125, '2'] },
  },
  {
    name: 'asks which Prometheus this is',
    method: 'GET',
    path: '/status/buildinfo',
    data: {
      version: '2.42.0',
      revision: 'quorumwatch 1.2.3',
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    },
  },
  {
    name: 'draws a panel',
    method: 'POST',
    path: '/query_range',
    fields: [['query', 'sum by (watcher) (quorumwatch_check_up{check=~"web|d.*"})'], ...range, ['step', '60']],
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { watcher: 'w1' },
          values: [
            [startS, '2'],
            [startS + 60, '1'],
            [startS + 120, '2'],
          ],
        },
      ],
    },
  },
  {
    name: 'draws a panel by GET, with a step in words',
    method: 'GET',
    path: '/query_range',
    fields: [['query', 'quorumwatch_check_up{check="web"}'], ...range, ['step', '1m']],
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: web,
          values: [
            [startS, '1'],
            [startS + 60, '1'],
            [startS + 120, '1'],
          ],
        },
      ],
    },
  },
  {
    name: 'fills a table',
    method: 'GET',
    path: '/query',
    fields: [
      ['query', 'quorumwatch_check_up == 0'],
      ['time', '2023-11-14T22:14:20.000Z'],
    ],
    data: { resultType: 'vector', result: [{ metric: dns, value: [startS + 60, '0'] }] },
  },
  {
    name: 'offers metrics',
    method: 'GET',
    path: '/label/__name__/values',
    fields: range,
    data: ['quorumwatch_check_up', 'quorumwatch_samples_total'],
  },
  {
    name: 'offers labels of a metric',
    method: 'GET',
    path: '/labels',
    fields: [...range, ['match[]', 'quorumwatch_samples_total']],
    data: ['__name__', 'outcome'],
  },
  {
    name: 'offers labels by POST',
    method: 'POST',
    path: '/labels',
    fields: [...range, ['match[]', '{__name__="quorumwatch_check_up"}']],
    data: ['__name__', 'check', 'watcher'],
  },
  {
    name: 'fills a variable',
    method: 'GET',
    path: '/label/check/values',
    fields: [...range, ['match[]', 'quorumwatch_check_up{watcher="w1"}']],
    data: ['d"n\\s', 'web'],
  },
  {
    name: 'lists series',
    method: 'POST',
    path: '/series',
    fields: [['match[]', 'quorumwatch_check_up'], ['match[]', 'nothing'], ...range],
    data: [web, dns],
  },
  {
    name: 'shows what metrics mean',
    method: 'GET',
    path: '/metadata',
    fields: [['limit', '5000']],
    data: { quorumwatch_check_up: [{ type: 'gauge', unit: 'state', help: 'Whether it is up.' }] },
  },
  {
    name: 'finds that nothing is there',
    method: 'POST',
    path: '/query_range',
    fields: [['query', 'rate(nothing[$__interval])'.replace('$__interval', '15s')], ...range, ['step', '15']],
    data: { resultType: 'matrix', result: [] },
  },
];
