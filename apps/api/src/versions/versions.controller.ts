import { Controller, Get, Req, Res } from '@nestjs/common';
import { Public } from '@zun/auth';
import { MAX_VERSION, MIN_VERSION } from '@zun/domain';
import { Database } from '@zun/persistence';
import type { FastifyReply } from 'fastify';
import type { ApiRequest } from '../http/api-call.js';
import { negotiateVersion } from '../http/negotiate-version.js';

const COLLECTIONS = [
  'services',
  'containers',
  'images',
  'networks',
  'hosts',
  'availability_zones',
  'capsules',
  'quotas',
  'quota_classes',
  'registries',
];

const originOf = (request: ApiRequest): string => `${request.protocol}://${request.headers.host ?? request.hostname}`;

/** The documents that clients discover the API by, and the health check. No token is needed. */
@Controller()
export class VersionsController {
  constructor(private readonly db: Database) {}

  @Public()
  @Get('/')
  root(@Req() request: ApiRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('content-type', 'application/json');
    const version = {
      id: 'v1',
      links: [{ href: `${originOf(request)}/v1/`, rel: 'self' }],
      status: 'CURRENT',
      max_version: MAX_VERSION.toString(),
      min_version: MIN_VERSION.toString(),
    };
    return JSON.stringify({
      name: 'OpenStack Zun API',
      description: 'Runs containers for the tenants of an OpenStack cloud.',
      versions: [version],
      default_version: version,
    });
  }

  @Public()
  @Get('/v1')
  v1(@Req() request: ApiRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    const header = request.headers['openstack-api-version'];
    const version = negotiateVersion(Array.isArray(header) ? header.join(',') : header);
    void reply.headers({
      'content-type': 'application/json',
      'OpenStack-API-Minimum-Version': `container ${MIN_VERSION.toString()}`,
      'OpenStack-API-Maximum-Version': `container ${MAX_VERSION.toString()}`,
      'OpenStack-API-Version': `container ${version.toString()}`,
      vary: 'OpenStack-API-Version',
    });
    const origin = originOf(request);
    const collections = COLLECTIONS.map((name) => [
      name,
      [
        { href: `${origin}/v1/${name}/`, rel: 'self' },
        { href: `${origin}/${name}/`, rel: 'bookmark' },
      ],
    ]);
    return JSON.stringify({
      id: 'v1',
      media_types: [{ base: 'application/json', type: 'application/vnd.openstack.zun.v1+json' }],
      links: [
        { href: `${origin}/v1/`, rel: 'self' },
        { href: 'https://docs.openstack.org/developer/zun/dev/api-spec-v1.html', rel: 'describedby', type: 'text/html' },
      ],
      ...(Object.fromEntries(collections) as object),
    });
  }

  /** 200 when the API can serve, 503 when its database does not answer. */
  @Public()
  @Get('/healthcheck')
  async health(@Req() request: ApiRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const reason = await this.db.read('SELECT 1').then(
      () => 'OK',
      () => 'The database does not answer.',
    );
    void reply.code(reason === 'OK' ? 200 : 503);
    if (!request.headers.accept?.includes('application/json')) {
      void reply.header('content-type', 'text/plain; charset=UTF-8');
      return reason;
    }
    void reply.header('content-type', 'application/json');
    return JSON.stringify({ detailed: false, reasons: [reason] });
  }
}
