import { DomainError, MAX_VERSION, Microversion, MIN_VERSION } from '@zun/domain';

/** The request asks for a version, or a method at a version, that does not exist. Answered without version headers. */
export class NotAcceptableError extends DomainError {
  constructor(detail: string) {
    super('not-acceptable', '', detail);
  }
}

/** The version is well-formed, and none of ours: the answer says which there are. */
export class UnsupportedVersionError extends DomainError {
  constructor(readonly requested: string) {
    super(
      'not-acceptable',
      'microversion-unsupported',
      `Version ${requested} is not supported by the API. Minimum is ${MIN_VERSION.toString()} and maximum is ${MAX_VERSION.toString()}.`,
    );
  }
}

/**
 * @param header `OpenStack-API-Version`, e.g. `container 1.40`; absent means 1.1, `latest` the highest
 * @throws NotAcceptableError, UnsupportedVersionError
 */
export function negotiateVersion(header: string | undefined): Microversion {
  if (header === undefined || header.trim() === '') return MIN_VERSION;
  const words = header.trim().split(/\s+/);
  const [service, text] = words;
  if (text?.toLowerCase() === 'latest' && words.length === 2) return MAX_VERSION;
  if (words.length !== 2 || service !== 'container' || text === undefined) {
    throw new NotAcceptableError('Invalid service type for OpenStack-API-Version header');
  }
  const version = Microversion.tryParse(text);
  if (!version) throw new NotAcceptableError('Invalid value for OpenStack-API-Version header');
  if (version.isBefore(MIN_VERSION) || MAX_VERSION.isBefore(version)) throw new UnsupportedVersionError(text);
  return version;
}
