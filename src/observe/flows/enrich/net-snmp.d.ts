/** What is used of net-snmp, which has no types of its own. */
declare module 'net-snmp' {
  export interface Varbind {
    oid: string;
    type: number;
    value: number | Buffer;
  }
  export interface Session {
    /** `feed` ends the walk by returning true. */
    subtree(
      oid: string,
      maxRepetitions: number,
      feed: (varbinds: Varbind[]) => boolean,
      done: (error: Error | null) => void,
    ): void;
    on(event: 'error', listener: (error: Error) => void): void;
    close(): void;
  }
  export interface User {
    name: string;
    level: number;
    authProtocol?: string;
    authKey?: string;
    privProtocol?: string;
    privKey?: string;
  }
  interface Options {
    port: number;
    version: number;
    transport: 'udp4' | 'udp6';
    timeout: number;
    retries: number;
    idBitsSize?: 16 | 32;
  }
  interface Agent {
    getAuthorizer(): { addCommunity(community: string): void; addUser(user: User): void };
    getMib(): { registerProvider(provider: object): void; addTableRow(name: string, row: unknown[]): void };
    close(callback?: () => void): void;
  }
  const library: {
    Version2c: number;
    Version3: number;
    SecurityLevel: { noAuthNoPriv: number; authNoPriv: number; authPriv: number };
    AuthProtocols: { sha256: string };
    PrivProtocols: { aes: string };
    ObjectType: Record<'Integer32' | 'OctetString' | 'Gauge32', number>;
    MibProviderType: { Table: number };
    MaxAccess: Record<'not-accessible' | 'read-only', number>;
    createSession(address: string, community: string, options: Options): Session;
    createV3Session(address: string, user: User, options: Options): Session;
    isVarbindError(varbind: Varbind): boolean;
    createAgent(options: { port: number; address: string }, callback: (error: Error | null) => void): Agent;
  };
  export default library;
}
