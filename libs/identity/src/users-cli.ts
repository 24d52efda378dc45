import { parseArgs } from 'node:util';
import { DomainError } from '@zun/domain';
import { isRoleName, ROLE_NAMES, type ProjectRecord } from './model.js';
import { UserStore } from './store/user-store.js';

export interface UsersCliOptions {
  /** `[embedded_identity] users_file`. */
  readonly usersFile: string;
  /** Takes what is printed, each call one or more whole lines. */
  readonly out: (text: string) => void;
  /** Takes complaints; `out` when left out. */
  readonly err?: (text: string) => void;
}

const HELP = `Usage: users add NAME --project PROJECT --role ROLE [--password PASSWORD]
       users list
       users remove NAME

Manages the users of the embedded identity. A running API notices the change at once.

  add     Adds a user to a project with a role; makes the project when there is none. A user who exists keeps the
          password, unless another one is given, and gets the role in addition. Without --password one is made and printed.
  list    Lists the users with their roles in projects.
  remove  Removes a user with all roles and application credentials; the user's tokens end at once. A project that nobody is
          left in is removed, too; its containers stay until an administrator purges what it left behind.

  --project PROJECT    name of the project
  --role ROLE          ${ROLE_NAMES.join(', ')}; admin includes member, member includes reader
  --password PASSWORD  the password; left out, a random one
  -h, --help           print this
`;

/** The arguments make no sense; the message says why. */
class UsageError extends Error {}

/**
 * The command `users`.
 * @param argv the arguments after the command's name
 * @returns the exit code: 0, 1 when it could not be done, 2 for arguments that make no sense
 */
export async function runUsersCli(argv: readonly string[], { usersFile, out, err = out }: UsersCliOptions): Promise<number> {
  try {
    const { positionals, values } = parse(argv);
    if (values.help || positionals[0] === 'help') {
      out(HELP);
      return 0;
    }
    out(await run(positionals, values, usersFile));
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      err(`users: ${error.message}\nTry: users --help\n`);
      return 2;
    }
    err(`users: ${error instanceof DomainError ? error.detail : messageOf(error)}\n`);
    return 1;
  }
}

type Values = { readonly project?: string; readonly role?: string; readonly password?: string; readonly help?: boolean };

function parse(argv: readonly string[]): { positionals: string[]; values: Values } {
  const options = {
    project: { type: 'string' },
    role: { type: 'string' },
    password: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function run([command, name, ...rest]: readonly string[], values: Values, usersFile: string): Promise<string> | string {
  if (rest.length > 0) throw new UsageError(`unexpected argument ${rest[0]}`);
  switch (command) {
    case 'add':
      return add(new UserStore(usersFile), name, values);
    case 'list':
      if (name !== undefined) throw new UsageError(`unexpected argument ${name}`);
      return list(new UserStore(usersFile));
    case 'remove':
      return remove(new UserStore(usersFile), name);
    case undefined:
      throw new UsageError('say add, list or remove');
    default:
      throw new UsageError(`unknown command ${command}; say add, list or remove`);
  }
}

async function add(store: UserStore, name: string | undefined, { project, role, password }: Values): Promise<string> {
  if (name === undefined) throw new UsageError('add needs the name of the user');
  if (project === undefined) throw new UsageError('add needs --project');
  if (!isRoleName(role)) throw new UsageError(`add needs --role, one of: ${ROLE_NAMES.join(', ')}`);
  const added = await store.addUser({ name, project, role, password });
  const what = `user ${name} ${added.created ? 'added' : 'changed'}: ${role} in project ${project}\n`;
  return password === undefined && added.password !== null ? `${what}password: ${added.password}\n` : what;
}

async function remove(store: UserStore, name: string | undefined): Promise<string> {
  if (name === undefined) throw new UsageError('remove needs the name of the user');
  const projects = await store.removeUser(name);
  return [`user ${name} removed\n`, ...projects.map(goneLine)].join('');
}

function goneLine({ id, name }: ProjectRecord): string {
  return `project ${name} (${id}) removed: nobody was left in it; GET /v1/leftovers tells an administrator what it leaves behind\n`;
}

function list(store: UserStore): string {
  const rows = store.listUsers().map(({ name, assignments }) => {
    return `${name}\t${assignments.map(({ project, role }) => `${role} in ${project}`).join(', ') || 'no roles'}`;
  });
  return rows.length === 0 ? 'there are no users\n' : `${rows.join('\n')}\n`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
