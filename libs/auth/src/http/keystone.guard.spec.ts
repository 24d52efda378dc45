import { Controller, Get, Req } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { makeConfig } from '@zun/config';
import { DomainError, ServiceUnavailableError } from '@zun/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CachingTokenValidator } from '../tokens/caching-token-validator.js';
import { TOKEN_VALIDATOR, type TokenData, type TokenSource } from '../tokens/token-source.js';
import { KeystoneGuard, SERVICE_TOKEN_OPTIONS, type AuthenticatedRequest } from './keystone.guard.js';
import { Public } from './public.decorator.js';
import { UnauthenticatedError, unauthorizedBody } from './unauthenticated-error.js';
import { wwwAuthenticate } from './www-authenticate.js';

const DEMO: TokenData = {
  userId: 'u1',
  userName: 'demo',
  userDomainId: 'default',
  projectId: 'p1',
  projectName: 'demo',
  projectDomainId: 'default',
  roles: ['member'],
  expiresAt: Date.now() + 3_600_000,
};

const source: TokenSource = {
  validate(token, allowExpired) {
    if (token === 'away') throw new ServiceUnavailableError('Keystone is away');
    if (token === 'demo' || (token === 'expired' && allowExpired))
      return { ...DEMO, expiresAt: token === 'demo' ? DEMO.expiresAt : 0 };
    return token === 'service' ? { ...DEMO, userId: 'svc', roles: ['service'] } : null;
  },
};

@Controller()
class ProbeController {
  @Get('private')
  whoAsks(@Req() request: AuthenticatedRequest): unknown {
    return request.context;
  }

  @Public()
  @Get('open')
  open(): string {
    return 'open';
  }
}

@Public()
@Controller('all-open')
class OpenController {
  @Get()
  open(): string {
    return 'open';
  }
}

let required = false;

@Module({
  controllers: [ProbeController, OpenController],
  providers: [
    { provide: TOKEN_VALIDATOR, useFactory: () => new CachingTokenValidator(source) },
    {
      provide: SERVICE_TOKEN_OPTIONS,
      useValue: {
        roles: ['service'],
        get required() {
          return required;
        },
      },
    },
    KeystoneGuard,
  ],
})
class ProbeModule {}

let app: NestFastifyApplication;

beforeAll(async () => {
  const adapter = new FastifyAdapter({ genReqId: () => 'req-1' });
  app = await NestFactory.create<NestFastifyApplication>(ProbeModule, adapter, { logger: false });
  app.useGlobalGuards(app.get(KeystoneGuard));
  app.useGlobalFilters({
    catch(error: unknown, host) {
      const reply = host.switchToHttp().getResponse<{ code(status: number): { send(body: unknown): void } }>();
      const errorClass = error instanceof DomainError ? error.errorClass : 'internal';
      reply.code(errorClass === 'unauthenticated' ? 401 : 503).send({ errorClass });
    },
  });
  await app.init();
});
afterAll(() => app.close());

async function get(path: string, headers: Record<string, string> = {}): Promise<[number, unknown]> {
  const response = await app.inject({ url: path, headers });
  return [response.statusCode, String(response.headers['content-type']).includes('json') ? response.json() : response.body];
}

describe('KeystoneGuard', () => {
  it('puts who asks into the request, the first time and from the cache', async () => {
    const who: Partial<TokenData> = { ...DEMO };
    delete (who as { expiresAt?: number }).expiresAt;
    for (let round = 0; round < 2; round++) {
      expect(await get('/private', { 'x-auth-token': 'demo' })).toEqual([200, { ...who, requestId: 'req-1' }]);
    }
  });

  it.each<[string, Record<string, string>, number]>([
    ['no token', {}, 401],
    ['an empty token', { 'x-auth-token': '' }, 401],
    ['a bad token', { 'x-auth-token': 'bad' }, 401],
    ['an unknown token while Keystone is away', { 'x-auth-token': 'away' }, 503],
    ['a bad service token', { 'x-auth-token': 'demo', 'x-service-token': 'bad' }, 401],
    ['an expired token', { 'x-auth-token': 'expired' }, 401],
    ['an expired token that a service carries', { 'x-auth-token': 'expired', 'x-service-token': 'service' }, 200],
    ['an expired token that a service without the role carries', { 'x-auth-token': 'expired', 'x-service-token': 'demo' }, 401],
    ['a good token that a service without the role carries', { 'x-auth-token': 'demo', 'x-service-token': 'demo' }, 200],
  ])('on %s', async (_, headers, status) => expect((await get('/private', headers))[0]).toBe(status));

  it('refuses service tokens without the role when it is required', async () => {
    required = true;
    const headers = { 'x-auth-token': 'demo', 'x-service-token': 'demo' };
    expect((await get('/private', headers))[0]).toBe(401);
    required = false;
  });

  it.each(['/open', '/all-open'])('lets everybody read %s', async (path) => expect(await get(path)).toEqual([200, 'open']));
});

describe('what a 401 says', () => {
  it('is in the form of keystonemiddleware', () => {
    expect(unauthorizedBody(new UnauthenticatedError().detail)).toEqual({
      error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
    });
  });

  it.each([
    [
      { keystone_authtoken: { www_authenticate_uri: 'http://public:5000/', auth_url: 'http://internal:5000' } },
      'http://public:5000',
    ],
    [{ keystone_authtoken: { auth_url: 'http://k:5000/v3' } }, 'http://k:5000/v3'],
    [{ api: { auth_strategy: 'embedded' } }, 'http://cloud:9517/identity'],
  ])('%j points to %s', (overrides, uri) => {
    expect(wwwAuthenticate(makeConfig(overrides), 'http://cloud:9517/')).toBe(`Keystone uri="${uri}"`);
  });
});
