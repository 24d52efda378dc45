import { ignored, notYet, RuleBroken, section } from '../option.js';
import { bool, choice, integer, list, parsed, path, port, text, url } from '../option-types.js';

export const api = section('The REST API.', {
  host_ip: text({ default: '$my_ip', help: 'Address to listen on.' }),
  port: port({ default: '9517', help: 'Port to listen on; 0 takes a free one.' }),
  max_limit: integer({ default: '1000', min: 1, help: 'The most items in one answer, and how many there are without a limit.' }),
  enable_docs: bool({
    default: 'true',
    help: 'Serve the OpenAPI document (/v1/openapi.json) and a page to browse and try it (/docs). Neither needs a token.',
  }),
  enable_console: bool({
    default: 'true',
    help: 'Serve the console, a web application for browsers (/console), and the sign-in that it needs.',
  }),
  enable_ssl_api: bool({ default: 'false', help: 'Serve HTTPS with the certificate of [ssl].' }),
  streams_url: url({
    help:
      'URL at which the compute services reach this copy of the API (not a load balancer), for logs and other streams. ' +
      'Unset: http(s)://host_ip:port.',
  }),
  auth_strategy: choice(['keystone', 'embedded'], {
    default: 'keystone',
    help: 'Who knows the users: a Keystone service, or the identity built into the API (see [embedded_identity]).',
  }),
  max_body_bytes: integer({
    default: '1048576',
    min: 1024,
    unit: 'bytes',
    help: 'The largest request body that is read; archives have their own limit.',
  }),
  max_archive_bytes: integer({
    default: '4294967296',
    min: 1024,
    unit: 'bytes',
    help: 'The largest request that puts an archive into a container, as Base64: a third more than the archive.',
  }),
  rate_limit: integer({
    default: '0',
    min: 0,
    help:
      'How many requests of one token (without one: of one address) are answered within rate_limit_window; more get 429 with ' +
      'Retry-After. 0: any number. Each copy of the API counts for itself.',
  }),
  rate_limit_window: integer({ default: '60', min: 1, unit: 'seconds', help: 'See rate_limit.' }),
  placement_wait_ms: integer({
    default: '2000',
    min: 0,
    unit: 'milliseconds',
    help: 'How long a create waits to tell its host in the answer, before it answers without.',
  }),
  rpc_timeout: integer({
    default: '60',
    min: 1,
    unit: 'seconds',
    help: 'How long a request waits for the answer of a host.',
  }),
  workers: ignored('one process serves; start several and put a load balancer before them'),
  api_paste_config: ignored('there is no paste pipeline'),
  enable_image_validation: ignored('what no image is called is refused in any case'),
});

export const ssl = section('HTTPS of the API.', {
  cert_file: path({ help: 'Certificate chain in PEM, when [api] enable_ssl_api is set.' }),
  key_file: path({ help: 'Private key in PEM, when [api] enable_ssl_api is set.' }),
  ca_file: notYet('clients are not asked for certificates'),
  version: ignored('TLS 1.2 and newer are spoken'),
  ciphers: ignored('the ciphers are those of Node.js'),
});

export const cors = section('Browsers of other origins.', {
  allowed_origin: list({ help: 'Origins that may call the API, e.g. https://dashboard.example; * is any.' }),
  allow_credentials: ignored('the API takes tokens, no cookies'),
  expose_headers: ignored('what browsers may do is fixed; see allowed_origin'),
  max_age: ignored('what browsers may do is fixed; see allowed_origin'),
  allow_methods: ignored('what browsers may do is fixed; see allowed_origin'),
  allow_headers: ignored('what browsers may do is fixed; see allowed_origin'),
});

export const websocket_proxy = section(
  'Attach and interactive exec over WebSocket. The API serves them itself, at its own address.',
  {
    base_url: parsed(
      {
        help:
          'Where clients reach the websockets, when a proxy or wsproxy_port is to be used, e.g. wss://zun.example/terminals/; any path will do. ' +
          'Unset: the address at which the client has reached the API; with wsproxy_port set: ws(s)://wsproxy_host:wsproxy_port/.',
      },
      { type: 'url', rule: 'a URL ws://… or wss://…, without a query', parse: parseWebSocketUrl },
    ),
    wsproxy_host: text({ default: '$my_ip', help: 'Address of wsproxy_port.' }),
    wsproxy_port: port({ help: 'Another port to serve websockets at, as well; 0 takes a free one. Zun’s own was 6784.' }),
    allowed_origins: list({ help: 'Host names of pages, besides that of the websocket itself, whose scripts may open streams.' }),
    ssl_only: bool({ default: 'false', help: 'Refuse unencrypted connections to wsproxy_port; needs cert and key.' }),
    cert: path({ help: 'Certificate chain in PEM, for TLS on wsproxy_port.' }),
    key: path({ help: 'Private key in PEM, for TLS on wsproxy_port.' }),
    token_ttl: integer({
      default: '60',
      min: 1,
      unit: 'seconds',
      help: 'How long the address of a stream is good. It opens one stream, once.',
    }),
    max_streams_per_project: integer({
      default: '100',
      min: 0,
      help: 'How many streams a project may have open at a time. 0: any number. Each copy of the API counts for itself.',
    }),
  },
);

function parseWebSocketUrl(raw: string): string {
  const parts = URL.canParse(raw) ? new URL(raw) : null;
  if (!parts || !['ws:', 'wss:'].includes(parts.protocol) || parts.search !== '' || parts.hash !== '') throw new RuleBroken();
  return raw;
}
