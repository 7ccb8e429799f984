import { useEffect, useRef } from 'preact/hooks';

import { lineSpan } from './settings_words.ts';

interface Props {
  text: string;
  change: (text: string) => void;
  badLine: number | null;
  describedBy: string; ///< id of what tells of the problem
  save: () => void;
}

/// A text with numbers of lines; Tab leaves it as it leaves any field, Ctrl S saves.
export function TomlEditor({ text, change, badLine, describedBy, save }: Props) {
  const numbers = useRef<HTMLPreElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const count = text.split('\n').length;
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    save();
  };
  useEffect(() => follow(field.current, numbers.current), [text]);
  return (
    <div class="toml-editor">
      <pre class="numbers" ref={numbers} aria-hidden="true">
        {Array.from({ length: count }, (_, at) => (
          <span key={at} class={at + 1 === badLine ? 'bad' : ''}>
            {at + 1}
          </span>
        ))}
      </pre>
      <textarea
        ref={field}
        class="code"
        aria-label="dataset.toml"
        aria-describedby={describedBy}
        aria-invalid={badLine !== null}
        spellcheck={false}
        wrap="off"
        value={text}
        onInput={(event) => change(event.currentTarget.value)}
        onScroll={() => follow(field.current, numbers.current)}
        onKeyDown={onKey}
      />
    </div>
  );
}

function follow(field: HTMLElement | null, numbers: HTMLElement | null): void {
  if (field && numbers) numbers.scrollTop = field.scrollTop;
}

/// Puts the cursor at a line of the editor on show.
export function goToLine(text: string, line: number): void {
  const field = document.querySelector<HTMLTextAreaElement>('.toml-editor textarea');
  if (!field) return;
  const { from, to } = lineSpan(text, line);
  field.focus();
  field.setSelectionRange(from, to);
  const height = field.scrollHeight / text.split('\n').length;
  field.scrollTop = Math.max(0, (line - 4) * height);
}
