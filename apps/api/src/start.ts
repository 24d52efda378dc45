import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createProjectDirectory, createSignIn, createTokenValidator, IDENTITY_PATH, Policy, wwwAuthenticate } from '@zun/auth';
import { BUILT_IN_ENCRYPTION_KEY, type Config } from '@zun/config';
import { EmbeddedIdentity, registerIdentityRoutes } from '@zun/identity';
import { connectGlance } from '@zun/openstack';
import { SecretBox, type Database } from '@zun/persistence';
import { StreamGateway } from '@zun/streams';
import { NestLogger, type Logger } from '@zun/telemetry';
import type { Transport } from '@zun/transport';
import type { FastifyInstance } from 'fastify';
import { ApiModule } from './api.module.js';
import { createFastifyAdapter } from './http/fastify.js';
import { limitRates } from './http/limit-rates.js';
import { apiOptionsOf, listenAddressOf } from './options-of.js';
import { LiveReplies } from './streams/live-replies.js';
import { listenForTerminals } from './terminals/terminal-listener.js';
import { TerminalServer } from './terminals/terminal-server.js';

export interface ApiDependencies {
  readonly config: Config;
  readonly database: Database;
  readonly transport: Transport;
  readonly logger: Logger;
}

/** A running API. */
export interface RunningApi {
  /** Where it listens, e.g. `http://127.0.0.1:9517`. */
  readonly url: string;
  /** Lets requests that are under way end. Transport and database stay open: whoever opened them closes them. */
  close(): Promise<void>;
}

/** @throws Error when it cannot listen, or options for the identity are missing */
export async function startApi({ config, database, transport, logger }: ApiDependencies): Promise<RunningApi> {
  warnOfKnownKey(config, logger);
  const listen = listenAddressOf(config);
  let url = listen.url;
  const endpoint = (): string => config.embedded_identity.public_endpoint ?? url;
  const identity = config.api.auth_strategy === 'embedded' ? createIdentity(config, logger, endpoint) : undefined;
  const streams = new StreamGateway({ url: () => config.api.streams_url ?? url });
  const adapter = createFastifyAdapter({ maxBodyBytes: config.api.max_body_bytes, tls: listen.tls });
  await limitRates(adapter, { requests: config.api.rate_limit, windowS: config.api.rate_limit_window });
  const options = apiOptionsOf(config);
  const images = connectGlance(config, logger);
  const module = ApiModule.register({
    options,
    database,
    secrets: new SecretBox(config.DEFAULT.auth_encryption_key),
    transport,
    streams,
    logger,
    tokens: createTokenValidator(config, logger, identity),
    serviceTokens: {
      roles: config.keystone_authtoken.service_token_roles,
      required: config.keystone_authtoken.service_token_roles_required,
    },
    projects: createProjectDirectory(config, logger, identity),
    signIn: createSignIn(config, identity),
    glance: images?.glance ?? null,
    policy: new Policy({ file: config.oslo_policy.policy_file, logger }),
    wwwAuthenticate: wwwAuthenticate(config, endpoint()),
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  allowOrigins(app, config.cors.allowed_origin);
  if (identity) {
    await registerIdentityRoutes(adapter.getInstance<FastifyInstance>(), identity, {
      prefix: IDENTITY_PATH,
      logger,
    });
  }
  const terminals = app.get(TerminalServer);
  streams.attach(app.getHttpServer(), (request, socket, head) => terminals.handle(request, socket, head));
  await app.listen(listen.port, listen.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  url = listen.url.replace(/:\d+$/, `:${port}`);
  const ownPort = options.terminals.listen && (await listenForTerminals(terminals, options.terminals.listen));
  logger.info({ url, wsproxyPort: ownPort?.port }, 'the API is ready');
  return {
    url,
    close: async () => {
      app.get(LiveReplies).close();
      await terminals.close();
      streams.close();
      await Promise.all([ownPort?.close(), app.close()]);
      images?.close();
    },
  };
}

function warnOfKnownKey({ DEFAULT }: Config, logger: Logger): void {
  if (DEFAULT.auth_encryption_key !== BUILT_IN_ENCRYPTION_KEY) return;
  logger.warn(
    'SECURITY: [DEFAULT] auth_encryption_key is the built-in one, which everybody knows: passwords of registries are as good as ' +
      'not encrypted. Set a key of 32 characters, the same for every API and scheduler.',
  );
}

function createIdentity(config: Config, logger: Logger, publicEndpoint: () => string): EmbeddedIdentity {
  const options = config.embedded_identity;
  return new EmbeddedIdentity({
    usersFile: options.users_file,
    tokenKeyFile: options.token_key_file,
    tokenExpiration: options.token_expiration,
    regionName: options.region_name,
    publicEndpoint,
    logger,
  });
}

/** Browsers of other origins, where an operator names some. */
function allowOrigins(app: NestFastifyApplication, origins: readonly string[]): void {
  if (origins.length === 0) return;
  app.enableCors({
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'PUT', 'POST', 'DELETE', 'PATCH'],
    exposedHeaders: ['X-Auth-Token', 'X-OpenStack-Request-ID', 'OpenStack-API-Version', 'Location'],
    maxAge: 3600,
  });
}
