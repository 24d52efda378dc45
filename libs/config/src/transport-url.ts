import { decode, parsePlace } from './database-url.js';
import { RuleBroken } from './option.js';

/** Messages stay in this process: only for the embedded footprint. */
export interface MemoryTransport {
  readonly kind: 'memory';
}

export interface RabbitTransport {
  readonly kind: 'rabbit';
  /** Tried in this order. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly user: string;
  readonly password: string;
  readonly vhost: string;
}

/** How services reach each other, from `[DEFAULT] transport_url`. */
export type TransportUrl = MemoryTransport | RabbitTransport;

export const TRANSPORT_URL_RULE = 'memory:// or rabbit://USER:PASSWORD@HOST:PORT[,USER:PASSWORD@HOST:PORT…]/VHOST';

/**
 * Reads oslo.messaging's transport URL. User and password of the first host that has them count for all.
 * Without a virtual host the broker's default one, `/`, is meant.
 * @throws RuleBroken when it is none of ours
 */
export function parseTransportUrl(raw: string): TransportUrl {
  const [, scheme, rest = ''] = /^([\w+]+):\/\/(.*)$/s.exec(raw) ?? [];
  if (scheme === 'memory' || scheme === 'fake') return { kind: 'memory' };
  if (scheme !== 'rabbit' && scheme !== 'amqp' && scheme !== 'kombu') throw new RuleBroken(`must be ${TRANSPORT_URL_RULE}`);
  return parseRabbit(rest);
}

/** @returns the URL with the password of every host hidden */
export function maskTransportUrl(raw: string): string {
  return raw.replace(/(^[^:]*:\/\/|,)([^:@,]*):[^,]*@/g, '$1$2:****@');
}

function parseRabbit(rest: string): RabbitTransport {
  const [authority = '', vhost = ''] = splitOnce((rest.split('?')[0] ?? '').trim(), '/');
  const nodes = authority.split(',').map(parseNode);
  const login = nodes.find(({ user }) => user !== '');
  return {
    kind: 'rabbit',
    hosts: nodes.map(({ host, port }) => ({ host, port })),
    user: login?.user ?? 'guest',
    password: login?.password ?? 'guest',
    vhost: vhost === '' ? '/' : decode(vhost),
  };
}

function parseNode(node: string): { host: string; port: number; user: string; password: string } {
  const at = node.lastIndexOf('@');
  const [user = '', password = ''] = splitOnce(at < 0 ? '' : node.slice(0, at), ':');
  const place = node.slice(at + 1);
  if (place === '') throw new RuleBroken('must name a host');
  return { ...parsePlace(place, 5672), user: decode(user), password: decode(password) };
}

function splitOnce(whole: string, separator: string): [string, string?] {
  const at = whole.indexOf(separator);
  return at < 0 ? [whole] : [whole.slice(0, at), whole.slice(at + 1)];
}
