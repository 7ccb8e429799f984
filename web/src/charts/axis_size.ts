// Room for the labels of an upright axis, by the longest of them.
const least = 52;
const perLetter = 6.8; // of 12 px
const gap = 12;

export function axisSize(labels: readonly string[] | null): number {
  const longest = (labels ?? []).reduce((most, label) => Math.max(most, label.length), 0);
  return Math.max(least, Math.ceil(longest * perLetter + gap));
}
