// Why rows are refused, in words, and what helps.

export interface Reason {
  name: string;
  label: string;
  means: string;
  helps: string;
}

const known: Reason[] = [
  { name: 'blank', label: 'Empty row', means: 'All cells are empty.', helps: 'Nothing to do: exports often have such rows.' },
  { name: 'repeated_header', label: 'Header again', means: 'The row repeats the names of the columns.', helps: 'Nothing to do: it comes from files that were put together.' },
  { name: 'missing_value', label: 'Value missing', means: 'Order, time, quantity or price is empty, though a column is named for it.', helps: 'Correct the export, or name no column for that part.' },
  { name: 'bad_time', label: 'Unreadable time', means: 'The cell is no time in the format of its column, or a time that there never was.', helps: 'Look whether another column holds the time, and whether day and month are in the right order.' },
  { name: 'bad_quantity', label: 'Unreadable quantity', means: 'The cell is no number.', helps: 'Look at the mark of decimals, or name another column, or none: each row is one unit then.' },
  { name: 'bad_price', label: 'Unreadable price', means: 'Price or revenue is no number.', helps: 'Look at the mark of decimals, or name another column.' },
  { name: 'wrong_column_count', label: 'Too many or too few cells', means: 'The row has another number of cells than the header.', helps: 'Most often a text with a delimiter in it that stands without quotes: correct the export.' },
  { name: 'bad_quotes', label: 'Broken quotes', means: 'A quote opens and does not close, or stands inside a cell.', helps: 'Correct the export: quotes inside a quoted cell are doubled.' },
  { name: 'invalid_utf8', label: 'Unreadable letters', means: 'The row is not UTF-8.', helps: 'Export the file as UTF-8.' },
  { name: 'return', label: 'Return', means: 'The row takes something back, and the settings drop such rows.', helps: 'If returns should be subtracted instead, choose so under “Columns and formats”.' },
];

export function reasonOf(name: string): Reason {
  return known.find((one) => one.name === name) ?? { name, label: name.replaceAll('_', ' '), means: '', helps: '' };
}

/// Sums over files, the most frequent first.
export function byReason(files: readonly { rejected_by_reason: Record<string, number> }[]): { reason: string; rows: number; files: number }[] {
  const sums = new Map<string, { rows: number; files: number }>();
  for (const file of files) {
    for (const [reason, rows] of Object.entries(file.rejected_by_reason)) {
      if (rows === 0) continue;
      const sum = sums.get(reason) ?? { rows: 0, files: 0 };
      sums.set(reason, { rows: sum.rows + rows, files: sum.files + 1 });
    }
  }
  return [...sums].map(([reason, sum]) => ({ reason, ...sum })).sort((a, b) => b.rows - a.rows);
}
