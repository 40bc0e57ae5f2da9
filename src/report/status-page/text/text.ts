import type { IncidentImpact } from '../../../model/index.ts';
import type { ComponentStatus, Indicator } from '../component-state.ts';
import type { PublicMaintenance, PublicStatus } from '../world.ts';

/** Every word of the status page. A language is a table of this shape: one that lacks something does not compile. */
export interface StatusText {
  /** BCP 47, for `lang` and for dates and numbers. */
  locale: string;
  /** In itself. */
  languageName: string;
  skip: string;
  nav: { label: string; current: string; history: string; subscribe: string; languages: string };
  indicator: Readonly<Record<Indicator | 'maintenance' | 'unknown', string>>;
  component: Readonly<Record<ComponentStatus | 'unknown', string>>;
  /** Beside the state of a component of which nobody knows at present. */
  lastKnown: (state: string) => string;
  components: string;
  /** `percent` is written already. */
  uptime: (percent: string) => string;
  noUptime: string;
  days: (count: number) => string;
  daysAgo: (count: number) => string;
  today: string;
  /** Of the picture of the days. */
  picture: (component: string, days: number, uptime: string) => string;
  table: { open: (component: string) => string; caption: string; day: string; uptime: string; worst: string };
  howCounted: string;
  status: Readonly<Record<PublicStatus, string>>;
  impact: Readonly<Record<IncidentImpact, string>>;
  /** What an update without words of anybody says. */
  says: Readonly<Record<PublicStatus, string>>;
  /** Title of an incident. */
  incident: Readonly<Record<IncidentImpact, (components: string) => string>>;
  /** `A, B and 3 more` */
  more: (names: string, count: number) => string;
  incidents: {
    open: string;
    none: string;
    noneOn: string;
    noneInMonth: string;
    recent: string;
    timeline: string;
    affected: string;
    began: string;
    ended: string;
    lasted: string;
    impact: string;
    reason: string;
    notOver: string;
  };
  maintenance: {
    heading: string;
    plain: string;
    named: (name: string) => string;
    state: Readonly<Record<PublicMaintenance['status'], string>>;
    span: (from: string, to: string) => string;
  };
  history: { title: string; of: (month: string) => string; older: string; newer: string };
  certificate: {
    heading: string;
    /** What one watcher alone has seen is not what several agreed on. */
    what: (alone: boolean) => string;
    get: string;
    how: string;
    program: string;
    page: string;
    network: (sha256: string) => string;
    genesis: string;
    onRequest: (id: string, position: number) => string;
  };
  subscribe: {
    heading: string;
    feeds: string;
    atom: string;
    rss: string;
    mail: string;
    mailLabel: string;
    mailButton: string;
    webhook: string;
    webhookLabel: string;
    webhookButton: string;
    elsewhere: string;
    sent: string;
    webhookSent: string;
    wrong: string;
    tooMany: string;
    confirm: string;
    confirmButton: string;
    confirmed: string;
    leave: string;
    leaveButton: string;
    left: string;
    invalid: string;
    kept: string;
  };
  mail: {
    confirmSubject: (title: string) => string;
    confirm: (title: string, url: string) => string;
    subject: (title: string, status: string, incident: string) => string;
    more: (url: string) => string;
    leave: (url: string) => string;
  };
  footer: { made: (time: string) => string; zone: (zone: string) => string; by: (alone: boolean) => string };
}
