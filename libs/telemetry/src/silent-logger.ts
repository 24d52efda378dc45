import type { Logger } from './logger.js';

const nothing = (): void => undefined;

/** Says nothing; for tests and for libraries used without a logger. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  fatal: nothing,
  child: () => silentLogger,
};
