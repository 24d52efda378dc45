import { loadConfigOrExit, type Config } from '@zun/config';
import { createLogger, logFileOf, type Logger } from '@zun/telemetry';

/** Something that runs until it is closed. */
export interface RunningService {
  close(): Promise<void>;
}

/** Something else that the program can do instead of running, and then ends. */
export interface Command {
  readonly help: string;
  /** @returns a sentence for the operator */
  run(config: Config): Promise<string>;
}

export interface RunOptions {
  /** By their flags, e.g. `--db-upgrade`. */
  readonly commands?: Readonly<Record<string, Command>>;
  readonly argv?: readonly string[];
}

/** Seconds a service has to end its work once it is told to stop; then the process ends anyway. */
const SHUTDOWN_S = 10;

/**
 * What every `main.ts` does: reads the configuration, logs what is odd about it, starts the service, and closes it on SIGTERM or
 * SIGINT. A service that cannot start says why on standard error and in the log, and the process ends with 1.
 */
export async function runService(
  program: string,
  start: (config: Config, logger: Logger) => Promise<RunningService>,
  { commands = {}, argv = process.argv.slice(2) }: RunOptions = {},
): Promise<void> {
  if (argv.some((argument) => argument === '--help' || argument === '-h')) printCommands(program, commands);
  const flag = argv.find((argument) => Object.hasOwn(commands, argument));
  const { config, notices } = loadConfigOrExit(
    program,
    argv.filter((argument) => argument !== flag),
  );
  if (flag !== undefined) return runCommand(program, commands[flag]!, config);
  const logger = createLogger({ service: program, debug: config.DEFAULT.debug, file: logFileOf(config.DEFAULT, program) });
  for (const { level, message } of notices) logger[level](message);
  failLoudly(program, logger);
  try {
    const service = await start(config, logger);
    closeOnSignal(service, logger);
  } catch (err) {
    logger.fatal({ err }, 'the service cannot start');
    process.stderr.write(`${program}: cannot start: ${err instanceof Error ? err.message : String(err)}\n`);
    process.exit(1);
  }
}

function printCommands(program: string, commands: Readonly<Record<string, Command>>): void {
  for (const [flag, { help }] of Object.entries(commands)) process.stdout.write(`${program} ${flag}: ${help}\n`);
}

async function runCommand(program: string, command: Command, config: Config): Promise<void> {
  try {
    process.stdout.write(`${await command.run(config)}\n`);
  } catch (error) {
    process.stderr.write(`${program}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

/** A failure that nobody expected ends the process: what is unfinished is taken up again after the restart. */
function failLoudly(program: string, logger: Logger): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (err: unknown) => {
      logger.fatal({ err }, event);
      process.stderr.write(`${program}: ${event}: ${err instanceof Error ? (err.stack ?? err.message) : String(err)}\n`);
      process.exit(1);
    });
  }
}

function closeOnSignal(service: RunningService, logger: Logger): void {
  let isClosing = false;
  const close = (signal: string): void => {
    if (isClosing) return;
    isClosing = true;
    logger.info({ signal }, 'the service stops');
    setTimeout(() => {
      logger.warn({ seconds: SHUTDOWN_S }, 'the service did not end its work in time');
      process.exit(1);
    }, SHUTDOWN_S * 1000).unref();
    service.close().then(
      () => process.exit(0),
      (err: unknown) => {
        logger.error({ err }, 'the service did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', close);
  process.on('SIGINT', close);
}
