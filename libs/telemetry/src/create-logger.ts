import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import pino, { type DestinationStream } from 'pino';
import type { Logger } from './logger.js';
import { oneLinerStream } from './one-liner.js';
import { redact, SECRET_SERIALIZERS } from './redaction.js';

export interface LoggerOptions {
  /** Name of the program, on every line. */
  readonly service: string;
  /** Tell everything that may help to find a fault. Default false: from `info` up. */
  readonly debug?: boolean;
  /** Append to this file, which is made with its folder. Default null: standard output. */
  readonly file?: string | null;
  /** Takes the lines instead of file and standard output; for tests. */
  readonly destination?: DestinationStream;
}

/**
 * Makes the logger of a process: JSON lines, or readable one-liners when standard output is a terminal.
 * Lines are written at once, so that none is lost when the process dies.
 * @throws the file system's error when the file cannot be opened
 */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.debug ? 'debug' : 'info',
      base: { service: options.service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: redact },
      serializers: { err: pino.stdSerializers.err, ...SECRET_SERIALIZERS },
    },
    options.destination ?? destinationOf(options.file ?? null),
  );
}

function destinationOf(file: string | null): DestinationStream {
  if (file !== null) {
    mkdirSync(dirname(file), { recursive: true });
    return pino.destination({ dest: file, sync: true, append: true });
  }
  return process.stdout.isTTY ? oneLinerStream(process.stdout) : pino.destination({ dest: 1, sync: true });
}
