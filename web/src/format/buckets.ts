// Words for the buckets of a panel.

const words: Record<string, [string, string, string]> = {
  h: ['hour', 'hours', 'hour'],
  D: ['day', 'days', 'day'],
  W: ['week', 'weeks', 'week'],
  M: ['month', 'months', 'month'],
  Q: ['quarter', 'quarters', 'quarter'],
  Y: ['year', 'years', 'year'],
};

function of(frequency: string): [string, string, string] {
  const known = /^(h|D|W|M|Q|Y)(S|E|-[A-Z]{3})?$/.exec(frequency);
  return known ? words[known[1]!]! : ['step', 'steps', 'hour'];
}

/// "days" of "D", "weeks" of "W-MON"; "steps" of what has no word, such as "15min".
export function buckets(frequency: string, count = 2): string {
  return of(frequency)[count === 1 ? 0 : 1];
}

/// As `bucketLabel` takes it.
export function grainOf(frequency: string): string {
  return of(frequency)[2];
}
