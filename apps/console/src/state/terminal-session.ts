import { attachUrl, resizeTerminal, startShell } from '../api/containers.js';

/** What a terminal is joined to: the container's own process, or a command in it. */
export type TerminalTarget = { readonly kind: 'attach' } | { readonly kind: 'command'; readonly command: string };

export interface TerminalEvents {
  readonly onOutput: (bytes: Uint8Array) => void;
  /** @param reason in the API's words */
  readonly onEnd: (reason: string) => void;
}

/** A terminal that is joined. */
export interface TerminalSession {
  type(text: string): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

/** How long a window is quiet before its size is told: each is a request. */
const RESIZE_MS = 120;

/**
 * The API serves websockets at its own address, whatever address a proxy of its own has: so a page that has come through a proxy that
 * ends TLS gets its websocket through it, too.
 */
export function socketUrl(given: string, page: string): string {
  const url = new URL('../', page);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = new URL(given).search;
  return url.href;
}

/** Joins a terminal. @throws ApiError when that is refused; Error when the websocket does not open */
export async function openTerminal(uuid: string, target: TerminalTarget, events: TerminalEvents): Promise<TerminalSession> {
  const joined = target.kind === 'attach' ? null : await startShell(uuid, target.command);
  const url = joined ? joined.proxy_url : await attachUrl(uuid);
  const socket = new WebSocket(socketUrl(url, document.baseURI), ['binary']);
  socket.binaryType = 'arraybuffer';
  await opened(socket);
  socket.addEventListener('message', ({ data }) => events.onOutput(new Uint8Array(data as ArrayBuffer)));
  socket.addEventListener('close', ({ reason }) => events.onEnd(reason || 'The connection broke.'));
  const encoder = new TextEncoder();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    type: (text) => socket.readyState === WebSocket.OPEN && socket.send(encoder.encode(text)),
    resize: (columns, rows) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        // A process that ends just now has no size any more.
        void resizeTerminal(uuid, joined?.exec_id ?? null, columns, rows).catch(() => undefined);
      }, RESIZE_MS);
    },
    close: () => {
      clearTimeout(timer);
      socket.close();
    },
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('The websocket could not be opened.')), { once: true });
  });
}
