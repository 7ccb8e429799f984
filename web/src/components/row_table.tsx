import type { ComponentChildren } from 'preact';

import './row_table.css';

export interface Cell<T> {
  label: string; ///< '' of buttons
  number?: boolean;
  show: (row: T) => ComponentChildren;
}

interface Props<T> {
  label: string;
  cells: Cell<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  chosen?: (row: T) => boolean;
}

/// Numbers and buttons stand at the right.
function classOf<T>(cell: Cell<T>): string {
  return cell.number ? 'number' : cell.label === '' ? 'actions' : '';
}

/// A short table whose cells hold more than text: links, signs, buttons.
export function RowTable<T>({ label, cells, rows, keyOf, chosen }: Props<T>) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label={label}>
      <table class="rows">
        <thead>
          <tr>
            {cells.map((cell) => (
              <th key={cell.label} scope="col" class={classOf(cell)}>
                {cell.label || <span class="visually-hidden">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} class={chosen?.(row) ? 'chosen' : ''}>
              {cells.map((cell) => (
                <td key={cell.label} class={classOf(cell)}>
                  {cell.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
