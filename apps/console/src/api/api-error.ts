/** A refusal of the API, in its own words. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0: there was no answer. */
    readonly status: number,
    message: string,
    readonly requestId: string | null,
  ) {
    super(message);
  }
}

type Envelope = {
  readonly errors?: readonly { readonly detail?: string; readonly title?: string }[];
  readonly error?: { readonly message?: string };
};

/** Reads Zun's envelope, and that of a 401. */
export async function errorOf(response: Response): Promise<ApiError> {
  const { errors, error } = (await response.json().catch(() => ({}))) as Envelope;
  const said = errors?.[0]?.detail || errors?.[0]?.title || error?.message;
  const fallback = `The API answered ${response.status}.`;
  return new ApiError(response.status, said || fallback, response.headers.get('x-openstack-request-id'));
}

/**
 * The fields that a refused request is about. The API begins with the field's name (`name: must …`), or quotes it (`Invalid input for 'name'`).
 * @param names the fields that the form has
 */
export function fieldOf(message: string, names: readonly string[]): string | undefined {
  const named = /^([a-z_]+)(?:[./[][^:]*)?:/.exec(message)?.[1] ?? /for(?: field)? '([a-z_]+)/.exec(message)?.[1];
  return names.find((name) => name === named);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
