// The settings of a data set: its dataset.toml.
import { ask, path, type Result } from './client.ts';

export interface SettingsText {
  text: string;
  etag: string;
}

export interface SettingsProblem {
  code: string;
  message: string;
  line: number | null;
}

export interface SettingsCheck {
  valid: boolean;
  problem: SettingsProblem | null;
}

export interface SettingsWritten {
  dataset: string;
  created: boolean;
  files_to_clean: number;
}

const at = (dataset: string, ...more: string[]) => path('datasets', dataset, 'settings', ...more);
const toml = (content: string) => ({ content, type: 'application/toml' });

export async function settings(dataset: string, signal?: AbortSignal): Promise<Result<SettingsText>> {
  const answer = await ask<string>(at(dataset), signal ? { as: 'text', signal } : { as: 'text' });
  return answer.ok ? { ...answer, value: { text: answer.value, etag: answer.headers.get('etag') ?? '' } } : answer;
}

/// The ETag of the settings; "" where there are none yet.
export async function settingsTag(dataset: string): Promise<Result<string>> {
  const answer = await settings(dataset);
  if (answer.ok) return { ...answer, value: answer.value.etag };
  return answer.error.status === 404 ? { ok: true, value: '', headers: new Headers() } : answer;
}

export const checkSettings = (dataset: string, text: string, signal: AbortSignal) => ask<SettingsCheck>(at(dataset, 'check'), { method: 'POST', raw: toml(text), signal });

/// Writes settings where those with that ETag, or none for "", still are.
export function putSettings(dataset: string, { text, etag }: SettingsText): Promise<Result<SettingsWritten>> {
  const headers: Record<string, string> = etag === '' ? { 'if-none-match': '*' } : { 'if-match': etag };
  return ask<SettingsWritten>(at(dataset), { method: 'PUT', raw: toml(text), headers });
}
