import Dockerode from 'dockerode';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent, type RequestOptions } from 'node:https';
import { inspect } from 'node:util';
import { parseApiUrl, type CompiledOptions } from './options.js';

/** Where an engine is and how it is spoken to, as Node's requests want it. */
export type EngineConnection = Pick<
  RequestOptions,
  'protocol' | 'host' | 'port' | 'socketPath' | 'ca' | 'cert' | 'key' | 'rejectUnauthorized'
>;

/** TLS where the options have any, and never on a unix socket. @throws DomainError of class invalid for an address that is none */
export function connectionOf({ apiUrl, tls }: Pick<CompiledOptions, 'apiUrl' | 'tls'>): EngineConnection {
  const address = parseApiUrl(apiUrl);
  if (!('host' in address)) return { protocol: 'http:', ...address };
  if (tls === undefined) return { protocol: 'http:', ...address };
  const { ca, cert, key, insecure } = tls;
  return { protocol: 'https:', ...address, ca, cert, key, rejectUnauthorized: !insecure };
}

/** A client with a connection pool of its own. */
export function dockerodeOf({
  protocol,
  host,
  port,
  socketPath,
  ca,
  cert,
  key,
  rejectUnauthorized,
}: EngineConnection): Dockerode {
  const isSecure = protocol === 'https:';
  const agent = opaque(isSecure ? new HttpsAgent({ keepAlive: true, rejectUnauthorized }) : new HttpAgent({ keepAlive: true }));
  // Every field is given, as undefined too: what is absent dockerode takes from DOCKER_HOST and its relatives.
  const options = { host, port, socketPath, protocol: isSecure ? 'https' : 'http', ca, cert, key, timeout: undefined, agent };
  return new Dockerode(options as Dockerode.DockerOptions);
}

/**
 * The same agent, told not to show what is in it. docker-modem has the options of every call printed to any depth, whether anybody reads
 * that or not; with a hundred sockets in the agent each call would take a third of a second, and the process would do nothing else.
 */
function opaque<T extends HttpAgent>(agent: T): T {
  return Object.assign(agent, { [inspect.custom]: () => 'agent' });
}
