import { Fragment } from 'preact';

import { address, path } from '../../api/client.ts';
import type { Bill, Manifest } from '../../api/run_calls.ts';
import { DataTable } from '../../components/data_table.tsx';
import { buckets } from '../../format/buckets.ts';
import { duration, figure, number, price } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import { platformName } from './words.ts';

export function costTable(bill: Bill): TableData {
  return {
    columns: [
      { name: 'platform', label: 'Platform', show: (value, row) => `${platformName(String(value))}, ${String(row.size)}` },
      { name: 'total', label: 'Costs', number: true, show: (value, row) => (row.fits ? price(value as number, bill.currency) : 'too large') },
    ],
    rows: bill.platforms.map((one) => ({ platform: one.platform, size: one.size, seconds: one.seconds, total: one.total, fits: one.fits })),
  };
}

export function Cost({ bill }: { bill: Bill }) {
  return (
    <div class="run-cost">
      <DataTable {...costTable(bill)} label="Cost" />
      <p class="note price-list">
        Prices of {bill.region}, {bill.date}.
      </p>
    </div>
  );
}

export function panelTable(manifest: Manifest): TableData {
  const count = (value: unknown) => number(value as number | null);
  return {
    columns: [
      { name: 'panel', label: 'Panel' },
      { name: 'ahead', label: 'Ahead' },
      { name: 'series', label: 'Series', number: true, show: count },
      { name: 'values', label: 'Values', number: true, show: count },
      { name: 'fallbacks', label: 'Fell back', number: true, show: count },
      { name: 'core_seconds', label: 'Processor', number: true, show: (value) => duration(value as number | null) },
    ],
    rows: (manifest.panels ?? []).map((one) => ({ panel: one.panel, ahead: `${figure(one.horizon)} ${buckets(one.frequency, one.horizon)}`, series: one.series, values: one.values, fallbacks: one.fallbacks ?? null, core_seconds: one.core_seconds ?? null })),
  };
}

export function Panels({ manifest }: { manifest: Manifest }) {
  const notes = (manifest.panels ?? []).filter((one) => (one.notes ?? []).length > 0);
  return (
    <>
      <DataTable {...panelTable(manifest)} label="Panels" />
      {notes.length > 0 && (
        <dl class="facts note panel-notes">
          {notes.map(({ panel, notes: told }) => (
            <Fragment key={panel}>
              <dt>{panel}</dt>
              <dd>
                <ul class="plain-list">
                  {told!.map((one) => (
                    <li key={one}>{one}</li>
                  ))}
                </ul>
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
    </>
  );
}

const tableWords: Record<string, string> = {
  forecasts: 'all forecasts with their intervals',
  backtest: 'forecasts on days that were held back',
  leaderboard: 'errors of each model',
  levels: 'errors by level of a hierarchy',
  ledger: 'what was done with each series',
  retraining: 'what was fitted again, and why',
  disturbances: 'outliers and shifts of level',
};

export function Tables({ manifest, dataset }: { manifest: Manifest; dataset: string }) {
  const at = (table: string, format: string) => address(path('datasets', dataset, 'runs', manifest.run, 'tables', table), { format });
  const known = Object.keys(tableWords);
  const names = Object.keys(manifest.tables ?? {}).sort((a, b) => known.indexOf(a) - known.indexOf(b));
  return (
    <ul class="downloads">
      {names.map((table) => (
        <li key={table}>
          <div>
            <strong>{table}</strong>
            <p class="note">{tableWords[table]}</p>
          </div>
          {['csv', 'parquet'].map((format) => (
            <a key={format} class="button" href={at(table, format)} download={`${table}.${format}`} aria-label={`${table} as ${format}`}>
              {format}
            </a>
          ))}
        </li>
      ))}
    </ul>
  );
}
