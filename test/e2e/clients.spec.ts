import { afterAll, beforeAll, describe } from 'vitest';
import { stockClients } from '../lib/clients.js';
import { clientTour, type Tourists } from '../lib/client-tour.js';
import { startEmbedded, type EmbeddedService } from '../lib/embedded.js';

describe('the stock clients with the embedded footprint', () => {
  let service: EmbeddedService;
  let tourists: Tourists;

  beforeAll(async () => {
    service = await startEmbedded({ settings: { DEFAULT: { host: 'embedded-tour' } } });
    tourists = {
      demo: await stockClients(service.credentials('demo')),
      admin: await stockClients(service.credentials('admin')),
      hosts: ['embedded-tour'],
    };
  });

  afterAll(async () => {
    await service?.purge();
  });

  clientTour(() => tourists);
});
