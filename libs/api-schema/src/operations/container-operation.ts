import { Microversion } from '@zun/domain';
import type { Operation } from '../operation.js';

export const tag = 'containers';
export const ITEM = '/v1/containers/:ident';
export const ACCEPTED: Operation['success'] = {
  status: 202,
  schema: { type: 'null' },
  description: 'Accepted; it happens in the background.',
};

/** When containers could be followed and watched. */
export const LIVE_SINCE = Microversion.of('1.41');

/** A schema of the document's components, by its name. */
export const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
/** A success with an answer of that schema. */
export const ok = (schema: Operation['success']['schema'], description: string, status = 200): Operation['success'] => ({
  status,
  schema,
  description,
});

/** A POST on a container that is carried out in the background. */
export function backgroundAction(name: string, summary: string, params?: Operation['params']): Operation {
  return {
    id: `${name}Container`,
    method: 'POST',
    path: `${ITEM}/${name}`,
    policy: `container:${name}`,
    target: 'container',
    ...(params ? { params } : {}),
    success: ACCEPTED,
    summary,
    tag,
  };
}
