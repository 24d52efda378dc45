import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { openTerminal, type TerminalTarget } from '../state/terminal-session.js';

export interface Screen {
  close(): void;
}

/** The same in light and dark pages: programs choose their colours for a dark screen. */
const THEME = { background: '#10141c', foreground: '#e6e9ef', cursor: '#8fb2ff', selectionBackground: '#34435e' };

/**
 * Shows a terminal that fills a place and follows its size.
 * @param onEnd is told why it has ended
 * @throws ApiError, or Error when there is no connection
 */
export async function showTerminal(
  place: HTMLElement,
  uuid: string,
  target: TerminalTarget,
  onEnd: (reason: string) => void,
): Promise<Screen> {
  place.replaceChildren();
  const fontFamily = getComputedStyle(place).fontFamily;
  const terminal = new Terminal({ theme: THEME, fontFamily, fontSize: 14, cursorBlink: true, screenReaderMode: true });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  fit.fit();
  const session = await openTerminal(uuid, target, { onOutput: (bytes) => terminal.write(bytes), onEnd }).catch(
    (error: unknown) => {
      terminal.dispose();
      throw error;
    },
  );
  terminal.onData((text) => session.type(text));
  terminal.onResize(({ cols, rows }) => session.resize(cols, rows));
  session.resize(terminal.cols, terminal.rows);
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(place);
  terminal.focus();
  return {
    close: () => {
      observer.disconnect();
      session.close();
      terminal.dispose();
    },
  };
}
