import type { CommandResult, Program, StockClients } from './clients.js';

/** How one of the two clients is asked for what the other does as well. */
interface Flavour {
  readonly program: Program;
  /** Words of a command, which is named as `zun` names it. */
  words(command: string): string[];
  /** What a client calls all that it has of containers. @param help output of its list of commands */
  commandsIn(help: string): string[];
  readonly listing: readonly string[];
}

/** Where `openstack appcontainer` does not just write a space for each dash of `zun`. */
const RENAMED: Readonly<Record<string, string>> = {
  update: 'set',
  pull: 'image pull',
  'quota-defaults': 'quota default',
  'service-force-down': 'service forcedown',
};

export const FLAVOURS: Readonly<Record<Program, Flavour>> = {
  zun: {
    program: 'zun',
    words: (command) => [command],
    listing: ['help'],
    commandsIn: (help) => [...help.matchAll(/^ {4}([a-z][a-z-]+)\s/gm)].map(([, name]) => name!),
  },
  openstack: {
    program: 'openstack',
    words: (command) => ['appcontainer', ...(RENAMED[command] ?? command.replaceAll('-', ' ')).split(' ')],
    listing: ['command', 'list', '--group', 'openstack.container.v1', '-f', 'json'],
    commandsIn: (help) => {
      const [group] = JSON.parse(help) as { Commands: string | string[] }[];
      const names = typeof group!.Commands === 'string' ? group!.Commands.split('\n') : group!.Commands;
      return names.map((name) => name.trim());
    },
  },
};

/** The commands of one client as a user gives them, and which of them have been given. */
export class CommandBook {
  private readonly given = new Set<string>();

  constructor(private readonly flavour: Flavour) {}

  /** @throws Error with all output unless it ends with 0 */
  async run(by: StockClients, command: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(by, command, ...args);
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  attempt(by: StockClients, command: string, ...args: string[]): Promise<CommandResult> {
    const words = this.flavour.words(command);
    this.given.add(words.join(' '));
    return by.attempt(this.flavour.program, ...words, ...args);
  }

  /** Commands that the client has and nobody has given. */
  async missed(by: StockClients): Promise<string[]> {
    const { stdout } = await by.attempt(this.flavour.program, ...this.flavour.listing);
    return this.flavour.commandsIn(stdout).filter((name) => !this.given.has(name));
  }
}
