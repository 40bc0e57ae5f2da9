/** The public status page, from agreed states to files: pure, the same world always makes the same site. */
export { componentState, type ComponentStatus, type CountedCheck } from './component-state.ts';
export { Calendar } from './days.ts';
export { cleanText, escapeText } from './html.ts';
export { contentPolicy } from './layout.ts';
export { answerPage } from './other-pages.ts';
export { dayFigures, withGaps, type CheckPast, type DayFigures, type Span } from './past.ts';
export { publicIncident } from './public-incident.ts';
export { Site, siteFile, type SiteFile } from './site.ts';
export { Speech } from './speech.ts';
export type { PublicIncident, PublicMaintenance, PublicUpdate, StatusComponentView, StatusWorld } from './world.ts';
