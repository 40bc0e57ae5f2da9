import { useState } from 'preact/hooks';
import type { NatHolders } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import { TrafficProblem } from '../flows/traffic-problem.tsx';
import { Section } from '../parts/page.tsx';
import { Empty, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { query, setQuery } from '../router.ts';
import { formatDuration, formatMoment } from '../text/format.ts';
import { t } from '../text/text.ts';
import { endText, protocolText } from './words.ts';

const slacks = [0, 10_000, 60_000, 600_000, 3_600_000] as const;

/** In local time, as a field of the type datetime-local has it. */
function fieldTime(time: string): string {
  const ms = Date.parse(time);
  if (Number.isNaN(ms)) return '';
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** The question of those who handle complaints; it stands in the address, so that a link asks it again. */
export function HolderForm() {
  const asked = query.value;
  const [address, port, at] = ['outside', 'port', 'at'].map((key) => asked.get(key) ?? '') as [string, string, string];
  const slackMs = Number(asked.get('slack') ?? 0);
  return (
    <Section id="who-title" title={t('nat.who')}>
      <p class="quiet">{t('nat.whoText')}</p>
      <Fields key={`${address} ${port} ${at} ${slackMs}`} address={address} port={port} at={at} slackMs={slackMs} />
      {address !== '' && !Number.isNaN(Date.parse(at)) && (
        <Holders address={address} port={port} at={at} slackMs={slackMs} />
      )}
    </Section>
  );
}

interface HolderQuestion {
  address: string;
  port: string;
  at: string;
  slackMs: number;
}

function Fields(given: HolderQuestion) {
  const [address, setAddress] = useState(given.address);
  const [port, setPort] = useState(given.port);
  const [at, setAt] = useState(fieldTime(given.at));
  const [slackMs, setSlackMs] = useState(given.slackMs);
  const atMs = new Date(at).getTime();
  const isReady = address.trim() !== '' && !Number.isNaN(atMs);
  return (
    <form
      class="nat-who"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady) return;
        setQuery({
          outside: address.trim(),
          port: port.trim(),
          at: new Date(atMs).toISOString(),
          slack: slackMs === 0 ? undefined : String(slackMs),
        });
      }}
    >
      <label class="field">
        <span class="field-label">{t('nat.outside')}</span>
        <input
          value={address}
          maxLength={50}
          placeholder="198.51.100.1"
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setAddress(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="field-label">{t('nat.port')}</span>
        <input
          type="number"
          min={1}
          max={65_535}
          value={port}
          onInput={(event) => setPort(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="field-label">{t('nat.time')}</span>
        <input type="datetime-local" step="1" value={at} onInput={(event) => setAt(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span class="field-label">{t('nat.slack')}</span>
        <select value={String(slackMs)} onChange={(event) => setSlackMs(Number(event.currentTarget.value))}>
          {slacks.map((ms) => (
            <option key={ms} value={String(ms)}>
              {ms === 0 ? t('nat.exact') : formatDuration(ms)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button button-main" disabled={!isReady}>
        {t('nat.find')}
      </button>
    </form>
  );
}

function Holders({ address, port, at, slackMs }: HolderQuestion) {
  const { data, problem, reload } = useResource(`holders ${address} ${port} ${at} ${slackMs}`, (signal) =>
    request<NatHolders>('GET', '/nat/holders', {
      query: { address, port, at, slackMs: slackMs === 0 ? undefined : slackMs },
      signal,
    }),
  );
  if (!data) return problem ? <TrafficProblem problem={problem} retry={reload} /> : <Waiting />;
  if (data.holders.length === 0) return <Empty title={t('nat.nobody')} text={t('nat.nobodyHint')} />;
  return (
    <>
      <div class="table-scroll" tabIndex={0} role="region" aria-label={t('nat.who')}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t('nat.holder')}</th>
              <th scope="col">{t('nat.protocol')}</th>
              <th scope="col">{t('nat.became')}</th>
              <th scope="col">{t('nat.to')}</th>
              <th scope="col">{t('nat.from')}</th>
              <th scope="col">{t('nat.until')}</th>
              <th scope="col">{t('nat.toldBy')}</th>
            </tr>
          </thead>
          <tbody>
            {data.holders.map((one, index) => (
              <tr key={index}>
                <th scope="row">
                  <bdi>{endText(one.source, one.sourcePort)}</bdi>
                </th>
                <td>{protocolText(one.protocol)}</td>
                <td>
                  <bdi>{endText(one.translatedSource, one.translatedSourcePort)}</bdi>
                </td>
                <td>
                  <bdi>{endText(one.destination, one.destinationPort)}</bdi>
                </td>
                <td>
                  {one.from === undefined ? (
                    <span class="quiet">{t('nat.noStart')}</span>
                  ) : (
                    <time dateTime={one.from}>{formatMoment(one.from)}</time>
                  )}
                </td>
                <td>
                  {one.to === undefined ? (
                    <span class="quiet">{t('nat.open')}</span>
                  ) : (
                    <time dateTime={one.to}>{formatMoment(one.to)}</time>
                  )}
                </td>
                <td>
                  <bdi>{one.gateway}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data.more && <p class="notice notice-warn">{t('nat.more')}</p>}
    </>
  );
}
