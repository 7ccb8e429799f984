// Tables: what a panel shows as one, and gives as csv.
import type { Cell, Row } from '../api/types.ts';

export interface Column {
  name: string; ///< of the value in a row
  label: string;
  number?: boolean; ///< aligned right
  show?: (value: Cell, row: Row) => string; ///< as the reader sees it; csv has the value itself
}

export interface TableData {
  columns: Column[];
  rows: Row[];
}

/// RFC 4180. Texts that a spreadsheet would take for a formula get an apostrophe in front.
export function csv(table: TableData): string {
  const lines = [table.columns.map((column) => field(column.name))];
  for (const row of table.rows) lines.push(table.columns.map((column) => field(row[column.name] ?? null)));
  return lines.map((line) => line.join(',') + '\r\n').join('');
}

function field(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/// Columns of rows as they come, for tables that nobody has described: numbers to the right.
export function columnsOf(rows: Row[]): Column[] {
  const names = Object.keys(rows[0] ?? {});
  return names.map((name) => ({ name, label: name.replaceAll('_', ' '), number: rows.some((row) => typeof row[name] === 'number') }));
}

export function sorted(rows: Row[], by: string, down: boolean): Row[] {
  const order = (a: Cell, b: Cell): number => {
    if (a === b) return 0;
    if (a === null || a === undefined) return 1;
    if (b === null || b === undefined) return -1;
    const larger = typeof a === 'string' && typeof b === 'string' ? a.localeCompare(b) : Number(a) - Number(b);
    return down ? -larger : larger;
  };
  return [...rows].sort((x, y) => order(x[by] ?? null, y[by] ?? null));
}
