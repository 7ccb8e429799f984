import type { Row, Upload } from '../../api/types.ts';
import { useWriting } from '../../app/shop.ts';
import { DataTable } from '../../components/data_table.tsx';
import { Panel } from '../../components/panel.tsx';
import { plainName } from '../../format/arrivals.ts';
import { instant, moment, runBegan } from '../../format/dates.ts';
import type { Writing } from '../../format/measures.ts';
import { number } from '../../format/numbers.ts';
import type { Column, TableData } from '../../format/table.ts';
import type { UploadsBack } from './uploads.ts';

interface Props extends UploadsBack {
  look?: (sha256: string, name: string) => void; ///< at the columns of a file
}

/// Every file that was taken in, the newest first.
export function Files({ of, further, look }: Props) {
  const money = useWriting('revenue');
  const note = look && 'Choose one to see how its columns are read.';
  return (
    <Panel title="Files" note={note} of={of} height={120} table={(v) => tableOf(v.uploads, money)} empty={(v) => v.uploads.length === 0 && 'No file was taken in yet.'}>
      {(v) => (
        <>
          <DataTable {...tableOf(v.uploads, money)} label="Files" sort={{ by: 'first', down: true }} {...(look ? { onRow: (row: Row) => look(String(row.hash), String(row.file)) } : {})} />
          {v.next && <Older uploads={v.uploads.length} loading={of.loading} further={further} />}
        </>
      )}
    </Panel>
  );
}

function Older({ uploads, loading, further }: { uploads: number; loading: boolean; further: () => void }) {
  return (
    <div class="pages">
      <span class="note" role="status">
        Of the last {number(uploads)} uploads
      </span>
      <button disabled={loading} onClick={further}>
        Older ones too
      </button>
    </div>
  );
}

const counted = ['first', 'last', 'rows_read', 'rows_accepted', 'rows_rejected', 'exact_duplicates', 'revenue'];

function tableOf(uploads: Upload[], { whole }: Writing): TableData {
  const rows = uploads.flatMap((upload) =>
    upload.files.map((file): Row => ({
      file: plainName(file.name),
      hash: file.hash,
      came: runBegan(upload.upload) ?? upload.upload,
      ...Object.fromEntries(counted.map((name) => [name, (file.counts[name] ?? null) as Row[string]])),
    })),
  );
  const time = (name: string, label: string): Column => ({ name, label, show: (value) => moment(value as string) });
  const count = (name: string, label: string): Column => ({ name, label, number: true, show: (value) => number(value as number | null) });
  return {
    columns: [
      { name: 'file', label: 'File' },
      time('first', 'First sale'),
      time('last', 'Last sale'),
      count('rows_read', 'Rows'),
      count('rows_accepted', 'Taken in'),
      count('rows_rejected', 'Refused'),
      count('exact_duplicates', 'Doubles'),
      { name: 'revenue', label: 'Revenue', number: true, show: (value) => whole(value as number | null) },
      { name: 'came', label: 'Came', show: (value) => instant(String(value)) },
    ],
    rows,
  };
}
