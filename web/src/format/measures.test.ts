import assert from 'node:assert/strict';
import { test } from 'node:test';

import { writingOf } from './measures.ts';

const plain = (text: string) => text.replaceAll(/\s/gu, ' ');

test('revenue is written in the currency, other measures are not', () => {
  const euros = writingOf('revenue', 'EUR', 'de-DE');
  assert.equal(plain(euros.whole(1234567.8)), '1.234.568 €');
  assert.equal(plain(euros.whole(9.5)), '9,50 €');
  assert.equal(plain(euros.brief(1234567)), '1,23 Mio. €');
  assert.equal(plain(euros.exact(123.456)), '123,46 €');
  assert.equal(plain(euros.exact(12345.6)), '12.346 €');
  assert.equal(writingOf('units', 'EUR', 'en-US').whole(1234), '1,234');
});

test('a currency keeps its digits', () => {
  assert.equal(writingOf('revenue', 'JPY', 'en-US').whole(9.5), '¥10');
  assert.equal(writingOf('revenue', 'USD', 'en-US').whole(-1234.5), '-$1,235');
});

test('without a currency, or a value, nothing is made up', () => {
  const none = writingOf('revenue', '', 'en-US');
  assert.deepEqual([none.whole(1234.5), none.brief(1234567), none.exact(4.7654)], ['1,235', '1.23M', '4.77']);
  assert.deepEqual([none.whole(null), writingOf('revenue', 'USD', 'en-US').whole(null)], ['–', '–']);
});
