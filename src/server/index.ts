/** The HTTP face: API, live streams, the page. */
export { createApp, type AppOptions } from './http/app.ts';
export { followStatusPage, type FollowedStatusPage } from './follow-status-page.ts';
export { reserve, type ListenOptions, type ReservedServer, type RunningServer, type ServeOptions } from './start.ts';
export { describedRoutes, type DescribedRoute } from './http/described.ts';
export { leastRole } from './http/roles.ts';
