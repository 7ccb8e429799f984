import { useState } from 'preact/hooks';

import type { Cell, Row } from '../api/types.ts';
import { figure, number } from '../format/numbers.ts';
import { sorted, type Column, type TableData } from '../format/table.ts';
import './data_table.css';

interface Props extends TableData {
  label: string;
  sort?: { by: string; down: boolean };
  onRow?: (row: Row) => void;
  height?: number; ///< of the part that scrolls, in pixels
}

function text(column: Column, row: Row): string {
  const value: Cell = row[column.name] ?? null;
  if (column.show) return column.show(value, row);
  if (typeof value === 'number') return figure(value);
  return value === null ? '' : String(value);
}

const atOnce = 200; // rows: of thousands the browser would be busy for seconds

/// Sorts by the column whose head is pressed; of many rows the first ones, and more when asked for.
export function DataTable({ columns, rows, label, sort, onRow, height = 420 }: Props) {
  const [order, setOrder] = useState(sort);
  const [most, setMost] = useState(atOnce);
  const shown = order ? sorted(rows, order.by, order.down) : rows;
  const press = (column: Column) => setOrder((was) => ({ by: column.name, down: was?.by === column.name ? !was.down : column.number === true }));
  return (
    <div class="table-scroll" style={{ maxHeight: `${height}px` }} tabIndex={0} role="group" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.name} column={column} order={order} press={press} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, most).map((row, at) => (
            <Line key={at} columns={columns} row={row} onRow={onRow} />
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <button class="quiet wide" onClick={() => setMost(most + 5 * atOnce)}>
          {number(most)} of {number(rows.length)} rows are shown: show more
        </button>
      )}
    </div>
  );
}

type Order = Props['sort'];

function Head({ column, order, press }: { column: Column; order: Order; press: (column: Column) => void }) {
  const sorts = order?.by === column.name;
  return (
    <th scope="col" class={column.number ? 'number' : ''} aria-sort={!sorts ? 'none' : order.down ? 'descending' : 'ascending'}>
      <button class="head" onClick={() => press(column)}>
        {column.label}
        <span aria-hidden="true">{sorts ? (order.down ? ' ↓' : ' ↑') : ''}</span>
      </button>
    </th>
  );
}

/// A row that leads somewhere has a button in its first cell, for keys; the mouse may take all of it.
function Line({ columns, row, onRow }: { columns: Column[]; row: Row; onRow: ((row: Row) => void) | undefined }) {
  return (
    <tr class={onRow ? 'link' : ''} onClick={onRow && (() => onRow(row))}>
      {columns.map((column, at) => (
        <td key={column.name} class={column.number ? 'number' : ''}>
          {onRow && at === 0 ? <button class="row-link">{text(column, row)}</button> : text(column, row)}
        </td>
      ))}
    </tr>
  );
}
