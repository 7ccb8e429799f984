// What is seen, and its address: whoever opens the address sees the same.

export interface View {
  page: string; ///< its path, "/sales"
  dataset: string;
  from: string; ///< first day, "2019-04-19"; "": from the beginning
  to: string; ///< first day after; "": to the end
  filters: Record<string, string[]>; ///< values by dimension
  panel: string;
  series: string;
  models: string[];
  grain: string;
  measure: string;
  by: string;
  more: Record<string, string>; ///< what one page alone knows
}

const words = ['dataset', 'from', 'to', 'panel', 'series', 'grain', 'measure', 'by'] as const;
const filterMark = 'in.';

export function emptyView(page = '/'): View {
  return { page, dataset: '', from: '', to: '', filters: {}, panel: '', series: '', models: [], grain: '', measure: '', by: '', more: {} };
}

/// "/sales?dataset=orders&in.city=Boston&in.city=Austin"; what is empty is left out, so that the same
/// view always has the same address.
export function encodeView(view: View): string {
  const query = new URLSearchParams();
  for (const word of words) if (view[word] !== '') query.append(word, view[word]);
  for (const dimension of Object.keys(view.filters).sort()) {
    for (const value of view.filters[dimension]!) query.append(filterMark + dimension, value);
  }
  for (const model of view.models) query.append('model', model);
  for (const name of Object.keys(view.more).sort()) {
    if (view.more[name] !== '') query.append(name, view.more[name]!);
  }
  const text = query.toString();
  return text === '' ? view.page : `${view.page}?${text}`;
}

/// The inverse; takes any address.
export function decodeView(address: string): View {
  const [path = '/', search = ''] = address.split('#')[0]!.split(/\?(.*)/s);
  const view = emptyView(path === '' ? '/' : path);
  for (const [name, value] of new URLSearchParams(search)) {
    const word = words.find((one) => one === name);
    if (word) view[word] = value;
    else if (name === 'model') view.models.push(value);
    else if (name.startsWith(filterMark)) (view.filters[name.slice(filterMark.length)] ??= []).push(value);
    else view.more[name] = value;
  }
  return view;
}

/// The view of another page: data set, span, filters and series go along.
export function viewOf(page: string, view: View): View {
  const { dataset, from, to, filters, panel, series, models } = view;
  return { ...emptyView(page), dataset, from, to, filters, panel, series, models };
}

/// A filter added, or removed where it stands there.
export function toggled(view: View, dimension: string, value: string): View {
  const had = view.filters[dimension] ?? [];
  const values = had.includes(value) ? had.filter((one) => one !== value) : [...had, value];
  const filters = { ...view.filters, [dimension]: values };
  if (values.length === 0) delete filters[dimension];
  return { ...view, filters };
}
