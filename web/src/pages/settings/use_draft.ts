// A text that is being changed, until it is saved: it outlives leaving the page, not closing it.
import { useState } from 'preact/hooks';

import type { SettingsText } from '../../api/settings_calls.ts';
import { guard } from '../../app/leaving.ts';

const drafts = new Map<string, SettingsText>(); // by data set

guard(() => drafts.size > 0);

export interface Draft {
  text: string;
  etag: string; ///< of what it was made from
  isChanged: boolean;
  change: (text: string) => void;
  drop: () => void; ///< back to what lies there
  rebase: (etag: string) => void; ///< the same text, in place of something newer
}

export function useDraft(dataset: string, stored: SettingsText | null): Draft {
  const [, draw] = useState(0);
  const draft = drafts.get(dataset);
  const base = draft ?? stored ?? { text: '', etag: '' };
  const isChanged = draft !== undefined && stored !== null && draft.text !== stored.text;
  const set = (next: SettingsText | null) => {
    if (next) drafts.set(dataset, next);
    else drafts.delete(dataset);
    draw((n) => n + 1);
  };
  return {
    text: base.text,
    etag: base.etag,
    isChanged,
    change: (text) => set(text === stored?.text ? null : { text, etag: base.etag }),
    drop: () => set(null),
    rebase: (etag) => set({ text: base.text, etag }),
  };
}
