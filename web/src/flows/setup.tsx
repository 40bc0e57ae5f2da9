import type { FlowStatus } from '../../../src/model/index.ts';
import { formatList } from '../text/format.ts';
import { collectorProblemText } from '../text/flows.ts';
import { t } from '../text/text.ts';
import { exampleYaml, exporterKinds, exporterLines, targetOf } from './example.ts';

/** What to do where no record has come yet: turn the collector on, then point exporters here. */
export function Setup({ status }: { status: FlowStatus }) {
  if (status.elsewhere && status.elsewhere.length > 0) return <CollectedElsewhere watchers={status.elsewhere} />;
  return (
    <section class="panel setup" aria-labelledby="setup-title">
      <h2 id="setup-title">{t(status.enabled ? 'flows.setup.waiting' : 'flows.setup.off')}</h2>
      <p>{t(status.enabled ? 'flows.setup.waitingText' : 'flows.setup.offText')}</p>
      {status.problems.map((text) => (
        <p key={text} class="notice notice-warn" role="status">
          <bdi>{collectorProblemText(text)}</bdi>
        </p>
      ))}
      {!status.enabled && (
        <>
          <figure>
            <figcaption class="quiet">{t('flows.setup.example')}</figcaption>
            <pre tabIndex={0}>{exampleYaml}</pre>
          </figure>
          <p class="setup-links">
            <a class="button button-main setup-button" href="/configuration">
              {t('uplinks.empty.apply')}
            </a>
          </p>
        </>
      )}
      <h3>{t('flows.setup.point')}</h3>
      <PointHere listening={status.listening} />
      <p>
        <a href="/guide/traffic.md" target="_blank" rel="noopener">
          {t('flows.setup.guide')}
        </a>
      </p>
    </section>
  );
}

function CollectedElsewhere({ watchers }: { watchers: readonly string[] }) {
  return (
    <section class="panel setup" aria-labelledby="setup-title">
      <h2 id="setup-title">{t('flows.setup.elsewhere', { watchers: formatList(watchers) })}</h2>
      <p>{t('flows.setup.elsewhereText')}</p>
    </section>
  );
}

/** Lines to copy, for the exporters that people have. */
export function PointHere({ listening }: { listening: readonly string[] }) {
  return (
    <div class="point-here">
      {listening.length > 0 && (
        <p>
          {t('flows.setup.listening')} <code>{listening.join(', ')}</code>
        </p>
      )}
      {exporterKinds.map((kind) => {
        const { host, port } = targetOf(listening, location.hostname, kind);
        return (
          <figure key={kind}>
            <figcaption class="quiet">{t(`flows.setup.kinds.${kind}`)}</figcaption>
            <pre tabIndex={0}>{exporterLines[kind](host, port)}</pre>
          </figure>
        );
      })}
    </div>
  );
}
