// Figures as tables of Markdown.

export function table(title, head, rows) {
  const cells = [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...rows];
  console.log(`\n## ${title}\n`);
  for (const row of cells) console.log(`| ${row.join(' | ')} |`);
}

/// The value below which that share of them lies.
export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

export const ms = (value) => `${Math.round(value)} ms`;
export const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
