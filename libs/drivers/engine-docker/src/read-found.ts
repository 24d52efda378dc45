import type { FoundImage } from '@zun/driver-api';

/** One item of the engine's answer to a search; Podman writes the flags as text. */
export interface SearchAnswer {
  readonly name?: string;
  readonly Name?: string;
  readonly description?: string;
  readonly Description?: string;
  readonly is_official?: boolean;
  readonly Official?: string;
  readonly is_automated?: boolean;
  readonly Automated?: string;
  readonly star_count?: number;
  readonly Stars?: number;
}

/** @returns an item of a search in our terms; Podman puts the registry before the name */
export function readFound(found: SearchAnswer): FoundImage {
  return {
    name: (found.name ?? found.Name ?? '').replace(/^docker\.io\/(library\/)?/, ''),
    description: found.description ?? found.Description ?? '',
    isOfficial: found.is_official ?? found.Official === '[OK]',
    isAutomated: found.is_automated ?? found.Automated === '[OK]',
    stars: found.star_count ?? found.Stars ?? 0,
  };
}
