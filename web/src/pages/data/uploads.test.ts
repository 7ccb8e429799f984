import assert from 'node:assert/strict';
import { test } from 'node:test';

import { answerBy } from '../../api/client.ts';
import { uploadsBack } from './uploads.ts';

const names = ['u5', 'u4', 'u3', 'u2', 'u1'];
const asked: string[] = [];

/// Two uploads an answer, whatever limit is asked for; below `fails` nothing is told.
function serve(fails = ''): void {
  asked.length = 0;
  const answer = (where: string): Response => {
    const before = new URL(where, 'http://shop').searchParams.get('before') ?? '';
    asked.push(before);
    if (before !== '' && before === fails) return new Response('{}', { status: 500 });
    const from = before === '' ? 0 : names.indexOf(before) + 1;
    const some = names.slice(from, from + 2);
    return Response.json({ uploads: some.map((upload) => ({ upload, files: [] })), next: from + 2 < names.length ? some.at(-1) : null });
  };
  answerBy({ fetch: async (where) => answer(String(where)), wait: async () => {} });
}

async function back(pages: number) {
  const answer = await uploadsBack('shop', pages);
  return answer.ok ? { names: answer.value.uploads.map((one) => one.upload), next: answer.value.next } : answer.error.status;
}

test('uploads are asked for page by page, each before the last of the one before', async () => {
  serve();
  assert.deepEqual(await back(1), { names: ['u5', 'u4'], next: 'u4' });
  assert.deepEqual(await back(2), { names: ['u5', 'u4', 'u3', 'u2'], next: 'u2' });
  assert.deepEqual(asked, ['', '', 'u4']);
});

test('where there are no older ones nothing more is asked', async () => {
  serve();
  assert.deepEqual(await back(9), { names, next: null });
  assert.deepEqual(asked, ['', 'u4', 'u2']);
});

test('a page that fails is told, not taken for the end', async () => {
  serve('u4');
  assert.equal(await back(3), 500);
});
