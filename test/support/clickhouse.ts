import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { freePorts } from '../../src/platform/index.ts';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const serverProgram = '/usr/sbin/clickhouse-server';
const zookeeperJar = '/usr/share/java/zookeeper.jar';

/** Why no ClickHouse can be tried here; undefined when it can. */
export function clickhouseMissing(): string | undefined {
  const absent = [serverProgram, zookeeperJar, '/usr/bin/java'].filter((file) => !existsSync(file));
  return absent.length === 0
    ? undefined
    : `${absent.join(', ')} not found: apt-get install clickhouse-server zookeeper default-jre-headless`;
}

const patienceMs = 30_000;

/** Servers of Debian's package on loopback, with ZooKeeper between them, each in a folder of its own. */
export class ClickHouseServers {
  readonly urls: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'qw-clickhouse-'));
  readonly #configurations: string[] = [];
  readonly #servers: (ChildProcess | undefined)[] = [];
  #zookeeper: ChildProcess | undefined;

  static async start(count: number): Promise<ClickHouseServers> {
    const servers = new ClickHouseServers();
    try {
      await servers.#begin(count);
    } catch (problem) {
      await servers.stop();
      throw problem;
    }
    return servers;
  }

  async #begin(count: number): Promise<void> {
    const [keeperPort = 0, ...ports] = await freePorts(1 + 3 * count);
    const keeper = join(this.#folder, 'zookeeper');
    mkdirSync(keeper);
    writeFileSync(
      join(keeper, 'zoo.cfg'),
      `tickTime=1000\ndataDir=${keeper}\nclientPort=${keeperPort}\nclientPortAddress=127.0.0.1\nadmin.enableServer=false\n`,
    );
    const java = ['-Xmx128m', '-cp', zookeeperJar, 'org.apache.zookeeper.server.quorum.QuorumPeerMain'];
    this.#zookeeper = spawn('/usr/bin/java', [...java, join(keeper, 'zoo.cfg')], { stdio: 'ignore' });
    for (let index = 0; index < count; index++) {
      const [http = 0, tcp = 0, between = 0] = ports.slice(3 * index, 3 * index + 3);
      const home = join(this.#folder, `s${index + 1}`);
      mkdirSync(join(home, 'data'), { recursive: true });
      writeFileSync(join(home, 'users.xml'), users);
      writeFileSync(join(home, 'config.xml'), configuration(home, { http, tcp, between, keeperPort }, index + 1));
      this.#configurations.push(join(home, 'config.xml'));
      this.urls.push(`http://127.0.0.1:${http}`);
    }
    await Promise.all(this.urls.map((_, index) => this.run(index)));
  }

  /** Starts a server, or starts it again after it was killed; resolves when it answers. */
  async run(index: number): Promise<void> {
    const file = this.#configurations[index] ?? '';
    let server: ChildProcess | undefined;
    for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await pause(100)) {
      // While its session of before lives on in ZooKeeper, it may give up.
      if (!server || server.exitCode !== null || server.signalCode !== null) {
        server = spawn(serverProgram, [`--config-file=${file}`], { stdio: 'ignore' });
        this.#servers[index] = server;
      }
      const answer = await fetch(`${this.urls[index]}/?query=SELECT%201`).catch(() => undefined);
      if (answer?.ok) return;
    }
    const said = readFileSync(file.replace('config.xml', 'error.log'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('<Error>'))
      .slice(-3)
      .join(' ')
      .slice(0, 1500);
    throw new Error(`server ${index + 1} does not answer within ${patienceMs / 1000} s: ${said}`);
  }

  /** Those that were killed run again. */
  async runAll(): Promise<void> {
    for (const [index, server] of this.#servers.entries()) if (!server) await this.run(index);
  }

  async kill(index: number): Promise<void> {
    await ended(this.#servers[index]);
    this.#servers[index] = undefined;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#servers, this.#zookeeper].map(ended));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await exit;
}

/** Below those that the kernel gives to outgoing connections, so that nobody takes the port of a server that is killed. */
interface Ports {
  http: number;
  tcp: number;
  between: number;
  keeperPort: number;
}

const configuration = (
  home: string,
  { http, tcp, between, keeperPort }: Ports,
  number: number,
) => `<?xml version="1.0"?>
<yandex>
  <logger><level>warning</level><log>${home}/server.log</log><errorlog>${home}/error.log</errorlog></logger>
  <http_port>${http}</http_port>
  <tcp_port>${tcp}</tcp_port>
  <interserver_http_port>${between}</interserver_http_port>
  <interserver_http_host>127.0.0.1</interserver_http_host>
  <listen_host>127.0.0.1</listen_host>
  <path>${home}/data/</path>
  <tmp_path>${home}/tmp/</tmp_path>
  <format_schema_path>${home}/format/</format_schema_path>
  <users_config>${home}/users.xml</users_config>
  <default_profile>default</default_profile>
  <default_database>default</default_database>
  <mark_cache_size>67108864</mark_cache_size>
  <zookeeper><node><host>127.0.0.1</host><port>${keeperPort}</port></node><session_timeout_ms>5000</session_timeout_ms></zookeeper>
  <!-- A part that a kill cut off is half of all rows here; without this the server would not start. -->
  <merge_tree><replicated_max_ratio_of_wrong_parts>1</replicated_max_ratio_of_wrong_parts></merge_tree>
  <macros><replica>s${number}</replica></macros>
</yandex>
`;

const users = `<?xml version="1.0"?>
<yandex>
  <profiles><default><max_memory_usage>1000000000</max_memory_usage><max_threads>2</max_threads></default></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
  <quotas><default/></quotas>
</yandex>
`;
