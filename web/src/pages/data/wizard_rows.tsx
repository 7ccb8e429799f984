import { useState } from 'preact/hooks';

import type { Preview } from '../../api/data_calls.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Segments, type Segment } from '../../components/segments.tsx';
import { number } from '../../format/numbers.ts';
import { reasonOf } from '../../format/reasons.ts';
import type { TableData } from '../../format/table.ts';
import { partsOf, takenTable } from './wizard_parts.ts';

type Tab = 'taken' | 'refused';

/// The first rows as they stand in the file, and below what would become of them.
export function WizardRows({ preview, tried }: { preview: Preview; tried: Record<string, string> }) {
  const [tab, setTab] = useState<Tab>('taken');
  const refused = preview.counts?.rows_rejected ?? 0;
  const tabs: Segment<Tab>[] = [
    { value: 'taken', label: 'As taken in' },
    { value: 'refused', label: `Refused${refused > 0 ? ` (${number(refused)})` : ''}` },
  ];
  return (
    <div class="wizard-rows">
      <h3>As in the file</h3>
      <Raw preview={preview} tried={tried} />
      <Segments label="Rows" of={tabs} chosen={tab} choose={setTab} />
      {tab === 'taken' && (preview.rows.length > 0 ? <DataTable {...takenTable(preview.rows)} label="Rows as taken in" height={300} /> : <p class="empty">Nothing can be taken in yet.</p>)}
      {tab === 'refused' && (preview.rejects.length > 0 ? <DataTable {...refusedTable(preview)} label="Refused rows" height={300} /> : <p class="empty">No row is refused.</p>)}
    </div>
  );
}

/// Heads say which part a column plays.
function Raw({ preview, tried }: { preview: Preview; tried: Record<string, string> }) {
  const { columns, head } = preview;
  return (
    <div class="table-scroll raw" tabIndex={0} role="group" aria-label="First rows of the file">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col">
                {column.name}
                <Parts labels={partsOf(column.name, tried, preview)} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {head.map((cells, at) => (
            <tr key={at}>
              {columns.map((column, i) => (
                <td key={column.name} class={column.type === 'number' || column.type === 'integer' ? 'number' : ''}>
                  {cells[i] ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Parts({ labels }: { labels: string[] }) {
  return (
    <span class="parts">
      {labels.map((label) => (
        <span key={label} class="badge good">
          {label}
        </span>
      ))}
    </span>
  );
}

function refusedTable({ rejects }: Preview): TableData {
  return {
    columns: [
      { name: 'line', label: 'Line', number: true },
      { name: 'reason', label: 'Why', show: (value) => reasonOf(String(value)).label },
      { name: 'column', label: 'Column' },
      { name: 'text', label: 'Row' },
    ],
    rows: rejects,
  };
}
