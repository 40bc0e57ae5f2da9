import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../platform/index.ts';

/**
 * A router of our own for tests: the REST API of RouterOS 7 as its manual describes it, over HTTP or HTTPS, with the
 * faults that are wanted. Values are strings, ids are like `*1A`.
 */

type Row = Record<string, string>;
export interface Asked {
  method: string;
  url: string;
  body: string;
}
/** A request was answered by the fault itself: true; false lets the router answer. */
type Fault = (asked: Asked, response: ServerResponse, socket: Socket) => boolean;

const menus = ['ip/route', 'ipv6/route', 'ip/firewall/connection', 'ipv6/firewall/connection'] as const;
type Menu = (typeof menus)[number];
const path = new RegExp(String.raw`^/rest/(${menus.join('|')})(?:/([^/]+))?$`);

export class MockRouter {
  readonly tables: Record<Menu, Row[]> = {
    'ip/route': [],
    'ipv6/route': [],
    'ip/firewall/connection': [],
    'ipv6/firewall/connection': [],
  };
  asked: Asked[] = [];
  fault: Fault = () => false;
  /** Each answer is so late. */
  delayMs = 0;
  /** Connections that were accepted. */
  connections = 0;
  #lastId = 0;
  #sockets = new Set<Socket>();
  #server: Server | undefined;

  add(menu: Menu, row: Row): Row {
    const added = { '.id': this.#nextId(), ...row };
    this.tables[menu].push(added);
    return added;
  }

  route(comment: string): Row {
    const found = this.tables['ip/route'].find((row) => row['comment'] === comment);
    if (!found) throw new Error(`the mock has no route ${comment}`);
    return found;
  }

  /** Every connection is cut and every row has another id; where `shuffle`, ids that others had before. */
  restart({ shuffle = false } = {}): void {
    for (const rows of Object.values(this.tables)) {
      const ids = rows.map((row) => row['.id'] ?? '');
      rows.forEach((row, i) => (row['.id'] = shuffle ? (ids[(i + 1) % ids.length] ?? '') : this.#nextId()));
    }
    for (const socket of this.#sockets) socket.destroy();
  }

  async start(pair?: { key: string; cert: string }): Promise<string> {
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers, socket } = request;
        const asked = { method, url, body: Buffer.concat(chunks).toString() };
        this.asked.push(asked);
        systemClock.after(this.delayMs, () => {
          if (!this.fault(asked, response, socket)) this.#answer(asked, headers.authorization, response);
        });
      });
    };
    const server = pair ? createSecure(pair, answer) : createPlain(answer);
    this.#server = server;
    server.on(pair ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `${pair ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    await new Promise<void>((resolve) => {
      if (!server) return resolve();
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  #nextId(): string {
    return `*${(++this.#lastId).toString(16).toUpperCase()}`;
  }

  #answer({ method, url, body }: Asked, authorization: string | undefined, response: ServerResponse): void {
    const reply = (status: number, value?: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value === undefined ? '' : JSON.stringify(value));
    };
    const refuse = (status: number, message: string, detail: string) =>
      reply(status, { error: status, message, detail });
    if (authorization !== `Basic ${Buffer.from('qw:router-password').toString('base64')}`) {
      return refuse(401, 'Unauthorized', 'invalid user name or password');
    }
    const asked = new URL(url, 'http://router');
    const [, menu, last] = path.exec(decodeURIComponent(asked.pathname)) ?? [];
    if (menu === undefined) return refuse(400, 'Bad Request', 'no such command or directory');
    const rows = this.tables[menu as Menu];
    const missing = () => refuse(404, 'Not Found', 'no such item');
    const given = body === '' ? {} : (JSON.parse(body) as Record<string, string | string[]>);
    const listed = asked.searchParams.get('.proplist')?.split(',') ?? given['.proplist'];
    const shown = (row: Row) =>
      Object.fromEntries(Object.entries(row).filter(([key]) => listed === undefined || listed.includes(key)));
    const row = rows.find((one) => one['.id'] === last);
    if (method === 'GET' && last === undefined) {
      const where = [...asked.searchParams].filter(([key]) => key !== '.proplist');
      return reply(200, rows.filter((one) => where.every(([key, value]) => one[key] === value)).map(shown));
    }
    if (method === 'GET') return row ? reply(200, shown(row)) : missing();
    if (method === 'PUT') return reply(201, this.add(menu as Menu, given as Row));
    if (method === 'POST' && last === 'print') {
      const query = [given['.query'] ?? []].flat().map((word) => word.split('='));
      return reply(200, rows.filter((one) => query.every(([key = '', value]) => one[key] === value)).map(shown));
    }
    if (method === 'POST' && last === 'remove') {
      const ids = String(given['.id']).split(',');
      if (!ids.every((id) => rows.some((one) => one['.id'] === id))) return missing();
      this.tables[menu as Menu] = rows.filter((one) => !ids.includes(one['.id'] ?? ''));
      return reply(200, []);
    }
    if (!row) return missing();
    if (method === 'DELETE') {
      rows.splice(rows.indexOf(row), 1);
      return reply(204);
    }
    if (method !== 'PATCH') return refuse(406, 'Not Acceptable', 'no such method');
    Object.assign(row, given);
    this.choose(menu as Menu);
    reply(200, row);
  }

  /** Of enabled routes to one destination the nearest are active. */
  choose(menu: Menu): void {
    const rows = this.tables[menu];
    for (const row of rows) {
      const rivals = rows.filter((one) => one['dst-address'] === row['dst-address'] && one['disabled'] === 'false');
      const nearest = Math.min(...rivals.map((one) => Number(one['distance'])));
      row['active'] = String(row['disabled'] === 'false' && Number(row['distance']) === nearest);
    }
  }
}

/** A certificate that signs itself and its fingerprint, or nothing where this machine has no openssl. */
export function selfSigned(): { key: string; cert: string; sha256: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'qw-router-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const options = ['req', '-x509', ...curve, '-days', '2', '-subj', '/CN=router', '-keyout', key, '-out', cert];
    execFileSync('openssl', options, { stdio: 'ignore' });
    const pem = readFileSync(cert, 'utf8');
    const sha256 = new X509Certificate(pem).fingerprint256;
    return { key: readFileSync(key, 'utf8'), cert: pem, sha256 };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
