import { section } from '../option.js';
import { bool, choice, path, text } from '../option-types.js';

const client = {
  region_name: text({ help: 'Region of the endpoint. Unset: any.' }),
  endpoint_type: choice(['publicURL', 'internalURL', 'adminURL', 'public', 'internal', 'admin'], {
    default: 'publicURL',
    help: 'Which endpoint of the catalog to use.',
  }),
  ca_file: path({ help: 'Certificates, in PEM, to trust for https besides those of the system.' }),
  insecure: bool({ default: 'false', help: 'Do not check the certificate.' }),
};

export const glance_client = section('Reaching Glance.', {
  ...client,
  api_version: choice(['2'], { default: '2', help: 'Version of its API.' }),
});
export const neutron_client = section('Reaching Neutron.', client);
export const cinder_client = section('Reaching Cinder.', {
  ...client,
  api_version: choice(['3'], { default: '3', help: 'Version of its API.' }),
});
export const placement_client = section('Reaching Placement.', client);
export const zun_client = section('Reaching the API of Zun itself.', client);
