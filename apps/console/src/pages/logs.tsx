import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { followLogs } from '../api/streams.js';
import type { Container } from '../api/types.js';
import { plainText, tailOf } from '../format/log-text.js';
import { Check } from '../ui/field.js';
import { Empty, ErrorNote } from '../ui/notes.js';

const TAIL_LINES = 1_000;
/** More would make the page slow; the whole log is for the API. */
const MAX_CHARACTERS = 500_000;

type State = 'following' | 'ended' | 'failed';

/** The end of the log, and what is added to it. */
export function Logs({ container }: { readonly container: Container }): JSX.Element {
  const { uuid, status, name } = container;
  const [text, setText] = useState('');
  const [state, setState] = useState<State>('following');
  const [error, setError] = useState<unknown>(null);
  const [hasTimes, setHasTimes] = useState(false);
  const [round, setRound] = useState(0);
  const view = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  const isStarted = status !== 'Creating';

  useEffect(() => {
    if (!isStarted) return;
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      setText('');
      setError(null);
      setState('following');
      try {
        for await (const piece of followLogs(uuid, TAIL_LINES, hasTimes, { signal: stop.signal }))
          setText((before) => tailOf(before + piece, MAX_CHARACTERS));
        if (!stop.signal.aborted) setState('ended');
      } catch (refusal) {
        if (stop.signal.aborted) return;
        setError(refusal);
        setState('failed');
      }
    };
    void follow();
    return () => stop.abort();
    // A container that is started again has more to say.
  }, [uuid, hasTimes, round, isStarted, status === 'Running']);

  useEffect(() => {
    if (isAtEnd.current && view.current) view.current.scrollTop = view.current.scrollHeight;
  }, [text]);

  if (!isStarted) return <Empty title="Not started yet">The log begins when the container does.</Empty>;
  return (
    <>
      <div class="toolbar">
        <span class={`status ${state === 'following' ? 'good' : 'idle'}`} role="status">
          <span class="dot" aria-hidden="true" />
          <span>{state === 'following' ? 'Following' : state === 'ended' ? 'Its output has ended' : 'Not following'}</span>
        </span>
        <Check label="Times" checked={hasTimes} onChange={setHasTimes} />
        {state !== 'following' && (
          <button type="button" onClick={() => setRound(round + 1)}>
            Follow again
          </button>
        )}
        <span class="muted small">The last {TAIL_LINES} lines, and what comes</span>
      </div>
      {error !== null && <ErrorNote error={error} />}
      <pre
        ref={view}
        class="log"
        tabIndex={0}
        role="log"
        aria-label={`Log of ${name}`}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        {text === '' && state !== 'failed' ? 'Nothing was printed yet.' : plainText(text)}
      </pre>
    </>
  );
}
