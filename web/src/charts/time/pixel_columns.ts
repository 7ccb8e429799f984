export interface Column {
  low: number;
  high: number;
}

/// The least and the largest of the values that fall into each of `width` columns, joined to the
/// column before; undefined where there are none.
export function columnsOf(xs: ArrayLike<number>, ys: ArrayLike<number | null | undefined>, from: number, to: number, columnAt: (x: number) => number, width: number): (Column | undefined)[] {
  const columns: (Column | undefined)[] = new Array(width);
  let before: number | null = null;
  for (let at = from; at <= to; ++at) {
    const y = ys[at] ?? null;
    if (y !== null) {
      const column = columnAt(xs[at]!);
      const had = columns[column];
      if (had) {
        had.low = Math.min(had.low, y);
        had.high = Math.max(had.high, y);
      } else if (column >= 0 && column < width) {
        columns[column] = { low: Math.min(y, before ?? y), high: Math.max(y, before ?? y) };
      }
    }
    before = y;
  }
  return columns;
}
