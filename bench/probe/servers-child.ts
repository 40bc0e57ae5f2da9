import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';
import { ports } from './servers.ts';

/** The targets of the checks, in a process of their own; says `ready` and ends with its stdin. */
const page = Buffer.alloc(1024, 'x');
const web = createHttpServer((_, response) => response.end(page));
web.keepAliveTimeout = 1000;
web.listen(ports.http);
createTcpServer((socket) => socket.on('error', () => undefined).resume()).listen(ports.tcp);

const folder = mkdtempSync(join(tmpdir(), 'qw-bench-'));
try {
  const names = ['-keyout', join(folder, 'key'), '-out', join(folder, 'certificate'), '-subj', '/CN=bench'];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '30', ...curve, ...names], { stdio: 'ignore' });
  const identity = { key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'certificate')) };
  createHttpsServer(identity, (_, response) => response.end(page)).listen(ports.https);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const names = createSocket('udp4');
names.on('message', (bytes, from) => {
  const { id = 0, questions = [] } = decode(bytes);
  const answers = questions.map(({ name }) => ({ type: 'A' as const, name, data: '192.0.2.1', ttl: 60 }));
  names.send(encode({ type: 'response', id, flags: 0x8180, questions, answers }), from.port, from.address);
});
names.bind(ports.dns, () => console.log('ready'));

process.stdin.on('end', () => process.exit(0)).resume();
