import { describe, expect, it } from 'vitest';
import { maskDatabaseUrl, parseDatabaseUrl } from './database-url.js';
import { maskTransportUrl, parseTransportUrl } from './transport-url.js';

const mysql = {
  kind: 'mysql',
  host: 'db',
  port: 3306,
  user: 'zun',
  password: 's',
  database: 'zun',
  charset: 'utf8mb4',
  socketPath: null,
};
const rabbit = { kind: 'rabbit', hosts: [{ host: 'h1', port: 5672 }], user: 'u', password: 'p', vhost: '/' };

describe('parseDatabaseUrl', () => {
  it.each([
    ['mysql://zun:s@db/zun', mysql],
    ['mysql+pymysql://zun:s@db:3307/zun?charset=utf8', { ...mysql, port: 3307, charset: 'utf8' }],
    ['mysql+mysqldb://zun:s@db/zun', mysql],
    ['mariadb+mariadbconnector://zun:s@db/zun', mysql],
    ['mysql://zun:p%40ss%2F@db/zun', { ...mysql, password: 'p@ss/' }],
    ['mysql://zun:p@ss:x@db/zun', { ...mysql, password: 'p@ss:x' }],
    ['mysql://zun:s@[::1]:3307/zun', { ...mysql, host: '::1', port: 3307 }],
    ['mysql://zun@/zun?unix_socket=/run/m.sock', { ...mysql, host: 'localhost', password: '', socketPath: '/run/m.sock' }],
    ['sqlite:////var/lib/zun/zun.sqlite', { kind: 'sqlite', path: '/var/lib/zun/zun.sqlite' }],
    ['sqlite:///zun.sqlite', { kind: 'sqlite', path: 'zun.sqlite' }],
    ['sqlite://', { kind: 'sqlite', path: ':memory:' }],
  ])('reads %s', (url, expected) => expect(parseDatabaseUrl(url)).toEqual(expected));

  it.each([
    ['postgresql://u:p@h/d', /postgresql is not supported/],
    ['mysql://zun:s@db', /must be mysql/],
    ['mysql://zun:s@db:99999/zun', /bad host and port/],
    ['mysql://zun:50%@db/zun', /%25/],
    ['sqlite:/x', /must be mysql/],
    ['sqlite://x', /three slashes/],
    ['zun.sqlite', /must be mysql/],
  ])('refuses %s', (url, message) => expect(() => parseDatabaseUrl(url)).toThrow(message));
});

describe('parseTransportUrl', () => {
  it.each([
    ['memory://', { kind: 'memory' }],
    ['rabbit://u:p@h1', rabbit],
    ['rabbit://u:p@h1:5673/zun', { ...rabbit, hosts: [{ host: 'h1', port: 5673 }], vhost: 'zun' }],
    ['rabbit://u:p%40@h1//', { ...rabbit, password: 'p@', vhost: '/' }],
    ['rabbit://u:p@h1,u:p@h2:1/v', { ...rabbit, hosts: [rabbit.hosts[0], { host: 'h2', port: 1 }], vhost: 'v' }],
    ['rabbit://h1', { ...rabbit, user: 'guest', password: 'guest' }],
    ['rabbit://u:p@[fd00::1]:5672/', { ...rabbit, hosts: [{ host: 'fd00::1', port: 5672 }] }],
  ])('reads %s', (url, expected) => expect(parseTransportUrl(url)).toEqual(expected));

  it.each([
    ['kafka://h', /must be memory/],
    ['rabbit://', /must name a host/],
    ['rabbit://u:p@h1,', /must name a host/],
    ['rabbit://u:p@h:x', /bad host and port/],
  ])('refuses %s', (url, message) => expect(() => parseTransportUrl(url)).toThrow(message));
});

describe('masks', () => {
  it.each([
    [maskDatabaseUrl, 'mysql://zun:p@ss:x/y@db/zun', 'mysql://zun:****@db/zun'],
    [maskDatabaseUrl, 'sqlite:////a', 'sqlite:////a'],
    [maskTransportUrl, 'rabbit://u:p@1@h1:1,v:q@h2/x', 'rabbit://u:****@h1:1,v:****@h2/x'],
    [maskTransportUrl, 'memory://', 'memory://'],
  ])('%o hides the password of %s', (mask, url, expected) => expect(mask(url)).toBe(expected));
});
