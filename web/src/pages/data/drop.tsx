import { useEffect, useId, useRef, useState } from 'preact/hooks';

import { Icon, icons } from '../../components/icon.tsx';
import './drop.css';

interface Props {
  take: (files: File[]) => void;
  label: string;
  large?: boolean;
}

export const accepted = '.csv,.tsv,.txt,.gz,.zst,.parquet';

/// Takes files that are dropped anywhere on the page, or chosen with mouse or keys.
export function DropArea({ take, label, large }: Props) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const taking = useRef(take);
  taking.current = take;
  const id = useId();
  useEffect(() => onDrop(setOver, (files) => taking.current(files)), []);
  const chosen = (event: Event & { currentTarget: HTMLInputElement }) => {
    const files = [...(event.currentTarget.files ?? [])];
    event.currentTarget.value = ''; // so that the same file can be chosen again
    if (files.length > 0) take(files);
  };
  return (
    <label class={`drop ${large ? 'large' : ''} ${over ? 'over' : ''}`} for={id}>
      <Icon path={icons.upload} size={large ? 36 : 24} />
      <span>
        <strong>{label}</strong>
        <span class="note">csv, csv.gz, csv.zst or parquet, as many as you like; up to 20 GB each</span>
      </span>
      <span class="button" aria-hidden="true">
        Choose files
      </span>
      <input ref={input} id={id} class="visually-hidden" type="file" multiple accept={accepted} aria-label="Choose order files" onChange={chosen} />
    </label>
  );
}

/// Listens on the whole page, which otherwise would show a file that misses the area.
function onDrop(over: (is: boolean) => void, take: (files: File[]) => void): () => void {
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const drag = (event: DragEvent) => {
    if (!hasFiles(event) || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    over(true);
  };
  const leave = (event: DragEvent) => event.relatedTarget === null && over(false);
  const drop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0 && !document.querySelector('dialog[open]')) take(files);
  };
  addEventListener('dragenter', drag);
  addEventListener('dragover', drag);
  addEventListener('dragleave', leave);
  addEventListener('drop', drop);
  return () => {
    removeEventListener('dragenter', drag);
    removeEventListener('dragover', drag);
    removeEventListener('dragleave', leave);
    removeEventListener('drop', drop);
  };
}
