import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sections } from '../pages/settings/sections.ts';
import { titleOf } from './title.ts';
import { emptyView } from './view.ts';

test('titles tell section, page and data set', () => {
  assert.equal(titleOf({ title: 'Sales' }, { ...emptyView('/sales'), dataset: 'orders' }), 'Sales · orders · forecart');
  assert.equal(titleOf({ title: 'Settings', sections }, { ...emptyView('/settings'), more: { section: 'users' } }), 'Users · Settings · forecart');
  assert.equal(titleOf({ title: 'Sales' }, emptyView('/sales')), 'Sales · forecart');
});
