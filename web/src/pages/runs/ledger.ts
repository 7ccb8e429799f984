// The ledger of a run in words: which models could not be used, for which series and why.
import type { Row } from '../../api/types.ts';

export interface Fallback {
  model: string;
  instead: string; ///< the model that stands in; "": it was kept, in a simpler way
  reason: string;
  series: { panel: string; unique_id: string }[];
}

/// Most series first. A row says "LSTM -> WindowAverage; ..." and why: "LSTM: all values are 1; ...".
export function fallbacksOf(rows: Row[]): Fallback[] {
  const groups = new Map<string, Fallback>();
  for (const row of rows) {
    const instead = new Map(parts(row.fallback).map((one) => split(one, ' -> ')));
    const reasons = reasonsOf(row);
    for (const model of new Set([...instead.keys(), ...reasons.keys()])) {
      add(groups, { model, instead: instead.get(model) ?? '', reason: reasons.get(model) ?? '' }, row);
    }
  }
  return [...groups.values()].sort((a, b) => b.series.length - a.series.length || a.model.localeCompare(b.model));
}

function add(groups: Map<string, Fallback>, what: Omit<Fallback, 'series'>, row: Row): void {
  const key = `${what.model}\n${what.instead}\n${what.reason}`;
  const group = groups.get(key) ?? { ...what, series: [] };
  group.series.push({ panel: String(row.panel ?? ''), unique_id: String(row.unique_id) });
  groups.set(key, group);
}

/// The reason of each model that the row names; those of members of a combination stand behind its
/// own and are left out, as they have their own entry.
function reasonsOf(row: Row): Map<string, string> {
  const tried = String(row.models_tried ?? '').split(' ');
  const reasons = new Map<string, string>();
  let last = '';
  for (const part of parts(row.reason)) {
    const [model, reason] = split(part, ': ');
    if (tried.includes(model)) {
      if (!reasons.has(model)) reasons.set(model, reason);
      last = model;
    } else if (last !== '') {
      reasons.set(last, `${reasons.get(last)}; ${part}`);
    }
  }
  return reasons;
}

function parts(value: Row[string] | undefined): string[] {
  return typeof value === 'string' && value !== '' ? value.split('; ') : [];
}

function split(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + by.length)];
}

/// How many series each model is best for, most first.
export function bestModels(rows: Row[]): { model: string; series: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) if (row.best_model) counts.set(String(row.best_model), (counts.get(String(row.best_model)) ?? 0) + 1);
  return [...counts].map(([model, series]) => ({ model, series })).sort((a, b) => b.series - a.series);
}
