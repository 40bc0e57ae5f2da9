import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dataSet, message, templateSet, type MadeField } from '../../src/observe/flows/decode/message.fixture.ts';
import { openDatagrams } from '../../src/platform/index.ts';
import { rounded } from '../bench.ts';
import { startCollector } from './collector.ts';
import { scratch } from './load.ts';
import type { Part } from './part.ts';
import { residentMb } from './processes.ts';

const exporters = 500;
const templatesOfExporter = 20;
const fields: MadeField[] = [8, 12, 15].map((id) => ({ id, length: 4 }));
fields.push(
  { id: 7, length: 2 },
  { id: 11, length: 2 },
  { id: 4, length: 1 },
  { id: 1, length: 4 },
  { id: 2, length: 4 },
);

/** The collector when everybody in a large network talks to it. */
export const memory: Part = async ({ log }) => {
  const folder = scratch('memory');
  const collector = await startCollector(join(folder, 'store'));
  try {
    const idle = residentMb(collector.pid).now;
    const record = fields.map(({ length }) => new Uint8Array(length).fill(1));
    for (let exporter = 0; exporter < exporters; exporter++) {
      const host = `127.1.${exporter >>> 8}.${exporter & 255}`;
      const socket = await openDatagrams({ host, port: 0, onDatagram: () => undefined });
      const ids = Array.from({ length: templatesOfExporter }, (_, at) => 256 + at);
      const templates = ids.map((id) => templateSet(10, id, fields));
      const data = ids.map((id) => dataSet(id, fields, [record, record]));
      const exportSeconds = Math.floor(Date.now() / 1000);
      const to = { address: '127.0.0.1', port: collector.port };
      socket.send(to, message(10, templates, { exportSeconds, domain: exporter }));
      socket.send(to, message(10, data, { exportSeconds, domain: exporter }));
      socket.close();
      await pause(2);
    }
    const expected = exporters * templatesOfExporter * 2;
    const stored = await collector.stored(expected);
    const figures = collector.process.figures();
    const row = {
      memory: `${figures?.exporters} exporters, ${figures?.templates} templates`,
      stored,
      idleMb: rounded(idle),
      residentMb: rounded(residentMb(collector.pid).most),
    };
    log(JSON.stringify(row));
    return { rows: [row], notes: ['memory: of the collector process; wanted at most 400 MB'] };
  } finally {
    await collector.process.close();
    rmSync(folder, { recursive: true });
  }
};
