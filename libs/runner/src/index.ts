export { runService, type Command, type RunningService, type RunOptions } from './run-service.js';
