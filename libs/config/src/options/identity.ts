import { ignored, section } from '../option.js';
import { bool, choice, integer, list, path, text, url } from '../option-types.js';

const login = (who: string) => ({
  auth_type: choice(['password', 'v3password'], { default: 'password', help: 'How to log in.' }),
  auth_url: url({ help: `URL of Keystone, with or without /v3, for ${who}.` }),
  username: text({ help: 'User to log in as.', aliases: ['user', 'user_name', 'admin_user'] }),
  password: text({ secret: true, help: 'Password of that user.', aliases: ['admin_password'] }),
  project_name: text({ help: 'Project to log in to.', aliases: ['tenant_name', 'admin_tenant_name'] }),
  user_domain_name: text({ help: 'Domain of the user, by name.' }),
  user_domain_id: text({ help: 'Domain of the user, by id; wins over the name.' }),
  project_domain_name: text({ help: 'Domain of the project, by name.' }),
  project_domain_id: text({ help: 'Domain of the project, by id; wins over the name.' }),
  cafile: path({ help: 'Certificates, in PEM, to trust for https besides those of the system.' }),
  insecure: bool({ default: 'false', help: 'Do not check the certificate of Keystone.' }),
});

export const keystone_authtoken = section("How the API checks its callers' tokens.", {
  www_authenticate_uri: url({
    help: 'URL of Keystone that a caller without a valid token is pointed to. Unset: auth_url.',
    aliases: ['auth_uri'],
  }),
  ...login('checking tokens'),
  http_connect_timeout: integer({
    default: '10',
    min: 1,
    unit: 'seconds',
    help: 'How long to wait for an answer of Keystone.',
  }),
  token_cache_time: integer({
    min: 0,
    unit: 'seconds',
    help: 'How long a checked token is trusted without asking again. Unset: until it expires. 0: not at all.',
  }),
  service_token_roles: list({ default: 'service', help: 'Roles of which a service token must have one.' }),
  service_token_roles_required: bool({
    default: 'false',
    help: 'Refuse service tokens that have none of service_token_roles.',
  }),
  memcached_servers: ignored('checked tokens are kept in the memory of each API process'),
  memcache_security_strategy: ignored('checked tokens are kept in the memory of each API process'),
  memcache_secret_key: ignored('checked tokens are kept in the memory of each API process'),
  cache: ignored('checked tokens are kept in the memory of each API process'),
  delay_auth_decision: ignored('every path but the open ones needs a token'),
  auth_version: ignored('Keystone v3 is spoken'),
  auth_section: ignored('give the options in this section'),
  http_request_max_retries: ignored('a check that fails is answered with 503, which clients repeat'),
  interface: ignored('auth_url is used as it stands'),
  region_name: ignored('auth_url is used as it stands'),
  signing_dir: ignored('there are no PKI tokens'),
});

export const keystone_auth = section("The services' own session, for what they do in the operator's name.", {
  ...login('what services do in their own name; unset: [keystone_authtoken] is used'),
  auth_section: ignored('give the options in this section'),
});

export const embedded_identity = section('The identity built into the API, with [api] auth_strategy = embedded.', {
  users_file: path({
    default: '${DEFAULT.state_path}/identity/users.json',
    help: 'The users, projects and application credentials. Made on the first start.',
  }),
  token_key_file: path({
    default: '${DEFAULT.state_path}/identity/token.key',
    help: 'The key that signs tokens. Made on the first start; all copies of the API need the same one.',
  }),
  token_expiration: integer({ default: '43200', min: 60, unit: 'seconds', help: 'How long a token is valid.' }),
  region_name: text({ default: 'RegionOne', help: 'Region of the endpoints in the catalog.' }),
  public_endpoint: url({
    help: 'URL of this API as its clients see it, without a path; the catalog is built from it. Unset: http(s)://host_ip:port.',
  }),
});

export const oslo_policy = section('Who may do what.', {
  policy_file: path({
    default: 'policy.yaml',
    help: 'Rules that replace the built-in ones (YAML or JSON), read again when it changes. Relative to the first --config-file; it may be absent.',
  }),
  enforce_scope: ignored('rules name the roles they need'),
  enforce_new_defaults: ignored('there is one set of default rules'),
  policy_dirs: ignored('put all rules in policy_file'),
  policy_default_rule: ignored('a rule that is not defined allows nothing'),
});
