import type { ContainerLimits } from '../fields/container-request.fields.js';
import { PAGING } from '../fields/common.js';
import { IMAGE_PULL, imageSearchFields } from '../fields/image.fields.js';
import type { Operation } from '../operation.js';

const tag = 'images';
const ITEM = '/v1/images/:ident';
const ref = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** Images on hosts. */
export function imageOperations({ imageDrivers }: Pick<ContainerLimits, 'imageDrivers'>) {
  return {
    listImages: {
      id: 'listImages',
      method: 'GET',
      path: '/v1/images',
      policy: 'image:get_all',
      params: { check: 'unchecked', fields: PAGING },
      success: { status: 200, schema: ref('ImageList'), description: 'A page of images.' },
      summary: 'List images on hosts',
      tag,
    },
    pullImage: {
      id: 'pullImage',
      method: 'POST',
      path: '/v1/images',
      policy: 'image:pull',
      body: { fields: IMAGE_PULL },
      success: { status: 202, schema: ref('Image'), description: 'The image; it is pulled in the background.' },
      summary: 'Pull an image to a host',
      tag,
    },
    showImage: {
      id: 'showImage',
      method: 'GET',
      path: ITEM,
      policy: 'image:get_one',
      target: 'image',
      success: { status: 200, schema: ref('Image'), description: 'The image.' },
      summary: 'Show an image',
      tag,
    },
    deleteImage: {
      id: 'deleteImage',
      method: 'DELETE',
      path: ITEM,
      policy: 'image:delete',
      target: 'image',
      success: { status: 200, schema: { type: 'null' }, description: 'It is removed in the background.' },
      summary: 'Remove an image from its host',
      tag,
    },
    searchImages: {
      id: 'searchImages',
      method: 'GET',
      path: '/v1/images/:name/search',
      policy: 'image:search',
      params: { check: 'query', fields: imageSearchFields(imageDrivers) },
      success: { status: 200, schema: ref('FoundImages'), description: 'What the registry, or Glance, offers.' },
      summary: 'Search the public registry, or Glance',
      tag,
    },
  } as const satisfies Record<string, Operation>;
}
