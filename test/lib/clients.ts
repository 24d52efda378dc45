import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ensureClients } from '../../tools/lib/clients.mjs';
import { clientEnvironment } from '../../tools/lib/openrc.mjs';
import { clientsDir, testHome } from '../../tools/lib/testing/places.mjs';
import type { Credentials } from './api-client.js';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** OpenStack's own command-line clients, acting as one user. */
export interface StockClients {
  /** @throws Error with all output unless it ends with 0 */
  zun(...args: string[]): Promise<string>;
  /** @throws Error with all output unless it ends with 0 */
  openstack(...args: string[]): Promise<string>;
  /** `openstack <command> -f json …`; the command is one string, as what follows it may be a command of the container */
  json<T = Record<string, unknown>>(command: string, ...args: string[]): Promise<T>;
  attempt(program: 'zun' | 'openstack', ...args: string[]): Promise<CommandResult>;
}

/** The clients, installed once for all tests. */
export async function stockClients(credentials: Credentials): Promise<StockClients> {
  const bin = await ensureClients(clientsDir, () => undefined);
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: testHome, LANG: 'C.UTF-8', ...clientEnvironment(credentials) };
  const attempt = (program: string, ...args: string[]): Promise<CommandResult> =>
    new Promise((resolve) => {
      execFile(join(bin, program), args, { env, timeout: 60_000 }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr });
      });
    });
  const demand = async (program: string, ...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await attempt(program, ...args);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  };
  return {
    attempt,
    zun: (...args) => demand('zun', ...args),
    openstack: (...args) => demand('openstack', ...args),
    json: async <T>(command: string, ...args: string[]) =>
      JSON.parse(await demand('openstack', ...command.split(' '), '-f', 'json', ...args)) as T,
  };
}
