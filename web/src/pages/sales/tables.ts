// What the parts of the page are as tables. Pure.
import type { Row } from '../../api/types.ts';
import { bucketLabel, clockTime, weekdays } from '../../format/dates.ts';
import { measureName, writingOf, type Writing } from '../../format/measures.ts';
import { percent } from '../../format/numbers.ts';
import type { Column, TableData } from '../../format/table.ts';
import type { Choice } from './question.ts';

function measureColumn(measure: string, { whole }: Writing): Column {
  return { name: measure, label: measureName(measure), number: true, show: (value) => whole(value as number | null) };
}

export function timeTable(rows: Row[], choice: Choice, currency: string, shown: string[] = [choice.measure]): TableData {
  const when: Column = { name: 'ds', label: 'When', show: (value) => bucketLabel(String(value), choice.grain) };
  return { columns: [when, ...shown.map((one) => measureColumn(one, writingOf(one, currency)))], rows };
}

export function valueTable(rows: Row[], dimension: string, { shown, measure, currency }: { shown: string[]; measure: string; currency: string }): TableData {
  const all = rows.reduce((sum, row) => sum + Number(row[measure] ?? 0), 0);
  const share: Column = { name: 'share', label: 'Share of these', number: true, show: (value) => percent(value as number) };
  const name: Column = { name: dimension, label: dimension, show: (value) => String(value ?? '') || '(none)' };
  const columns = [name, ...shown.map((one) => measureColumn(one, writingOf(one, currency))), share];
  return { columns, rows: rows.map((row) => ({ ...row, share: all === 0 ? 0 : Number(row[measure] ?? 0) / all })) };
}

/// Hour, weekday from Monday, value.
export type HourOfWeek = [number, number, number];

export const hourLabel = (hour: number) => `2024-01-01T${String(hour).padStart(2, '0')}:00`;

export function heatTable(cells: HourOfWeek[], measure: string, writing: Writing): TableData {
  const days = weekdays();
  return {
    columns: [
      { name: 'weekday', label: 'Weekday' },
      { name: 'hour', label: 'Hour', number: true, show: (value) => clockTime(hourLabel(Number(value))) },
      measureColumn(measure, writing),
    ],
    rows: cells.map(([hour, day, value]) => ({ weekday: days[day]!, hour, [measure]: value })),
  };
}
