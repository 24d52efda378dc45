import type { ComponentChildren, JSX } from 'preact';
import type { Container } from '../api/types.js';
import { formatAge, formatCommand, formatMib, formatTime } from '../format/format.js';
import { isAdmin } from '../state/session.js';
import { useNow } from '../ui/use-now.js';

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element | null {
  if (children === null || children === undefined || children === '') return null;
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Pairs({ title, pairs }: { readonly title: string; readonly pairs: Container['labels'] }): JSX.Element | null {
  const entries = Object.entries(pairs ?? {});
  if (entries.length === 0) return null;
  return (
    <div class="card">
      <h2>{title}</h2>
      <dl class="pairs mono">
        {entries.map(([name, value]) => (
          <Fact key={name} name={name}>
            {value || '(empty)'}
          </Fact>
        ))}
      </dl>
    </div>
  );
}

const RESTARTS: Readonly<Record<string, string>> = {
  always: 'Always',
  'on-failure': 'After a failure',
  'unless-stopped': 'Unless it was stopped',
};

export function Overview({ container }: { readonly container: Container }): JSX.Element {
  const now = useNow();
  const { image, command, entrypoint, cpu, memory, disk, addresses, ports, workdir, hostname, host } = container;
  const addrs = Object.values(addresses ?? {}).flatMap((list) => list.map(({ addr }) => addr));
  return (
    <div class="grid">
      <div class="card">
        <h2>Process</h2>
        <dl>
          <Fact name="Image">
            <span class="mono">{image}</span>
            {container.image_driver === 'glance' && ' of Glance'}
          </Fact>
          <Fact name="Command">{command?.length ? <span class="mono">{formatCommand(command)}</span> : 'the image’s own'}</Fact>
          <Fact name="Entrypoint">{entrypoint?.length ? <span class="mono">{formatCommand(entrypoint)}</span> : null}</Fact>
          <Fact name="State">{container.status_detail}</Fact>
          <Fact name="Working directory">{workdir}</Fact>
          <Fact name="Terminal">{container.tty ? 'yes' : 'no'}</Fact>
          <Fact name="Restarts">{RESTARTS[container.restart_policy?.Name ?? ''] ?? 'Never'}</Fact>
        </dl>
      </div>
      <div class="card">
        <h2>Resources and place</h2>
        <dl>
          <Fact name="CPU">{`${cpu} cores`}</Fact>
          <Fact name="Memory">{formatMib(Number(memory))}</Fact>
          <Fact name="Disk">{disk ? `${disk} GiB` : null}</Fact>
          <Fact name="Addresses">{addrs.length > 0 ? <span class="mono">{addrs.join(', ')}</span> : 'none yet'}</Fact>
          <Fact name="Ports">{ports?.join(', ')}</Fact>
          <Fact name="Host name">{hostname}</Fact>
          <Fact name="Host">{isAdmin.value ? host : null}</Fact>
          <Fact name="Created">
            {container.created_at && <span title={formatTime(container.created_at)}>{formatAge(container.created_at, now)}</span>}
          </Fact>
          <Fact name="UUID">
            <span class="mono">{container.uuid}</span>
          </Fact>
        </dl>
      </div>
      <Pairs title="Environment" pairs={container.environment} />
      <Pairs title="Labels" pairs={container.labels} />
    </div>
  );
}
