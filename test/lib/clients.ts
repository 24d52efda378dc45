import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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
  attempt(program: Program, ...args: string[]): Promise<CommandResult>;
}

export type Program = 'zun' | 'openstack';

const SERVER = fileURLToPath(new URL('clients-server.py', import.meta.url));
/** Longer than any of these commands may take. */
const TIMEOUT_MS = 60_000;

/** The clients, installed once for all tests. */
export async function stockClients(credentials: Credentials): Promise<StockClients> {
  const bin = await ensureClients(clientsDir, () => undefined);
  server ??= new ClientsServer(join(bin, 'python3'));
  const running = server;
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: testHome, LANG: 'C.UTF-8', ...clientEnvironment(credentials) };
  const attempt: StockClients['attempt'] = (program, ...args) => running.run({ program, args, env, cwd: testHome });
  const demand = async (program: Program, ...args: string[]): Promise<string> => {
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

interface Command {
  readonly program: Program;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** Starting Python and importing a client takes four times as long as what it then does: that is done once. */
class ClientsServer {
  private readonly child;
  private readonly ended: Promise<never>;
  private readonly waiting = new Map<number, (result: CommandResult) => void>();
  private serial = 0;

  constructor(python: string) {
    this.child = spawn(python, [SERVER], { stdio: ['pipe', 'pipe', 'inherit'] });
    // It ends with its input, which ends with this process.
    this.child.unref();
    this.ended = once(this.child, 'exit').then(() => {
      throw new Error('the server of the clients has ended');
    });
    this.ended.catch(() => undefined);
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const { id, ...result } = JSON.parse(line) as CommandResult & { id: number };
      this.waiting.get(id)?.(result);
      this.waiting.delete(id);
    });
  }

  async run(command: Command): Promise<CommandResult> {
    const id = this.serial++;
    const result = new Promise<CommandResult>((resolve) => this.waiting.set(id, resolve));
    this.child.stdin.write(`${JSON.stringify({ id, ...command })}\n`);
    return Promise.race([result, this.ended, late(command)]);
  }
}

let server: ClientsServer | undefined;

function late({ program, args }: Command): Promise<never> {
  return new Promise((_, reject) => {
    const error = new Error(`${program} ${args.join(' ')} has not ended within ${TIMEOUT_MS} ms`);
    setTimeout(() => reject(error), TIMEOUT_MS).unref();
  });
}
