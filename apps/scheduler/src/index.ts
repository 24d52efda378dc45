export { startScheduler, type RunningScheduler } from './start.js';
