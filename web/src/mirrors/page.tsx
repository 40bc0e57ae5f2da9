import { useEffect, useState } from 'preact/hooks';
import type { ApiMirror } from '../../../src/model/index.ts';
import { onLedgerEvent } from '../api/live.ts';
import { mayAct, request } from '../api/session.ts';
import { TrafficViews } from '../frame/navigation.tsx';
import { useConfiguration } from '../on-call/use-configuration.ts';
import { Page } from '../parts/page.tsx';
import { Empty, ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { t } from '../text/text.ts';
import { MirrorItem } from './mirror-item.tsx';
import { ProposeDialog } from './propose-dialog.tsx';

/** Packets are counted while they come; everything else is told by the ledger. */
const refreshMs = 10_000;
const exampleYaml = `mirrors:
  tags:
    web: [10.1.0.2/32]       # networks by names
  size: 4GiB                 # of all captured files on a watcher
`;

/** Copies of packets: who asked for them and why, who agreed, how much longer, and who read them. */
export function MirrorsPage() {
  const load = (signal: AbortSignal) => request<{ items: ApiMirror[] }>('GET', '/mirrors', { signal });
  const { data, problem, reload } = useResource('mirrors', load, { refreshMs });
  const configuration = useConfiguration().data;
  const [proposing, setProposing] = useState(false);
  useEffect(() => onLedgerEvent(({ kind }) => kind === 'mirror' && reload()), []);
  const document = configuration?.document as { mirrors?: unknown } | null | undefined;
  const isOff = configuration !== undefined && document?.mirrors === undefined;
  return (
    <Page
      title={t('mirrors.title')}
      aside={
        mayAct() &&
        configuration &&
        !isOff && (
          <button type="button" class="button button-main" onClick={() => setProposing(true)}>
            {t('mirrors.propose')}
          </button>
        )
      }
    >
      <TrafficViews />
      <p class="quiet mirror-about">{t('mirrors.about')}</p>
      {isOff && <SwitchedOff />}
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data?.items.length === 0 && !isOff && <Empty title={t('mirrors.none')} />}
      {data && data.items.length > 0 && (
        <ul class="mirror-list" aria-label={t('mirrors.list')}>
          {data.items.map((mirror) => (
            <MirrorItem key={mirror.id} mirror={mirror} reload={reload} />
          ))}
        </ul>
      )}
      {proposing && (
        <ProposeDialog
          onClose={() => setProposing(false)}
          onDone={() => {
            setProposing(false);
            reload();
          }}
        />
      )}
    </Page>
  );
}

function SwitchedOff() {
  return (
    <section class="panel setup" aria-labelledby="mirrors-off-title">
      <h2 id="mirrors-off-title">{t('mirrors.off')}</h2>
      <p>{t('mirrors.offText')}</p>
      <pre tabIndex={0}>{exampleYaml}</pre>
      <p>
        <a href="/guide/mirroring.md" target="_blank" rel="noopener">
          {t('mirrors.guide')}
        </a>
      </p>
    </section>
  );
}
