import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Container } from '../api/types.js';
import type { TerminalTarget } from '../state/terminal-session.js';
import { Field } from '../ui/field.js';
import { Empty, ErrorNote } from '../ui/notes.js';
import type { Screen } from '../ui/terminal-screen.js';

const SHELL = 'sh';

type State =
  | { readonly is: 'idle' | 'joining' | 'joined' }
  | { readonly is: 'ended'; readonly reason: string }
  | { readonly is: 'failed'; readonly error: unknown };

/** A terminal in the container: of its own process, or of a command. Whoever leaves the page ends the command, not the process. */
export function TerminalTab({ container }: { readonly container: Container }): JSX.Element {
  const [target, setTarget] = useState<TerminalTarget | null>(null);
  const [command, setCommand] = useState(SHELL);
  if (container.status !== 'Running') {
    return <Empty title="It does not run">A terminal can be opened in a container that is Running.</Empty>;
  }
  if (target) return <Joined container={container} target={target} onLeave={() => setTarget(null)} />;
  return (
    <div class="grid">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          setTarget({ kind: 'command', command });
        }}
      >
        <h2>Run a command</h2>
        <Field label="Command" hint="A shell, if the image has one. It ends when you leave.">
          <input class="mono" value={command} onInput={(event) => setCommand(event.currentTarget.value)} required />
        </Field>
        <div class="buttons">
          <button type="submit" class="primary">
            Open terminal
          </button>
        </div>
      </form>
      <div class="card">
        <h2>Attach</h2>
        <p class="muted">
          {container.interactive
            ? 'Join the container’s own process. What you type goes to it; it goes on when you leave.'
            : 'The container was not created as interactive: its own process has no input.'}
        </p>
        <div class="buttons">
          <button type="button" disabled={!container.interactive} onClick={() => setTarget({ kind: 'attach' })}>
            Attach
          </button>
        </div>
      </div>
    </div>
  );
}

interface JoinedProps {
  readonly container: Container;
  readonly target: TerminalTarget;
  readonly onLeave: () => void;
}

function Joined({ container, target, onLeave }: JoinedProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<State>({ is: 'joining' });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let screen: Screen | undefined;
    let isOver = false;
    setState({ is: 'joining' });
    const start = async (): Promise<void> => {
      const onEnd = (reason: string): void => {
        if (!isOver) setState({ is: 'ended', reason });
      };
      try {
        // Most of the console's size; needed by who opens a terminal only.
        const { showTerminal } = await import('../ui/terminal-screen.js');
        screen = await showTerminal(place.current!, container.uuid, target, onEnd);
        if (isOver) screen.close();
        else setState({ is: 'joined' });
      } catch (error) {
        if (!isOver) setState({ is: 'failed', error });
      }
    };
    void start();
    return () => {
      isOver = true;
      screen?.close();
    };
  }, [container.uuid, target, round]);
  const isOver = state.is === 'ended' || state.is === 'failed';
  return (
    <>
      <div class="toolbar">
        <span class={`status ${state.is === 'joined' ? 'good' : isOver ? 'idle' : 'busy'}`} role="status">
          <span class="dot" aria-hidden="true" />
          <span>
            {state.is === 'joined'
              ? 'Connected'
              : state.is === 'ended'
                ? state.reason
                : isOver
                  ? 'Not connected'
                  : 'Connecting …'}
          </span>
        </span>
        <span class="mono muted">{target.kind === 'attach' ? 'its own process' : target.command}</span>
        {isOver && (
          <button type="button" class="primary" onClick={() => setRound(round + 1)}>
            Connect again
          </button>
        )}
        <button type="button" onClick={onLeave}>
          Leave
        </button>
      </div>
      {state.is === 'failed' && <ErrorNote error={state.error} />}
      <div class="terminal-place" ref={place} />
    </>
  );
}
