import { notYet, section } from '../option.js';
import { bool, choice, path, text } from '../option-types.js';

const client = (service: string) => {
  const unused = notYet(`${service} is not used yet`);
  return { region_name: unused, endpoint_type: unused, ca_file: unused, insecure: unused, api_version: unused };
};

/** As keystoneauth takes them, and as they were called before. */
const ENDPOINT_TYPES = ['public', 'internal', 'admin', 'publicURL', 'internalURL', 'adminURL'] as const;

export const glance_client = section('Reaching Glance.', {
  region_name: text({ help: 'Region of its endpoint in the catalog of Keystone. Unset: any.' }),
  endpoint_type: choice(ENDPOINT_TYPES, { default: 'publicURL', help: 'Which of its endpoints is used.' }),
  ca_file: path({ help: 'Certificates, in PEM, to trust for https besides those of the system.' }),
  insecure: bool({ default: 'false', help: 'Do not check the certificate of Glance.' }),
  api_version: choice(['2'], { default: '2', help: 'Version of the API that is spoken.' }),
});
export const neutron_client = section('Reaching Neutron.', client('Neutron'));
export const cinder_client = section('Reaching Cinder.', client('Cinder'));
export const placement_client = section('Reaching Placement.', client('Placement'));
export const zun_client = section('Reaching the API of Zun itself.', client('the API of Zun'));
