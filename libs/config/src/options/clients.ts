import { notYet, section } from '../option.js';

const client = (service: string) => {
  const unused = notYet(`${service} is not used yet`);
  return { region_name: unused, endpoint_type: unused, ca_file: unused, insecure: unused, api_version: unused };
};

export const glance_client = section('Reaching Glance.', client('Glance'));
export const neutron_client = section('Reaching Neutron.', client('Neutron'));
export const cinder_client = section('Reaching Cinder.', client('Cinder'));
export const placement_client = section('Reaching Placement.', client('Placement'));
export const zun_client = section('Reaching the API of Zun itself.', client('the API of Zun'));
