import { InvalidValueError } from './errors.js';

/** `[registry/]path[:tag]`, complete. */
export interface ImageReference {
  /** Null: the engine's own default registry. */
  readonly registry: string | null;
  readonly path: string;
  readonly tag: string;
}

const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const REGISTRY = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(?::\d+)?$/;
const TAG = /^\w[\w.-]{0,127}$/;

/**
 * Docker's grammar `[host[:port]/]path[:tag][@digest]`, as Zun reads it: a digest is understood but dropped, the tag is `latest` unless
 * given, and a reference without registry gets the default one.
 * @throws InvalidValueError
 */
export function parseImageReference(text: string, defaultRegistry: string | null): ImageReference {
  const [undigested = ''] = text.split('@');
  const { registry, rest } = splitRegistry(undigested);
  const colon = rest.lastIndexOf(':');
  const path = colon === -1 ? rest : rest.slice(0, colon);
  const tag = colon === -1 ? 'latest' : rest.slice(colon + 1);
  const isValid = PATH.test(path) && TAG.test(tag) && (registry === null || REGISTRY.test(registry));
  if (!isValid) throw new InvalidValueError(`Invalid image reference: ${text}`);
  return { registry: registry ?? defaultRegistry, path, tag };
}

export function formatImageReference({ registry, path, tag }: ImageReference): string {
  return `${registry ? `${registry}/` : ''}${path}:${tag}`;
}

/** The first part is a registry when it looks like a machine's name. */
function splitRegistry(text: string): { registry: string | null; rest: string } {
  const slash = text.indexOf('/');
  const first = slash === -1 ? '' : text.slice(0, slash);
  const isRegistry = first === 'localhost' || /[.:]/.test(first);
  return isRegistry ? { registry: first, rest: text.slice(slash + 1) } : { registry: null, rest: text };
}

/**
 * The name under which engines keep images that tenants have committed, with a tag for each. The names that tenants choose are not known to
 * engines: there they would be everybody's, and could take the place of an image that others use.
 */
const COMMITTED_PATH = 'zun-committed';

/** The name under which engines keep images of Glance, with its uuid of each as the tag: whoever may see one there may run it here. */
const GLANCE_PATH = 'zun-glance';

/** What an engine calls a committed image. */
export function committedReference(imageUuid: string): string {
  return `${COMMITTED_PATH}:${imageUuid}`;
}

/** What an engine calls an image of Glance. */
export function glanceReference(imageUuid: string): string {
  return `${GLANCE_PATH}:${imageUuid}`;
}

/** Whether this names images of tenants as engines do: whoever could ask for that would get at those of all of them. */
export function isReservedReference({ registry, path }: ImageReference): boolean {
  const name = path.split('/').at(-1);
  const isOfTenants = name === COMMITTED_PATH || name === GLANCE_PATH;
  return isOfTenants && (registry === null || /^(index\.)?docker\.io$|^localhost$/.test(registry));
}
