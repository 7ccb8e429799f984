// A connection to a stream of events, as long as somebody sees the page: browsers have six for a server.

const waits = [2, 5, 15, 60]; // seconds before a stream that was refused is asked for again
const unseen = 60_000; // ms that a tab keeps it though nobody sees it

export interface Hears {
  types: readonly string[];
  heard: (type: string, data: string) => void;
  back: () => void; ///< it is there again, and what was told meanwhile is not known
  refused: () => void;
}

/// Opens the stream; the function it returns closes it for good.
export function keepStream(address: string, hears: Hears): () => void {
  let source: EventSource | null = null;
  // what happens between the page's first questions and its being seen is not heard either
  let [again, hiding, tries, missed] = [0, 0, 0, document.hidden];
  const close = () => {
    clearTimeout(again);
    missed = true;
    source?.close();
    source = null;
  };
  const open = () => {
    clearTimeout(again);
    source = connect(address, hears, opened, refused);
  };
  const opened = () => {
    tries = 0;
    if (missed) hears.back();
    missed = false;
  };
  const refused = () => {
    close();
    hears.refused();
    // a tab that nobody sees asks when it is seen
    if (!document.hidden) again = window.setTimeout(open, 1000 * waits[Math.min(tries++, waits.length - 1)]!);
  };
  const seen = () => {
    clearTimeout(hiding);
    clearTimeout(again);
    if (document.hidden) hiding = window.setTimeout(close, unseen);
    else if (source === null) open();
  };
  const leave = onSeen(seen);
  seen();
  return () => (leave(), clearTimeout(hiding), close());
}

function onSeen(seen: () => void): () => void {
  document.addEventListener('visibilitychange', seen);
  return () => document.removeEventListener('visibilitychange', seen);
}

function connect(address: string, { types, heard }: Hears, opened: () => void, refused: () => void): EventSource {
  const source = new EventSource(address);
  source.onopen = opened;
  // else the browser comes again by itself
  source.onerror = () => source.readyState === EventSource.CLOSED && refused();
  for (const type of types) source.addEventListener(type, (message) => heard(type, message.data as string));
  return source;
}
