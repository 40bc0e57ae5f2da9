/** The HTTP face: API, live streams, the page. */
export { createApp, type AppOptions } from './http/app.ts';
export { reserve, type ListenOptions, type ReservedServer, type RunningServer, type ServeOptions } from './start.ts';
