import { describe, expect, it } from 'vitest';
import { EMPTY_FORM, errorsOf, requestOf } from './create-form.js';

describe('what is asked for', () => {
  it('is only what was filled in', () => {
    expect(requestOf({ ...EMPTY_FORM, image: ' nginx ' }).body).toEqual({
      image: 'nginx',
      interactive: true,
      tty: true,
      auto_remove: false,
    });
  });

  it('has texts as the API takes them', () => {
    const form = { ...EMPTY_FORM, image: 'a', command: "sh -c 'echo hi'", environment: 'A=1', exposed_ports: '80, 53/udp' };
    const { body, errors } = requestOf({ ...form, mounts: 'data:/var/data\n', restart_policy: 'always' });
    expect(errors).toEqual({});
    expect(body).toMatchObject({
      command: ['sh', '-c', 'echo hi'],
      environment: { A: '1' },
      exposed_ports: { '80': {}, '53/udp': {} },
      mounts: [{ type: 'volume', source: 'data', destination: '/var/data' }],
      restart_policy: { Name: 'always' },
    });
  });

  it('is not sent while something cannot be read', () => {
    const { errors } = requestOf({ ...EMPTY_FORM, command: '"', environment: 'A', mounts: 'data' });
    expect(Object.keys(errors).sort()).toEqual(['command', 'environment', 'image', 'mounts']);
  });
});

it.each([
  ["Invalid input for field 'memory'. Value: 1. It must be a whole number.", 'memory'],
  ["Invalid input for field 'mounts/0/size'. Value: 1. It must be …", 'mounts'],
  ['image: must be the name of an image', 'image'],
  ['image_driver: this cloud has no image service (Glance)', 'image_driver'],
])('a refusal is shown at its field: %s', (message, field) => {
  expect(errorsOf(message)).toEqual({ [field]: message });
});

it('a refusal that is about no field is shown above the form', () => {
  expect(errorsOf('Quota exceeded: containers.')).toBeNull();
});
