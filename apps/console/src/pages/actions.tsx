import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { actionEvents, listActions } from '../api/containers.js';
import type { Container, ContainerAction } from '../api/types.js';
import { formatDuration, formatTime, parseTime } from '../format/format.js';
import { Empty, ErrorNote, Loading } from '../ui/notes.js';
import { Badge } from '../ui/status.js';
import { useLoad } from '../ui/use-load.js';

/** What was done to a container, newest first; each with its steps, and what they failed with. */
export function Actions({ container }: { readonly container: Container }): JSX.Element {
  const { uuid, status, task_state, updated_at } = container;
  const { value, error, reload } = useLoad(() => listActions(uuid), uuid);
  const stamp = `${status} ${task_state} ${updated_at}`;
  const [seen, setSeen] = useState(stamp);
  // Whatever happens to the container may be the end of an action.
  if (seen !== stamp) {
    setSeen(stamp);
    reload();
  }
  if (error !== null) return <ErrorNote error={error} retry={reload} />;
  if (!value) return <Loading what="its actions" />;
  if (value.length === 0) return <Empty title="Nothing was done to it yet" />;
  return (
    <ol class="timeline">
      {value.map((action) => (
        <Action key={action.request_id + action.action} uuid={uuid} action={action} />
      ))}
    </ol>
  );
}

function outcomeOf({ message, finish_time }: ContainerAction): { tone: string; text: string } {
  if (message !== null && message !== '') return { tone: 'bad', text: 'Failed' };
  return finish_time === null ? { tone: 'busy', text: 'Under way' } : { tone: 'good', text: 'Done' };
}

function Action({ uuid, action }: { readonly uuid: string; readonly action: ContainerAction }): JSX.Element {
  const { start_time, finish_time, request_id } = action;
  const { tone, text } = outcomeOf(action);
  const hasFailed = tone === 'bad';
  const [isOpen, setOpen] = useState(hasFailed);
  return (
    <li class="card">
      <div class="timeline-head">
        <h2>{action.action.replaceAll('_', ' ')}</h2>
        <Badge tone={tone}>{text}</Badge>
        <span class="muted">
          {start_time && formatTime(start_time)}
          {start_time &&
            finish_time &&
            ` · took ${formatDuration(Number(parseTime(finish_time)) - Number(parseTime(start_time)))}`}
        </span>
      </div>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Steps</summary>
        {isOpen && <Steps uuid={uuid} requestId={request_id} />}
        <p class="small muted mono">{request_id}</p>
      </details>
    </li>
  );
}

function Steps({ uuid, requestId }: { readonly uuid: string; readonly requestId: string }): JSX.Element {
  const { value, error } = useLoad(() => actionEvents(uuid, requestId), requestId);
  if (error !== null) return <ErrorNote error={error} />;
  if (!value) return <Loading what="its steps" />;
  if (value.length === 0) return <p class="muted">No steps were recorded.</p>;
  return (
    <ul class="steps">
      {value.map(({ event, result, traceback, start_time }) => (
        <li key={event + start_time}>
          <span class="mono">{event}</span> {result && <Badge tone={result === 'Success' ? 'good' : 'bad'}>{result}</Badge>}
          {traceback && <pre class="log small">{traceback}</pre>}
        </li>
      ))}
    </ul>
  );
}
