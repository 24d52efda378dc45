import { RuleBroken } from './option.js';

export interface MysqlDatabase {
  readonly kind: 'mysql';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** MySQL's name of the character set. */
  readonly charset: string;
  /** Path of a unix socket, used instead of host and port. */
  readonly socketPath: string | null;
}

export interface SqliteDatabase {
  readonly kind: 'sqlite';
  /** A file's path, or `:memory:`. */
  readonly path: string;
}

/** Where the rows are, from `[database] connection`. */
export type DatabaseUrl = MysqlDatabase | SqliteDatabase;

export const DATABASE_URL_RULE =
  'mysql+pymysql://USER:PASSWORD@HOST:PORT/NAME[?charset=…] (also mysql, mysql+mysqldb, mariadb, mariadb+…), ' +
  'sqlite:////absolute/path or sqlite:///relative/path';

/**
 * Reads SQLAlchemy's URL form, as oslo.db takes it.
 * @throws RuleBroken when it is none of ours
 */
export function parseDatabaseUrl(raw: string): DatabaseUrl {
  const [, dialect, rest] = /^(\w+)(?:\+\w+)?:\/\/(.*)$/s.exec(raw) ?? [];
  if (rest === undefined) throw notAUrl();
  if (dialect === 'sqlite') return parseSqlite(rest);
  if (dialect === 'mysql' || dialect === 'mariadb') return parseMysql(rest);
  throw new RuleBroken(`must be ${DATABASE_URL_RULE}; the database ${dialect} is not supported`);
}

function notAUrl(): RuleBroken {
  return new RuleBroken(`must be ${DATABASE_URL_RULE}`);
}

/** SQLAlchemy's slashes: `sqlite:///rel`, `sqlite:////abs`, `sqlite://` for memory. Options of its driver mean nothing here. */
function parseSqlite(rest: string): SqliteDatabase {
  const [path = ''] = rest.split('?');
  if (path === '' || path === '/' || path === '/:memory:') return { kind: 'sqlite', path: ':memory:' };
  if (!path.startsWith('/')) throw new RuleBroken('must have three slashes and a path, or four and an absolute path');
  return { kind: 'sqlite', path: path.slice(1) };
}

function parseMysql(rest: string): MysqlDatabase {
  const match = /^(?:(?<user>[^:@/]*)(?::(?<password>.*))?@)?(?<place>[^@/]*)\/(?<database>[^/?]+)(?:\?(?<query>.*))?$/s.exec(
    rest,
  );
  const { user = '', password = '', place = '', database = '', query = '' } = match?.groups ?? {};
  if (!match) throw notAUrl();
  const params = new URLSearchParams(query);
  return {
    kind: 'mysql',
    ...parsePlace(place, 3306),
    user: decode(user),
    password: decode(password),
    database: decode(database),
    charset: params.get('charset') ?? 'utf8mb4',
    socketPath: params.get('unix_socket'),
  };
}

/** Reads `host`, `host:port` or `[v6]:port`. @throws RuleBroken when it is none of these */
export function parsePlace(place: string, defaultPort: number): { host: string; port: number } {
  const [, v6, name, port] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*))(?::(\d+))?$/i.exec(place) ?? [];
  const number = port === undefined ? defaultPort : Number(port);
  if ((v6 ?? name) === undefined || number > 65535) throw new RuleBroken(`has a bad host and port: ${place}`);
  return { host: v6 ?? (name || 'localhost'), port: number };
}

/** @throws RuleBroken on a `%` that begins no escape */
export function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new RuleBroken('has a % that is not an escape; a literal one is written %25');
  }
}

/** @returns the URL with its password hidden: all from the colon to the last `@`, whatever the password is made of */
export function maskDatabaseUrl(raw: string): string {
  return raw.replace(/^([^:]*:\/\/[^:@/]*):.*@/s, '$1:****@');
}
