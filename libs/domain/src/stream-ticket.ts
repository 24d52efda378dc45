/** Where a host is to dial, and the secret that lets it in, once. Travels in a message; the stream itself never does. */
export interface StreamTicket {
  /** `http://…` or `https://…` of the API copy that waits. */
  readonly url: string;
  readonly token: string;
}
