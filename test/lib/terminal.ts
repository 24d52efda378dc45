import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureClients } from '../../tools/lib/clients.mjs';
import { clientEnvironment } from '../../tools/lib/openrc.mjs';
import { clientsDir, testHome } from '../../tools/lib/testing/places.mjs';
import type { Credentials } from './api-client.js';

const DRIVER = fileURLToPath(new URL('terminal.py', import.meta.url));
const TIMEOUT_MS = 90_000;

/** What somebody at a terminal does; `end` waits for the command to end by itself. */
export type Step =
  | readonly ['see', pattern: string]
  | readonly ['type', text: string]
  | readonly ['resize', rows: number, columns: number]
  | readonly ['end'];

export interface TerminalResult {
  readonly code: number;
  /** All that was shown. */
  readonly screen: string;
}

/** Runs one of OpenStack's clients under a real pseudo-terminal of 24 × 80. @throws Error with the screen when a step cannot be done */
export async function atTerminal(
  credentials: Credentials,
  command: readonly string[],
  steps: readonly Step[],
): Promise<TerminalResult> {
  const bin = await ensureClients(clientsDir, () => undefined);
  const env = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: testHome,
    LANG: 'C.UTF-8',
    TERM: 'xterm',
    ...clientEnvironment(credentials),
  };
  const args = [DRIVER, JSON.stringify(steps), ...command];
  const { stdout } = await promisify(execFile)(join(bin, 'python3'), args, { env, cwd: testHome, timeout: TIMEOUT_MS });
  const { missed, ...result } = JSON.parse(stdout) as TerminalResult & { missed: Step | null };
  if (missed) throw new Error(`${command.join(' ')}: ${JSON.stringify(missed)} was in vain; the screen:\n${result.screen}`);
  return result;
}
