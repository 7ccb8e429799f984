import type { Result } from './client.ts';

/// All values where all questions were answered, else the first error.
export async function every<T>(questions: Promise<Result<T>>[]): Promise<Result<T[]>> {
  const answers = await Promise.all(questions);
  const values: T[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    values.push(answer.value);
  }
  return { ok: true, value: values, headers: answers[0]?.ok ? answers[0].headers : new Headers() };
}
