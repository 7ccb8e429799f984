// Parts that columns play, and how a mapping is shown. Pure.
import { dimensionKey, type Column as Found, type Preview } from '../../api/data_calls.ts';
import type { Cell, Row } from '../../api/types.ts';
import { columnsOf, type Column, type TableData } from '../../format/table.ts';
import { moment } from '../../format/dates.ts';
import { plain } from '../../format/numbers.ts';

export interface Part {
  name: string;
  label: string;
  hint: string;
}

export const parts: readonly Part[] = [
  { name: 'time', label: 'Time of the order', hint: 'the only one needed' },
  { name: 'order_id', label: 'Order', hint: 'rows with the same one are one order' },
  { name: 'product', label: 'Product', hint: 'what was ordered' },
  { name: 'quantity', label: 'Quantity', hint: 'without it each row is one unit' },
  { name: 'unit_price', label: 'Price of a unit', hint: '' },
  { name: 'revenue', label: 'Price of the row', hint: 'without it quantity times price' },
  { name: 'customer', label: 'Customer', hint: 'who ordered' },
  { name: 'place', label: 'Place', hint: 'a shop, a city, an address' },
];

export interface Format {
  name: string;
  label: string;
  choices: [value: string, label: string][];
}

export const formats: readonly Format[] = [
  { name: 'date_order', label: 'Days and months', choices: [['auto', 'as the column tells'], ['mdy', 'month first: 12/31/2025'], ['dmy', 'day first: 31/12/2025'], ['ymd', 'year first: 2025/12/31']] },
  { name: 'decimal', label: 'Decimals', choices: [['auto', 'as the column tells'], ['.', 'point: 9.50'], [',', 'comma: 9,50']] },
  { name: 'delimiter', label: 'Between cells', choices: [['auto', 'as the file tells'], [',', 'comma'], [';', 'semicolon'], ['\t', 'tab'], ['|', 'bar']] },
  { name: 'header', label: 'First row', choices: [['true', 'names the columns'], ['false', 'is an order already']] },
  { name: 'returns', label: 'Returns', choices: [['net', 'are subtracted'], ['keep', 'count as orders'], ['drop', 'are left out']] },
];

/// What the settings say of a format, as dataset.toml writes it; "" where it says nothing.
export function settingIn(toml: string | null, name: string): string {
  const key = name === 'returns' ? 'policy' : name;
  const found = new RegExp(`^${key} *= *(?:"((?:[^"\\\\]|\\\\.)*)"|'([^']*)'|(true|false))`, 'm').exec(toml ?? '');
  return (found?.[1] ?? found?.[2] ?? found?.[3] ?? '').replaceAll('\\t', '\t');
}

/// The column of a part: what was tried, else what the server has found.
export function columnOf(part: string, tried: Record<string, string>, preview: Preview | null): string {
  return tried[part] ?? preview?.mapping.find((one) => one.part === part)?.column ?? '';
}

/// Labels of the parts that a column plays.
export function partsOf(column: string, tried: Record<string, string>, preview: Preview): string[] {
  return parts.filter((part) => columnOf(part.name, tried, preview) === column).map((part) => part.label);
}

export interface DimensionChoice {
  column: string;
  isChosen: boolean;
  isStored: boolean; ///< it stands in the settings, where it can be taken out
}

/// Columns that sales can be cut by: those that play no part, and those that do already.
export function dimensionChoices(tried: Record<string, string>, preview: Preview): DimensionChoice[] {
  const section = /^\[dimensions\][^\n]*\n((?:(?!\[)[^\n]*\n?)*)/m.exec(preview.toml ?? '')?.[1] ?? '';
  const list = preview.columns.map(({ name }): DimensionChoice => {
    const now = tried[dimensionKey(name)];
    const isStored = now === undefined && [`"\\"${name}\\""`, `'"${name}"'`].some((whole) => section.includes(`= ${whole}`));
    return { column: name, isChosen: isStored || (now ?? '') !== '', isStored };
  });
  return list.filter((one) => one.isChosen || partsOf(one.column, tried, preview).length === 0);
}

/// Columns that fit a part first: times for the time, numbers for amounts.
export function sortedFor(part: string, columns: Found[]): Found[] {
  const wanted = part === 'time' ? ['time'] : ['quantity', 'unit_price', 'revenue'].includes(part) ? ['number', 'integer'] : [];
  const fits = (column: Found) => wanted.length === 0 || wanted.includes(column.type);
  return [...columns.filter(fits), ...columns.filter((column) => !fits(column))];
}

/// Rows as they would be taken in, without columns that none of them has; parts first, then dimensions.
export function takenTable(rows: Row[]): TableData {
  const used = columnsOf(rows).filter((column) => rows.some((row) => row[column.name] !== null && row[column.name] !== ''));
  const shown = used.filter((column) => !['line', 'instant', 'returned'].includes(column.name));
  const place = (column: Column) => (parts.findIndex((part) => part.name === column.name) + parts.length + 1) % (parts.length + 1);
  const columns = shown.sort((a, b) => place(a) - place(b)).map((column) => ({ ...column, label: parts.find((part) => part.name === column.name)?.label ?? column.label }));
  return { columns: columns.map((column) => ({ ...column, show: column.name === 'time' ? (value) => moment(String(value)) : asRead })), rows };
}

/// No digit less than the file has.
function asRead(value: Cell): string {
  return typeof value === 'number' ? plain(value) : String(value ?? '');
}

/// "All of the first 1,000 rows can be taken in."
export function verdict(preview: Preview, number: (value: number) => string): string {
  const { counts } = preview;
  if (!counts) return '';
  const which = preview.whole ? `all ${number(counts.rows_read)} rows` : `the first ${number(counts.rows_read)} rows`;
  if (counts.rows_rejected === 0) return `Of ${which} every one can be taken in.`;
  return `Of ${which} ${number(counts.rows_accepted)} can be taken in, ${number(counts.rows_rejected)} would be refused.`;
}
