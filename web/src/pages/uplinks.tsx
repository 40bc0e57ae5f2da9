import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { ApiUplinks } from '../../../src/model/index.ts';
import { onLedgerEvent, onUplinks } from '../api/live.ts';
import { mayAct, request } from '../api/session.ts';
import { Page } from '../parts/page.tsx';
import { ProblemView, StaleNotice, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { t } from '../text/text.ts';
import { DrillDialog } from '../uplinks/drill.tsx';
import { Notices } from '../uplinks/notices.tsx';
import { drillObstacle, switchObstacle } from '../uplinks/obstacles.ts';
import { UplinksHead } from '../uplinks/overview.tsx';
import { withReading, type Recent } from '../uplinks/recent.ts';
import { GuideLink, Setup } from '../uplinks/setup.tsx';
import { SwitchDialog } from '../uplinks/switch-dialog.tsx';
import { SwitchList } from '../uplinks/switch-list.tsx';
import { UplinkCard } from '../uplinks/uplink-card.tsx';
import { carriesAll } from '../uplinks/ways.ts';

/** The watch probes every few milliseconds; people can follow once a second. */
const refreshMs = 1000;
/** Outlives the view, so that a look at another one does not empty the charts. */
const recent = signal<{ figures: Recent; atMs: number }>({ figures: new Map(), atMs: 0 });

type Question = { kind: 'switch'; uplink: string | null } | { kind: 'drill'; uplink: string } | undefined;

/** Ways out to the Internet: how each one does, who carries the traffic, what was switched and why. */
export function UplinksPage() {
  const { data, problem, reload } = useResource(
    'uplinks',
    async (signal) => {
      const status = await request<ApiUplinks>('GET', '/uplinks', { signal });
      const atMs = Date.now();
      recent.value = { figures: withReading(recent.peek().figures, status.uplinks, atMs), atMs };
      return status;
    },
    { refreshMs },
  );
  useEffect(() => onUplinks(reload), []);
  useEffect(() => onLedgerEvent((event) => event.kind.startsWith('uplink-') && reload()), []);
  return (
    <Page title={t('nav.uplinks')} aside={data && data.uplinks.length > 0 && <GuideLink />}>
      {!data && problem && <ProblemView problem={problem} retry={reload} />}
      {!data && !problem && <Waiting />}
      {data && <StaleNotice problem={problem} retry={reload} />}
      {data && data.uplinks.length === 0 && <Setup />}
      {data && data.uplinks.length > 0 && <Uplinks status={data} reload={reload} />}
    </Page>
  );
}

function Uplinks({ status, reload }: { status: ApiUplinks; reload: () => void }) {
  const [question, setQuestion] = useState<Question>(undefined);
  const may = mayAct();
  const obstacle = switchObstacle(status, may);
  const close = () => setQuestion(undefined);
  const { figures, atMs } = recent.value;
  const asked = question && status.uplinks.find(({ name }) => name === question.uplink);
  useEffect(() => {
    // An uplink that was taken out of the configuration meanwhile can be asked nothing.
    if (question && question.uplink !== null && !asked) close();
  }, [question, asked]);
  const serving = status.serving.map(({ family, uplinks }) => `${family} ${uplinks.join(' ')}`).join();
  return (
    <>
      <Notices status={status} obstacle={obstacle} />
      <UplinksHead
        status={status}
        maySwitch={obstacle === undefined}
        onAutomatic={() => setQuestion({ kind: 'switch', uplink: null })}
      />
      <div class="uplinks">
        {status.uplinks.map((uplink) => {
          const { name } = uplink;
          return (
            <UplinkCard
              key={name}
              uplink={uplink}
              recent={figures}
              nowMs={atMs}
              carries={carriesAll(status, name)}
              canSwitch={obstacle === undefined && !uplink.chosen}
              drillObstacle={drillObstacle(status, name, may)}
              onSwitch={() => setQuestion({ kind: 'switch', uplink: name })}
              onDrill={() => setQuestion({ kind: 'drill', uplink: name })}
            />
          );
        })}
      </div>
      <SwitchList sign={`${serving} ${status.here.waitingRecords}`} />
      {question?.kind === 'switch' && (
        <SwitchDialog
          uplink={question.uplink}
          kind={question.uplink === null ? 'automatic' : carriesAll(status, question.uplink) ? 'stay' : 'to'}
          status={status}
          onClose={close}
          onDone={reload}
        />
      )}
      {question?.kind === 'drill' && asked && <DrillDialog uplink={asked} onClose={close} onStarted={reload} />}
    </>
  );
}
