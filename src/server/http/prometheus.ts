import { Hono } from 'hono';
import { QwError } from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import { Promql, type Watcher } from '../../watcher/index.ts';
import type { Access, AccessEnvironment } from './access.ts';
import { limitBody } from './body-limit.ts';
import { answerEnvelope, dataEnvelope, errorEnvelope } from './prometheus-answer.ts';
import { Parameters } from './prometheus-parameters.ts';

const maxBodyBytes = 256 * 1024;
/** Whose HTTP API this follows: Grafana asks less of older ones than they can. */
const followedVersion = '2.42.0';
const rest = () =>
  new Promise<void>((resolve) => {
    setImmediate(resolve);
  });

interface PrometheusOptions {
  access: Access;
  series: Watcher['telemetry']['series'];
  clock: Clock;
  log: Log;
  version: string;
}

/**
 * What of Prometheus's HTTP API reads (https://prometheus.io/docs/prometheus/latest/querying/api/), below `/prometheus`:
 * a data source for Grafana. For those with a token, as everything else.
 */
export function createPrometheusApi({
  access,
  series,
  clock,
  log,
  version,
}: PrometheusOptions): Hono<AccessEnvironment> {
  const promql = new Promql({ source: series, now: () => clock.monotonic(), rest });
  const api = new Hono<AccessEnvironment>();
  api.onError((thrown, context) => {
    const response = errorEnvelope(thrown);
    if (response.status === 500) log.error('a request failed', { path: context.req.path, problem: String(thrown) });
    return response;
  });
  api.use(access.require('viewer'));
  api.use(limitBody(maxBodyBytes));

  api.on(['GET', 'POST'], '/query', async (context) => {
    const given = await Parameters.read(context);
    const at = given.time('time') ?? clock.now();
    const limit = given.limit();
    const answer = await promql.instant(given.needed('query'), at, patience(given, context.req.raw.signal));
    return answerEnvelope(answer, limit, rest);
  });
  api.on(['GET', 'POST'], '/query_range', async (context) => {
    const given = await Parameters.read(context);
    const steps = given.steps();
    const limit = given.limit();
    const answer = await promql.range(given.needed('query'), steps, patience(given, context.req.raw.signal));
    return answerEnvelope(answer, limit, rest);
  });

  /** Labels of the series that fit a selector of `match[]`; of all when there is none. */
  const found = (given: Parameters) => {
    const { from, to } = given.period();
    const lists = given.all('match[]').map((text) => promql.matchers(text));
    return series.series(lists, from, to);
  };
  const limited = (items: readonly unknown[], given: Parameters) => {
    const limit = given.limit();
    return dataEnvelope(items.slice(0, limit), items.length > limit);
  };
  api.on(['GET', 'POST'], '/series', async (context) => {
    const given = await Parameters.read(context);
    if (given.all('match[]').length === 0) throw new QwError('BAD_INPUT', 'no match[] parameter provided');
    return limited(await found(given), given);
  });
  api.on(['GET', 'POST'], '/labels', async (context) => {
    const given = await Parameters.read(context);
    const names = new Set((await found(given)).flatMap((labels) => Object.keys(labels)));
    return limited([...names].sort(), given);
  });
  api.get('/label/:name/values', async (context) => {
    const name = context.req.param('name');
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name))
      throw new QwError('BAD_INPUT', `invalid label name: ${JSON.stringify(name)}`);
    const given = await Parameters.read(context);
    const values = (await found(given)).flatMap((labels) => (Object.hasOwn(labels, name) ? [labels[name] ?? ''] : []));
    return limited([...new Set(values)].filter((value) => value !== '').sort(), given);
  });
  api.get('/metadata', async (context) => {
    const given = await Parameters.read(context);
    const wanted = given.text('metric');
    const metrics = (await series.metadata()).filter(({ metric }) => wanted === undefined || metric === wanted);
    const limit = given.limit();
    return dataEnvelope(
      Object.fromEntries(
        metrics.slice(0, limit).map(({ metric, type, help, unit }) => [metric, [{ type, help, unit }]]),
      ),
    );
  });
  api.get('/status/buildinfo', () =>
    dataEnvelope({
      version: followedVersion,
      revision: `quorumwatch ${version}`,
      branch: '',
      buildUser: '',
      buildDate: '',
      goVersion: '',
    }),
  );
  api.all('*', (context) => {
    throw new QwError('NOT_FOUND', `there is no ${context.req.method} ${context.req.path}`);
  });
  return api;
}

function patience(given: Parameters, signal: AbortSignal) {
  const timeoutMs = given.duration('timeout');
  return { signal, ...(timeoutMs !== undefined && timeoutMs > 0 && { timeoutMs }) };
}
