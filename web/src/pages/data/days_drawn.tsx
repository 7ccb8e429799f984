import { useEffect, useMemo, useState } from 'preact/hooks';

import type { Disturbance } from '../../api/data_calls.ts';
import { colour } from '../../app/theme.ts';
import { EChart } from '../../charts/echart.tsx';
import { usePalette } from '../../charts/palette.ts';
import { moment } from '../../format/dates.ts';
import { number } from '../../format/numbers.ts';
import { seriesName } from '../../format/series.ts';
import { calendar, calendarHeight, type Mark } from './calendar.ts';
import { gapsOf, sheetsOf, strips, type Day, type Sheet } from './days.ts';
import { kindOf } from './unusual.ts';

export type { Sheet };

const wide = 700; // px, from which a year fits into one strip
const year = 53; // weeks
const halfYear = 27;

/// Strips that are drawn together, and the height of their cells in px.
export function useSheets(days: Day[]): { sheets: Sheet[]; cell: number } {
  const narrow = useNarrow();
  const halves = narrow || days.length <= 7 * year;
  const sheets = useMemo(() => sheetsOf(strips(days, halves ? halfYear : year), days), [days, halves]);
  return { sheets, cell: halves && !narrow ? 17 : 13 };
}

interface DrawnProps {
  days: Day[];
  sheet: Sheet;
  cell: number;
  latest: Disturbance[];
  picture: { current: HTMLCanvasElement | null };
}

export function Drawn({ days, sheet, cell, latest, picture }: DrawnProps) {
  const palette = usePalette();
  const { spans } = sheet;
  const option = useMemo(() => {
    const shown = days.filter((one) => one.day >= spans[0]![0] && one.day <= sheet.until);
    const empty = new Set(gapsOf(days).flatMap((gap) => shown.filter((one) => one.lines === 0 && one.day >= gap.from && one.day <= gap.to).map((one) => one.day)));
    return calendar({ days: shown, spans, empty, marks: marksOf(latest), palette, cell, bad: colour('--bad'), show: (one) => `${moment(one.day)}\n${number(one.lines)} lines` });
  }, [days, sheet, latest, palette, cell]);
  return <EChart key={spans.length} option={option} height={calendarHeight(spans.length, cell)} label={`Order lines of ${number(days.length)} days; days without are listed below`} picture={picture} />;
}

function marksOf(latest: Disturbance[]): Mark[] {
  return latest.map((one) => ({ day: one.ds.slice(0, 10), label: `${seriesName(one.unique_id)}: ${kindOf({ ...one })}` }));
}

function useNarrow(): boolean {
  const [narrow, set] = useState(innerWidth < wide);
  useEffect(() => {
    const listener = () => set(innerWidth < wide);
    addEventListener('resize', listener);
    return () => removeEventListener('resize', listener);
  }, []);
  return narrow;
}
