import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { quotaOf, setQuota } from '../api/admin.js';
import { messageOf } from '../api/api-error.js';
import { QUOTA_NAMES, type QuotaName, type QuotaUsages } from '../api/types.js';
import { formatMib, formatNumber } from '../format/format.js';
import { isAdmin, session } from '../state/session.js';
import { tell } from '../state/toasts.js';
import { Field } from '../ui/field.js';
import { Meter } from '../ui/meter.js';
import { ErrorNote, Loading } from '../ui/notes.js';
import { useLoad } from '../ui/use-load.js';

const LABELS: Readonly<Record<QuotaName, { label: string; unit: string; format: (value: number) => string }>> = {
  containers: { label: 'Containers', unit: '', format: formatNumber },
  cpu: { label: 'CPU', unit: 'cores', format: (cores) => `${formatNumber(cores)} cores` },
  memory: { label: 'Memory', unit: 'MiB', format: formatMib },
  disk: { label: 'Disk', unit: 'GiB', format: (gib) => `${formatNumber(gib)} GiB` },
};

/** What the project may have, and has. Administrators look at others, too, and set the limits. */
export function Quotas(): JSX.Element {
  const own = session.value!.project.id;
  const [project, setProject] = useState(own);
  const { value, error, reload } = useLoad(() => quotaOf(project), project);
  return (
    <>
      <div class="title-row">
        <h1>Quotas</h1>
      </div>
      {isAdmin.value && <ProjectChoice project={project} onChange={setProject} />}
      {error !== null && <ErrorNote error={error} retry={reload} />}
      {!value && error === null && <Loading what="quotas" />}
      {value && (
        <div class="grid">
          <div class="card">
            <h2>In use</h2>
            {QUOTA_NAMES.map((name) => (
              <Meter
                key={name}
                label={LABELS[name].label}
                used={value[name].in_use}
                limit={value[name].limit}
                format={LABELS[name].format}
              />
            ))}
          </div>
          {isAdmin.value && <Limits key={project + JSON.stringify(value)} project={project} usages={value} reload={reload} />}
        </div>
      )}
    </>
  );
}

function ProjectChoice(props: { readonly project: string; readonly onChange: (project: string) => void }): JSX.Element {
  const [typed, setTyped] = useState(props.project);
  return (
    <form
      class="toolbar"
      onSubmit={(event) => {
        event.preventDefault();
        props.onChange(typed.trim());
      }}
    >
      <Field label="Project id">
        <input class="mono" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} required />
      </Field>
      <button type="submit">Show</button>
    </form>
  );
}

interface LimitsProps {
  readonly project: string;
  readonly usages: QuotaUsages;
  readonly reload: () => void;
}

function Limits({ project, usages, reload }: LimitsProps): JSX.Element {
  const [limits, setLimits] = useState(() => QUOTA_NAMES.map((name) => [name, String(usages[name].limit)] as const));
  const [error, setError] = useState<string>();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const changed = limits.filter(([name, text]) => Number(text) !== usages[name].limit);
    try {
      await setQuota(project, Object.fromEntries(changed.map(([name, text]) => [name, Number(text)])));
      tell('The limits are set.');
      reload();
    } catch (refusal) {
      setError(messageOf(refusal));
    }
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)}>
      <h2>Limits</h2>
      <p class="muted">−1 is no limit. A limit holds from the moment it is set.</p>
      {limits.map(([name, text]) => (
        <Field key={name} label={[LABELS[name].label, LABELS[name].unit].filter(Boolean).join(', ')}>
          <input
            inputMode="numeric"
            pattern="-?[0-9]+"
            value={text}
            required
            onInput={({ currentTarget }) =>
              setLimits(limits.map((limit) => (limit[0] === name ? [name, currentTarget.value] : limit)))
            }
          />
        </Field>
      ))}
      {error !== undefined && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
      <div class="buttons end">
        <button type="submit" class="primary">
          Set limits
        </button>
      </div>
    </form>
  );
}
