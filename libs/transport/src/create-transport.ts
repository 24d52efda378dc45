import type { TransportUrl } from '@zun/config';
import type { TransportLogger } from './dispatch.js';
import { MemoryTransport } from './memory.transport.js';
import { RabbitMqTransport } from './rabbitmq.transport.js';
import type { Transport } from './transport.js';

/** Makes the transport of a process from `[DEFAULT] transport_url`. @param prefetch messages worked on at once */
export async function createTransport(url: TransportUrl, logger: TransportLogger, prefetch = 50): Promise<Transport> {
  if (url.kind === 'memory') return new MemoryTransport(logger);
  const [user, password, vhost] = [url.user, url.password, url.vhost].map(encodeURIComponent);
  const urls = url.hosts.map(({ host, port }) => `amqp://${user}:${password}@${host}:${port}/${vhost}`);
  return RabbitMqTransport.connect({ urls, prefetch }, logger);
}
