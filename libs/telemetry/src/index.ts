export { createLogger, type LoggerOptions } from './create-logger.js';
export { logFileOf } from './log-file.js';
export type { LogFields, Logger } from './logger.js';
export { NestLogger } from './nest-logger.js';
export { silentLogger } from './silent-logger.js';
