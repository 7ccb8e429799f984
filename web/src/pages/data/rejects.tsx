import { useState } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import { address, path } from '../../api/client.ts';
import * as data from '../../api/data_calls.ts';
import type { RejectsOfFile } from '../../api/types.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import type { View } from '../../app/view.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { plainName } from '../../format/arrivals.ts';
import { number, percent } from '../../format/numbers.ts';
import { byReason, reasonOf } from '../../format/reasons.ts';
import type { TableData } from '../../format/table.ts';
import './rejects.css';

interface Props {
  view: View;
  dataset: string;
  mayRead: boolean; ///< the rows themselves, which hold what customers wrote
  rowsAccepted: number;
}

const page = 50;

/// What was refused: why, in which files, and the rows.
export function Rejects(props: Props) {
  const { view, dataset, rowsAccepted } = props;
  const of = useAnswer(`rejects ${dataset}`, (signal) => calls.rejects(dataset, signal));
  const files = of.value?.files ?? [];
  const total = files.reduce((sum, file) => sum + file.rows_rejected, 0);
  const note = total > 0 ? `${number(total)} rows, ${percent(total / (total + rowsAccepted), 2)} of all` : undefined;
  const reasons = byReason(files);
  const reason = reasons.find((one) => one.reason === view.more.reason)?.reason ?? '';
  return (
    <>
      <Panel title="Refused rows" class="third" note={note} of={of} empty={() => total === 0 && 'No row was refused: every row of every file counts.'} table={() => reasonTable(files)}>
        {() => <Reasons view={view} reasons={reasons} total={total} chosen={reason} />}
      </Panel>
      {total > 0 && <Rows {...props} files={files} reason={reason} />}
    </>
  );
}

function Reasons({ view, reasons, total, chosen }: { view: View; reasons: ReturnType<typeof byReason>; total: number; chosen: string }) {
  const choose = (reason: string) => change({ more: { ...view.more, reason: reason === chosen ? '' : reason, file: '' } }, 'replace');
  const told = chosen === '' ? null : reasonOf(chosen);
  return (
    <>
      <ul class="reasons">
        {reasons.map((one) => (
          <li key={one.reason}>
            <button aria-pressed={one.reason === chosen} onClick={() => choose(one.reason)}>
              <span>{reasonOf(one.reason).label}</span>
              <span class="number">{number(one.rows)}</span>
              <i style={{ width: `${(100 * one.rows) / total}%` }} />
            </button>
          </li>
        ))}
      </ul>
      {told ? (
        <div class="told" role="status">
          <p>{told.means}</p>
          <p class="note">{told.helps}</p>
        </div>
      ) : (
        <p class="note">Choose one to see what it means and what helps.</p>
      )}
    </>
  );
}

function Rows({ view, dataset, mayRead, files, reason }: Props & { files: RejectsOfFile[]; reason: string }) {
  const fitting = files.filter((file) => reason === '' || (file.rejected_by_reason[reason] ?? 0) > 0);
  const file = fitting.find((one) => one.sha256 === view.more.file) ?? fitting[0]!;
  const key = `${file.sha256} ${reason}`;
  if (mayRead) return <Page key={key} view={view} dataset={dataset} file={file} files={fitting} reason={reason} />;
  const none = { value: files, error: null, loading: false, retry: () => {} };
  return (
    <Panel title="By file" class="two-thirds" note="The rows themselves hold what customers wrote: analysts may read them." of={none} table={(v) => fileTable(v)}>
      {(v) => <DataTable {...fileTable(v)} label="Refused rows by file" sort={{ by: 'rows_rejected', down: true }} height={360} />}
    </Panel>
  );
}

function Page({ view, dataset, file, files, reason }: { view: View; dataset: string; file: RejectsOfFile; files: RejectsOfFile[]; reason: string }) {
  const [offset, setOffset] = useState(0);
  const query = { limit: page, offset, ...(reason === '' ? {} : { reason }) };
  const of = useAnswer(`rejected ${dataset} ${file.sha256} ${reason} ${offset}`, (signal) => data.rejectedRows(dataset, file.sha256, query, signal));
  const actions = (
    <>
      <select aria-label="File" value={file.sha256} onChange={(event) => change({ more: { ...view.more, file: event.currentTarget.value } }, 'replace')}>
        {files.map((one) => (
          <option key={one.sha256} value={one.sha256}>
            {plainName(one.file)} ({number(reason === '' ? one.rows_rejected : one.rejected_by_reason[reason])})
          </option>
        ))}
      </select>
      <a class="button" href={address(path('datasets', dataset, 'rejects', file.sha256))} download>
        All as csv
      </a>
    </>
  );
  return (
    <Panel title={reason === '' ? 'The rows' : `The rows: ${reasonOf(reason).label.toLowerCase()}`} class="two-thirds rejected" of={of} actions={actions} height={360}>
      {(v) => (
        <>
          <DataTable key={offset} {...rowTable(v.rows)} label="Refused rows" height={360} />
          {v.total > page && <Pages offset={offset} total={v.total} set={setOffset} />}
        </>
      )}
    </Panel>
  );
}

function Pages({ offset, total, set }: { offset: number; total: number; set: (offset: number) => void }) {
  return (
    <div class="pages">
      <button disabled={offset === 0} onClick={() => set(Math.max(0, offset - page))}>
        Back
      </button>
      <span class="note" role="status">
        {number(offset + 1)} to {number(Math.min(offset + page, total))} of {number(total)}
      </span>
      <button disabled={offset + page >= total} onClick={() => set(offset + page)}>
        Further
      </button>
    </div>
  );
}

function rowTable(rows: data.RejectedRow[]): TableData {
  return {
    columns: [
      { name: 'line', label: 'Line', number: true },
      { name: 'reason', label: 'Why', show: (value) => reasonOf(String(value)).label },
      { name: 'column', label: 'Column' },
      { name: 'text', label: 'The row as it came' },
    ],
    rows: rows.map((row) => ({ ...row })),
  };
}

function reasonTable(files: RejectsOfFile[]): TableData {
  const rows = files.flatMap((file) => Object.entries(file.rejected_by_reason).map(([reason, count]) => ({ file: plainName(file.file), reason, rows: count })));
  return { columns: [{ name: 'file', label: 'File' }, { name: 'reason', label: 'Why', show: (value) => reasonOf(String(value)).label }, { name: 'rows', label: 'Rows', number: true }], rows };
}

function fileTable(files: RejectsOfFile[]): TableData {
  return { columns: [{ name: 'file', label: 'File' }, { name: 'rows_rejected', label: 'Refused', number: true }], rows: files.map((file) => ({ file: plainName(file.file), rows_rejected: file.rows_rejected })) };
}
