import { ServiceUnavailableError, type Clock } from '@zun/domain';
import { keystoneAway, type KeystoneSession } from './keystone-session.js';

/** Which of a service's endpoints is wanted. */
export interface EndpointChoice {
  /** Null: of any region. */
  readonly region: string | null;
  /** `public`, `internal` or `admin`, also as `publicURL` and so on. */
  readonly interface: string;
}

interface Endpoint {
  readonly interface: string;
  readonly region?: string | null;
  readonly region_id?: string | null;
  readonly url: string;
}

interface Catalog {
  readonly services: readonly { readonly type: string; readonly endpoints: readonly Endpoint[] }[];
  readonly readAt: number;
}

/** What Keystone said is believed for so long. */
const TRUSTED_MS = 300_000;
/** What is not in it may just have been added. */
const TRUSTED_FOR_ABSENCE_MS = 60_000;

/** Keystone's list of the cloud's services, as this service's own login sees it. */
export class ServiceCatalog {
  private held: Catalog | undefined;
  private pending: Promise<Catalog> | undefined;

  constructor(
    private readonly login: KeystoneSession,
    private readonly clock: Clock,
  ) {}

  /**
   * The URL of a service, without a slash at its end; null: the cloud has none.
   * @throws ServiceUnavailableError when Keystone cannot tell and never has
   */
  async endpointOf(type: string, choice: EndpointChoice): Promise<string | null> {
    const known = this.held && find(this.held, type, choice);
    const trusted = known ? TRUSTED_MS : TRUSTED_FOR_ABSENCE_MS;
    if (known !== undefined && this.clock.now() - this.held!.readAt < trusted) return known;
    try {
      return find(await this.read(), type, choice);
    } catch (error) {
      if (known && error instanceof ServiceUnavailableError) return known;
      throw error;
    }
  }

  private read(): Promise<Catalog> {
    this.pending ??= this.ask().finally(() => (this.pending = undefined));
    return this.pending;
  }

  private async ask(): Promise<Catalog> {
    const response = await this.login.get('/auth/catalog');
    if (response.status !== 200) throw keystoneAway(new Error(`the catalog answered ${response.status}`));
    const { catalog: services } = response.json() as { catalog: Catalog['services'] };
    this.held = { services, readAt: this.clock.now() };
    return this.held;
  }
}

function find({ services }: Catalog, type: string, choice: EndpointChoice): string | null {
  const wanted = choice.interface.replace(/URL$/, '');
  const endpoint = services
    .filter((service) => service.type === type)
    .flatMap(({ endpoints }) => endpoints)
    .filter(({ region, region_id: id }) => choice.region === null || choice.region === region || choice.region === id)
    .find((one) => one.interface === wanted);
  return endpoint?.url.replace(/\/+$/, '') ?? null;
}
