import { useState } from 'preact/hooks';

import type { Cell, Row } from '../api/types.ts';
import { figure } from '../format/numbers.ts';
import { sorted, type Column, type TableData } from '../format/table.ts';

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

/// Sorts by the column whose head is pressed.
export function DataTable({ columns, rows, label, sort, onRow, height = 420 }: Props) {
  const [order, setOrder] = useState(sort);
  const shown = order ? sorted(rows, order.by, order.down) : rows;
  const press = (column: Column) => setOrder((was) => ({ by: column.name, down: was?.by === column.name ? !was.down : column.number === true }));
  return (
    <div class="table-scroll" style={{ maxHeight: `${height}px` }} tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={column.number ? 'number' : ''} aria-sort={order?.by !== column.name ? 'none' : order.down ? 'descending' : 'ascending'}>
                <button class="head" onClick={() => press(column)}>
                  {column.label}
                  <span aria-hidden="true">{order?.by === column.name ? (order.down ? ' ↓' : ' ↑') : ''}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, at) => (
            <tr key={at} class={onRow ? 'link' : ''} onClick={onRow && (() => onRow(row))}>
              {columns.map((column) => (
                <td key={column.name} class={column.number ? 'number' : ''}>
                  {text(column, row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
