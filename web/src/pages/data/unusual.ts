// What is unusual in a panel, as words and tables. Pure.
import type { PanelQuality } from '../../api/data_calls.ts';
import type { Row } from '../../api/types.ts';
import { moment } from '../../format/dates.ts';
import { figure, number, percent } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import type { TableData } from '../../format/table.ts';

export function unusualNote({ outliers, level_shifts: shifts, latest }: PanelQuality): string {
  const all = outliers + shifts;
  return `${number(outliers)} outliers and ${number(shifts)} shifts of a level${all > latest.length && latest.length > 0 ? `; the latest ${latest.length}` : ''}. Choose one to see it in its series.`;
}

export function gapNote({ empty_share: share, series }: PanelQuality): string {
  return share === null ? '' : `${percent(share)} of all buckets of ${number(series)} series are empty. The longest gap of each series.`;
}

export function emptyGaps({ gaps }: PanelQuality): string | false {
  if (gaps === null) return 'This panel is too large to look for gaps while you wait.';
  return gaps.length === 0 && 'No bucket is empty.';
}

export function unusualTable({ latest }: PanelQuality): TableData {
  return {
    columns: [
      { name: 'ds', label: 'When', show: (value) => moment(String(value)) },
      { name: 'unique_id', label: 'Series', show: (value) => seriesName(String(value)) },
      { name: 'kind', label: 'What', show: (_, row) => kindOf(row) },
      { name: 'value', label: 'Sold', number: true, show: (value) => figure(value as number | null) },
      { name: 'expected', label: 'Expected', number: true, show: (value) => figure(value as number | null) },
      { name: 'treatment', label: 'Models see', show: (value) => treatments[String(value)] ?? String(value ?? '') },
    ],
    rows: latest.map((one) => ({ ...one })),
  };
}

const treatments: Record<string, string> = { missing: 'nothing there', none: 'it as it is' };

export function kindOf(row: Row): string {
  if (row.kind === 'level_shift') return Number(row.value) > Number(row.expected) ? 'level rises' : 'level falls';
  return Number(row.value) > Number(row.expected) ? 'spike' : 'dip';
}

export function gapTable({ gaps }: PanelQuality): TableData {
  return {
    columns: [
      { name: 'unique_id', label: 'Series', show: (value) => seriesName(String(value)) },
      { name: 'buckets', label: 'Longest', number: true },
      { name: 'from', label: 'From', show: (value) => moment(String(value)) },
      { name: 'to', label: 'To', show: (value) => moment(String(value)) },
      { name: 'count', label: 'Gaps', number: true },
      { name: 'empty_share', label: 'Empty', number: true, show: (value) => percent(value as number) },
    ],
    rows: (gaps ?? []).map((one) => ({ ...one })),
  };
}
