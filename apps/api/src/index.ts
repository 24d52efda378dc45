export { startApi, type ApiDependencies, type RunningApi } from './start.js';
