import { ConfigError } from './config-error.js';
import { loadConfig, type RunResult } from './load.js';

/**
 * What every `main.ts` begins with: reads the configuration of this process. Prints and ends the process with 0 for `--help`
 * and its like, with 2 and all mistakes on standard error when the configuration cannot be used.
 */
export function loadConfigOrExit(
  program: string,
  argv: readonly string[] = process.argv.slice(2),
  env: Readonly<Record<string, string | undefined>> = process.env,
): RunResult {
  try {
    const result = loadConfig(argv, env, program);
    if (result.action === 'run') return result;
    process.stdout.write(result.text);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${program}: ${error.message}\n`);
    process.exit(2);
  }
}
