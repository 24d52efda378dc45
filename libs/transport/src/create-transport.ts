import type { TransportUrl } from '@zun/config';
import type { TransportLogger } from './dispatch.js';
import { MemoryTransport } from './memory.transport.js';
import { RabbitMqTransport } from './rabbitmq.transport.js';
import type { Transport } from './transport.js';

export interface CreateTransportOptions {
  /** Messages worked on at once, commands and calls each. Default 50. */
  readonly prefetch?: number;
  /** True for a service that has its process for itself: messages in memory would reach nobody. */
  readonly alone?: boolean;
}

/**
 * Makes the transport of a process from `[DEFAULT] transport_url`.
 * @throws Error for memory:// where the service is alone
 */
export async function createTransport(
  url: TransportUrl,
  logger: TransportLogger,
  { prefetch = 50, alone = false }: CreateTransportOptions = {},
): Promise<Transport> {
  if (url.kind === 'memory') {
    if (!alone) return new MemoryTransport(logger);
    throw new Error(
      '[DEFAULT] transport_url is memory://, which reaches no other process: set rabbit://…, or run the embedded service',
    );
  }
  const [user, password, vhost] = [url.user, url.password, url.vhost].map(encodeURIComponent);
  const urls = url.hosts.map(({ host, port }) => `amqp://${user}:${password}@${host}:${port}/${vhost}`);
  return RabbitMqTransport.connect({ urls, prefetch }, logger);
}
