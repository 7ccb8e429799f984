// Answers that are asked for before anything on the page needs them, so that what a view needs comes
// side by side and not one after the other.

const keptFor = 5000; // ms that an answer waits for who asks
const begun = new Map<string, Promise<Response>>();

/// Asks at once; who asks the same within a moment gets that answer. What comes back is for looking on:
/// a copy has to be made before another turn.
export function askEarly(address: string): Promise<Response> {
  const before = begun.get(address);
  if (before) return before;
  const answer = fetch(address, { headers: { accept: 'application/json' }, credentials: 'same-origin' });
  answer.catch(() => {}); // who takes it is told
  begun.set(address, answer);
  setTimeout(() => begun.delete(address), keptFor);
  return answer;
}

/// The answer that was asked for early, once. Whatever changes something forgets all of them.
export function early(address: string, method = 'GET'): Promise<Response> | undefined {
  if (method !== 'GET') {
    if (!address.endsWith('/query')) begun.clear();
    return undefined;
  }
  const answer = begun.get(address);
  begun.delete(address);
  return answer;
}
