import { InterfacePoller, openPasses } from '../../../observe/index.ts';
import type { Timer } from '../../../platform/index.ts';
import { openCloud } from '../cloud/open-cloud.ts';
import { openConntrack } from '../conntrack-source.ts';
import type { CollectorAdditions, CollectorOptions } from './collector.ts';
import type { CollectorSettings } from './messages.ts';

type Ports = Parameters<NonNullable<CollectorOptions['additions']>>[0];

/** Files that records are enriched from are looked at so often. */
const refreshMs = 60_000;

/** What a collector runs besides exporters: rejects with SECRET_UNREADABLE when addresses cannot be hidden as they must be. */
export async function openAdditions(settings: CollectorSettings, ports: Ports): Promise<CollectorAdditions> {
  const { names, log, clock } = ports;
  const passes = await openPasses(settings.flows, names, log);
  const poller = new InterfacePoller(settings.flows.exporters, clock);
  const conntrack = await openConntrack(settings.flows, settings.self, ports);
  const cloud = openCloud(settings.flows, settings.directory, ports);
  let timer: Timer | undefined;
  let closed = false;
  const later = () => {
    if (!closed) timer = clock.after(refreshMs, () => void passes.refresh().then(later));
  };
  later();
  return {
    enrich: [...passes.passes, ...conntrack.enrich],
    problems: () => [...passes.problems, ...conntrack.problems(), ...poller.problems, ...cloud.problems()],
    interfacesOf: (address) => poller.interfacesOf(address),
    exporters: () => conntrack.exporters(),
    nat: () => conntrack.nat(),
    push: (name, body) => cloud.push(name, body),
    close: async () => {
      closed = true;
      poller.close();
      timer?.cancel();
      await Promise.all([conntrack.close(), cloud.close()]);
    },
  };
}
