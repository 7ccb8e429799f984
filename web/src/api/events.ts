// What the server tells as it happens; one connection a data set, however many parts listen.
import { address } from './client.ts';

export type EventKind = 'work' | 'progress' | 'published' | 'alert' | 'missed';

export interface LiveEvent {
  type: EventKind;
  data: Record<string, unknown>;
}

type Listener = (event: LiveEvent) => void;

const kinds: EventKind[] = ['work', 'progress', 'published', 'alert', 'missed'];
const againAfter = 10_000; // ms, where the browser gives up by itself

interface Line {
  listeners: Set<Listener>;
  end: () => void;
}

const lines = new Map<string, Line>();

/// Calls `listener` with each event of a data set until what it returns is called.
export function listen(dataset: string, listener: Listener): () => void {
  const line = lines.get(dataset) ?? open(dataset);
  line.listeners.add(listener);
  return () => {
    line.listeners.delete(listener);
    if (line.listeners.size > 0) return;
    line.end();
    lines.delete(dataset);
  };
}

function open(dataset: string): Line {
  const listeners = new Set<Listener>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource;
  const connect = () => {
    source = new EventSource(address('events', { dataset }));
    for (const type of kinds) {
      source.addEventListener(type, (event) => {
        const data = parsed((event as MessageEvent<string>).data);
        for (const listener of [...listeners]) listener({ type, data });
      });
    }
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return; // the browser comes again by itself
      timer = setTimeout(connect, againAfter);
    };
  };
  connect();
  const line = { listeners, end: () => (clearTimeout(timer), source.close()) };
  lines.set(dataset, line);
  return line;
}

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
