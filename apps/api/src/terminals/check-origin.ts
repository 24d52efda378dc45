import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '@zun/domain';

export interface OriginRules {
  /** Host names besides the one that is asked. */
  readonly allowedOrigins: readonly string[];
  /** Whether clients are meant to come with TLS. */
  readonly isSecure: boolean;
}

/** A browser lets a page that is secure open only websockets that are: one that gets here in plain has come through a proxy that ends TLS. */
const SCHEMES = { secure: ['https:', 'wss:'], plain: ['http:', 'ws:', 'https:', 'wss:'] } as const;

/**
 * Browsers say which page opens a websocket, and let any page open one: so a page must be of the host that is asked, or be named by the
 * operator, and be as safe as the websocket is. Whoever says nothing is no browser. The rules are Zun's, but that Zun refuses a page that is safer.
 * @throws DomainError of class forbidden
 */
export function checkOrigin(headers: IncomingHttpHeaders, { allowedOrigins, isSecure }: OriginRules): void {
  const { origin, host } = headers;
  if (origin === undefined) return;
  const page = URL.canParse(origin) ? new URL(origin) : null;
  if (!page || page.hostname === '') throw refused('it is not the address of a page');
  const name = unbracketed(page.hostname);
  if (name !== hostNameOf(host) && !allowedOrigins.some((allowed) => unbracketed(allowed.toLowerCase()) === name))
    throw refused('its host is not allowed');
  const scheme = schemeOf(headers, page.protocol);
  const allowed: readonly string[] = SCHEMES[isSecure ? 'secure' : 'plain'];
  if (!allowed.includes(scheme)) throw refused(`it must be ${isSecure ? 'https' : 'http or https'}`);
}

/** A proxy that ends TLS says what was spoken to it. */
function schemeOf(headers: IncomingHttpHeaders, origin: string): string {
  const forwarded = headers['x-forwarded-proto'];
  const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',')[0]?.trim().toLowerCase();
  return first ? `${first}:` : origin;
}

function hostNameOf(host = ''): string | null {
  const url = `http://${host}`;
  return host !== '' && URL.canParse(url) ? unbracketed(new URL(url).hostname) : null;
}

const unbracketed = (name: string): string => name.replace(/^\[|\]$/g, '');

function refused(why: string): DomainError {
  return new DomainError('forbidden', 'forbidden', `Origin: ${why}.`);
}
