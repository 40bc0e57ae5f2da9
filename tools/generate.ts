// Writes what follows from the sources: quorumwatch.schema.json and docs/reference/. With --check it compares and fails.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generated } from './reference.ts';

const root = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
let stale = 0;
for (const [file, text] of Object.entries(generated())) {
  const path = join(root, file);
  let present = '';
  try {
    present = readFileSync(path, 'utf8');
  } catch {
    present = '';
  }
  if (present === text) continue;
  if (check) {
    process.stderr.write(`error: ${file} does not follow from the sources\nhint: npm run generate\n`);
    stale++;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    process.stderr.write(`wrote ${file}\n`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
