/// "city=New%20York%20City" as people read it: New York City; "product=A/place=B": A · B.
export function seriesName(id: string): string {
  if (id === 'total') return 'Total';
  return id.split('/').map((part) => decoded(part.slice(part.indexOf('=') + 1))).join(' · ');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
