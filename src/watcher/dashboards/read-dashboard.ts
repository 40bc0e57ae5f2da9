import {
  dashboardSchema,
  QwError,
  readDocumentText,
  type ConfigurationIssue,
  type Dashboard,
} from '../../model/index.ts';

export interface DashboardRead {
  /** With its defaults. */
  dashboard: Dashboard;
  /** As it was written. */
  document: unknown;
}

const maxTextLength = 262_144;

/** Reads a dashboard of YAML or JSON. Throws DASHBOARD_INVALID with line and column of each issue, REQUEST_TOO_LARGE. */
export function readDashboard(text: string, file: string): DashboardRead {
  if (text.length > maxTextLength) {
    throw new QwError('REQUEST_TOO_LARGE', `a dashboard has at most ${maxTextLength} characters`, { where: file });
  }
  const read = readDocumentText(text, file, dashboardSchema);
  if (read.ok) return { dashboard: read.value, document: read.document };
  const version = read.issues.find(({ path }) => path === 'version');
  if (version) throw otherVersion(version);
  const count = read.issues.length;
  throw new QwError('DASHBOARD_INVALID', `the dashboard has ${count} ${count === 1 ? 'error' : 'errors'}`, {
    where: file,
    facts: { issues: read.issues },
  });
}

/** Its other keys may mean something else: whatever else seems to be wrong with it says nothing. */
function otherVersion(issue: ConfigurationIssue): QwError {
  const message = `expected 1, the version of dashboards that this watcher reads, found ${issue.found ?? 'another'}`;
  return new QwError('DASHBOARD_INVALID', message, {
    where: issue.file,
    hint: 'if a newer watcher wrote it, update this one; otherwise compare it with a built-in dashboard, which has version 1',
    facts: { issues: [{ ...issue, message }] },
  });
}
