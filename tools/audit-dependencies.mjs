// Known vulnerabilities of what is shipped: high and critical ones fail. A registry that cannot be asked is no reason to
// fail, but is said, so that nobody takes silence for a good answer.
import { spawnSync } from 'node:child_process';

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8', timeout: 120_000 });
let report;
try {
  report = JSON.parse(stdout);
} catch {
  report = { message: 'npm audit gave no answer' };
}
const counts = report.metadata?.vulnerabilities;
if (!counts) {
  process.stderr.write(`dependencies were not audited: ${report.message ?? 'the registry gave no report'}\n`);
} else {
  const grave = Object.values(report.vulnerabilities ?? {}).filter(({ severity }) =>
    /^(high|critical)$/.test(severity),
  );
  for (const { name, severity, range } of grave) process.stderr.write(`${severity}: ${name} ${range}\n`);
  process.stderr.write(
    `dependencies audited: ${counts.high} high, ${counts.critical} critical, ${counts.total} in all\n`,
  );
  process.exitCode = grave.length > 0 ? 1 : 0;
}
