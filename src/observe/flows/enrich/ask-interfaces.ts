import { isIPv6 } from 'node:net';
import type { Session, User, Varbind } from 'net-snmp';
import { plainLine, type Milliseconds } from '../../../model/index.ts';
import type { Clock } from '../../../platform/index.ts';

export interface SnmpTarget {
  address: string;
  port: number;
  /** SNMPv2c with a community, or SNMPv3 (SHA-256, AES-128) with a user. */
  credentials: { community: string } | { user: string; auth?: string | undefined; privacy?: string | undefined };
}

/** What a device says of one of its interfaces. */
export interface InterfaceFacts {
  /** Its name, and what people wrote to it in brackets. */
  name: string;
  /** 0 where it does not say. */
  bitsPerSecond: number;
}

/** Columns of ifXTable by ifIndex (IF-MIB, RFC 2863). */
const columns = { name: '1.3.6.1.2.1.31.1.1.1.1', speed: '1.3.6.1.2.1.31.1.1.1.15', alias: '1.3.6.1.2.1.31.1.1.1.18' };
/** A device with more is not believed. */
const maxInterfaces = 4096;
const maxNameCharacters = 100;
const answerMs = 3000;
const wholeMs = 30_000;

/** All interfaces by number (ifIndex). Rejects when the device does not answer, or not with what it was asked for. */
export async function askInterfaces(
  target: SnmpTarget,
  clock: Pick<Clock, 'after'>,
  timeoutMs: Milliseconds = wholeMs,
): Promise<ReadonlyMap<number, InterfaceFacts>> {
  const session = await openSession(target);
  const failed = Promise.withResolvers<never>();
  session.on('error', (error) => failed.reject(error));
  const timer = clock.after(timeoutMs, () => failed.reject(new Error(`not done within ${timeoutMs} ms`)));
  try {
    return await Promise.race([failed.promise, interfacesOf(session)]);
  } finally {
    timer.cancel();
    session.close();
  }
}

async function interfacesOf(session: Session): Promise<ReadonlyMap<number, InterfaceFacts>> {
  const names = await column(session, columns.name);
  const aliases = await column(session, columns.alias);
  const speeds = await column(session, columns.speed);
  const found = new Map<number, InterfaceFacts>();
  for (const [number, value] of names) {
    const [name, alias] = [textOf(value), textOf(aliases.get(number))];
    if (name === '') continue;
    const whole = alias === '' || alias === name ? name : `${name} (${alias})`;
    // ifHighSpeed counts millions.
    const bitsPerSecond = Number(speeds.get(number) ?? 0) * 1_000_000;
    found.set(number, { name: whole.slice(0, maxNameCharacters), bitsPerSecond });
  }
  return found;
}

const textOf = (value: Varbind['value'] | undefined): string =>
  Buffer.isBuffer(value) ? plainLine(value.toString('utf8'), maxNameCharacters) : '';

function column(session: Session, oid: string): Promise<Map<number, Varbind['value']>> {
  const { promise, resolve, reject } = Promise.withResolvers<Map<number, Varbind['value']>>();
  const values = new Map<number, Varbind['value']>();
  const feed = (varbinds: Varbind[]): boolean => {
    for (const { oid: of, value } of varbinds) {
      const index = of.startsWith(`${oid}.`) ? Number(of.slice(oid.length + 1)) : Number.NaN;
      if (Number.isInteger(index) && index > 0) values.set(index, value);
    }
    return values.size > maxInterfaces;
  };
  session.subtree(oid, 20, feed, (error) => {
    if (error) reject(error);
    else if (values.size > maxInterfaces) reject(new Error(`more than ${maxInterfaces} interfaces`));
    else resolve(values);
  });
  return promise;
}

async function openSession({ address, port, credentials }: SnmpTarget): Promise<Session> {
  // Most watchers never ask a device, and need not load it.
  const { default: snmp } = await import('net-snmp');
  const options = {
    port,
    transport: isIPv6(address) ? ('udp6' as const) : ('udp4' as const),
    timeout: answerMs,
    retries: 1,
    idBitsSize: 32 as const,
  };
  if ('community' in credentials) {
    return snmp.createSession(address, credentials.community, { ...options, version: snmp.Version2c });
  }
  const { user, auth, privacy } = credentials;
  const { noAuthNoPriv, authNoPriv, authPriv } = snmp.SecurityLevel;
  const level = auth === undefined ? noAuthNoPriv : privacy === undefined ? authNoPriv : authPriv;
  const given: User = {
    name: user,
    level,
    ...(auth !== undefined && { authProtocol: snmp.AuthProtocols.sha256, authKey: auth }),
    ...(privacy !== undefined && { privProtocol: snmp.PrivProtocols.aes, privKey: privacy }),
  };
  return snmp.createV3Session(address, given, { ...options, version: snmp.Version3 });
}
