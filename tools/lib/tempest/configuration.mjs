import { renderIni } from '../ini.mjs';

/**
 * `tempest.conf` for a cluster without Neutron and Cinder. Users and projects are made by Tempest itself.
 * @param {{ dir: string, credentials: import('../openrc.mjs').Credentials, microversion: string }} options
 *   `microversion`: the lowest that is asked for
 */
export function tempestConfiguration({ dir, credentials, microversion }) {
  return renderIni({
    DEFAULT: { debug: 'false', log_file: `${dir}/tempest.log` },
    oslo_concurrency: { lock_path: `${dir}/lock` },
    auth: {
      use_dynamic_credentials: 'true',
      create_isolated_networks: 'false',
      admin_username: credentials.username,
      admin_password: credentials.password,
      admin_project_name: credentials.project,
      admin_domain_name: 'Default',
      tempest_roles: 'member',
    },
    identity: { auth_version: 'v3', uri_v3: credentials.authUrl, region: 'RegionOne', v3_endpoint_type: 'public' },
    'identity-feature-enabled': { api_v3: 'true' },
    service_available: { neutron: 'false', glance: 'true', cinder: 'false', nova: 'false', swift: 'false', zun: 'true' },
    validation: { run_validation: 'false' },
    container_service: {
      catalog_type: 'container',
      min_microversion: microversion,
      max_microversion: 'latest',
      wait_timeout: '60',
    },
  });
}
