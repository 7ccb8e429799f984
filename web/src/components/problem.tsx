import type { ApiError } from '../api/client.ts';
import { Icon, icons } from './icon.tsx';
import './problem.css';

/// What a form could not do, told by more than its colour.
export function Problem({ text, class: kind = '' }: { text: string; class?: string }) {
  if (text === '') return null;
  return (
    <p class={`problem ${kind}`} role="alert">
      <Icon path={icons.warning} size={16} /> {text}
    </p>
  );
}

/// The server's words, with what helps.
export function wordsOf(error: ApiError): string {
  return error.remedy ? `${error.message}: ${error.remedy}` : error.message;
}
