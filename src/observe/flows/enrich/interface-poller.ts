import { messageOf, type FlowSettings, type SnmpSettings } from '../../../model/index.ts';
import { readSecret, type Clock, type Timer } from '../../../platform/index.ts';
import { askInterfaces, type InterfaceFacts, type SnmpTarget } from './ask-interfaces.ts';

type PolledExporter = Pick<FlowSettings['exporters'][number], 'name' | 'addresses' | 'snmp'>;

const everyMs = 3_600_000;
/** After one that did not answer. */
const againMs = 300_000;

/** Asks exporters for their interfaces, one after the other and every hour; those without `snmp` are left alone. */
export class InterfacePoller {
  readonly #exporters: readonly PolledExporter[];
  readonly #clock: Clock;
  readonly #ask: typeof askInterfaces;
  readonly #known = new Map<string, ReadonlyMap<number, InterfaceFacts>>();
  readonly #problems = new Map<string, string>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(exporters: readonly PolledExporter[], clock: Clock, ask = askInterfaces) {
    this.#exporters = exporters.filter(({ snmp }) => snmp);
    this.#clock = clock;
    this.#ask = ask;
    if (this.#exporters.length > 0) void this.#poll();
  }

  /** By number, of the exporter that sends from this address; what was known last. */
  interfacesOf(address: string): ReadonlyMap<number, InterfaceFacts> {
    return this.#known.get(address) ?? new Map<number, InterfaceFacts>();
  }

  get problems(): string[] {
    return [...this.#problems.values()];
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #poll(): Promise<void> {
    for (const exporter of this.#exporters) {
      if (this.#closed) return;
      await this.#pollOne(exporter);
    }
    const delayMs = this.#problems.size > 0 ? againMs : everyMs;
    if (!this.#closed) this.#timer = this.#clock.after(delayMs, () => void this.#poll());
  }

  async #pollOne({ name, addresses, snmp }: PolledExporter): Promise<void> {
    const [address] = addresses;
    if (!snmp || address === undefined) return;
    try {
      const found = await this.#ask(await targetOf(address, snmp), this.#clock);
      for (const one of addresses) this.#known.set(one, found);
      this.#problems.delete(name);
    } catch (thrown) {
      this.#problems.set(name, `${name} does not tell the names of its interfaces by SNMP: ${messageOf(thrown)}`);
    }
  }
}

/** Secrets are read each time, so that new ones count. */
async function targetOf(address: string, snmp: SnmpSettings): Promise<SnmpTarget> {
  const { port, user, 'community-file': community, 'auth-file': auth, 'privacy-file': privacy } = snmp;
  const secret = async (file: string) => (await readSecret({ file })).reveal();
  if (community !== undefined) return { address, port, credentials: { community: await secret(community) } };
  const credentials = {
    user: user ?? '',
    ...(auth !== undefined && { auth: await secret(auth) }),
    ...(privacy !== undefined && { privacy: await secret(privacy) }),
  };
  return { address, port, credentials };
}
