import * as calls from '../../api/calls.ts';
import type { DatasetStatus, RejectsOfFile, Row, Upload } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { moment } from '../../format/dates.ts';
import { number } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import type { PageProps } from '../pages.ts';

export default function Data({ dataset }: PageProps) {
  const status = useAnswer(`status ${dataset}`, (signal) => calls.status(dataset, signal));
  const uploads = useAnswer(`uploads ${dataset}`, (signal) => calls.uploads(dataset, 100, signal));
  const rejects = useAnswer(`rejects ${dataset}`, (signal) => calls.rejects(dataset, signal));
  return (
    <div class="grid">
      <Panel title="State" class="third" of={status}>
        {(v) => <Facts status={v} />}
      </Panel>
      <Panel title="Refused rows" class="two-thirds" of={rejects} table={(v) => rejectTable(v.files)} empty={(v) => v.files.length === 0 && 'No row was refused.'}>
        {(v) => <DataTable {...rejectTable(v.files)} label="Refused rows" sort={{ by: 'rows_rejected', down: true }} height={300} />}
      </Panel>
      <Panel title="Files" of={uploads} table={(v) => fileTable(v.uploads)} empty={(v) => v.uploads.length === 0 && 'Nothing came in yet.'}>
        {(v) => <DataTable {...fileTable(v.uploads)} label="Files" sort={{ by: 'first', down: true }} />}
      </Panel>
    </div>
  );
}

function Facts({ status }: { status: DatasetStatus }) {
  return (
    <dl class="facts">
      <dt>Order lines</dt>
      <dd>{number(status.rows_accepted)}</dd>
      <dt>First sale</dt>
      <dd>{moment(status.first)}</dd>
      <dt>Last sale</dt>
      <dd>{moment(status.last)}</dd>
      <dt>Uploads</dt>
      <dd>{number(status.uploads)}</dd>
      <dt>Waiting files</dt>
      <dd>{number(status.waiting)}</dd>
      <dt>Files given up</dt>
      <dd>{number(status.dead)}</dd>
      {status.settings_error && (
        <>
          <dt>Settings</dt>
          <dd class="bad-text">{status.settings_error}</dd>
        </>
      )}
    </dl>
  );
}

function rejectTable(files: RejectsOfFile[]): TableData {
  const rows = files.map((file): Row => ({
    file: file.file,
    rows_rejected: file.rows_rejected,
    reasons: Object.entries(file.rejected_by_reason)
      .map(([reason, count]) => `${reason.replaceAll('_', ' ')} ${number(count)}`)
      .join(', '),
  }));
  return {
    columns: [
      { name: 'file', label: 'File' },
      { name: 'rows_rejected', label: 'Rows', number: true },
      { name: 'reasons', label: 'Why' },
    ],
    rows,
  };
}

function fileTable(uploads: Upload[]): TableData {
  const rows = uploads.flatMap((upload) =>
    upload.files.map((file): Row => ({
      file: file.name,
      upload: upload.upload,
      ...Object.fromEntries(['first', 'last', 'rows_read', 'rows_accepted', 'rows_rejected', 'exact_duplicates', 'revenue'].map((name) => [name, (file.counts[name] ?? null) as Row[string]])),
    })),
  );
  const count = (name: string, label: string) => ({ name, label, number: true, show: (value: unknown) => number(value as number | null) });
  return {
    columns: [
      { name: 'file', label: 'File' },
      { name: 'first', label: 'First sale', show: (value) => moment(value as string) },
      { name: 'last', label: 'Last sale', show: (value) => moment(value as string) },
      count('rows_read', 'Rows read'),
      count('rows_accepted', 'Accepted'),
      count('rows_rejected', 'Refused'),
      count('exact_duplicates', 'Doubles'),
      count('revenue', 'Revenue'),
      { name: 'upload', label: 'Upload' },
    ],
    rows,
  };
}
