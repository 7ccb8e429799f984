import { useEffect, useState } from 'preact/hooks';

import * as account from '../../api/account_calls.ts';
import type { AuditEntry, AuditPage } from '../../api/account_calls.ts';
import type { ApiError } from '../../api/client.ts';
import { useAnswer } from '../../api/use_answer.ts';
import type { View } from '../../app/view.ts';
import { Panel } from '../../components/panel.tsx';
import { wordsOf } from '../../components/problem.tsx';
import { RowTable, type Cell } from '../../components/row_table.tsx';
import { toast } from '../../components/toasts.tsx';
import { instant } from '../../format/dates.ts';
import { number } from '../../format/numbers.ts';
import type { PageProps } from '../pages.ts';
import { auditTable, detailText, doneWords, matching, outcomeKind, spanOf } from './audit_words.ts';
import { changeMore } from './settings.tsx';

const pageSize = 200;

/// Who did what, newest first.
export function AuditTrail({ view }: PageProps) {
  const { since = '', until = '', find = '' } = view.more;
  const span = spanOf(since, until);
  const of = useAnswer(`audit ${since} ${until}`, (signal) => account.audit({ ...span, limit: pageSize }, signal));
  const [older, fetchOlder] = useOlder(of.value, span);
  const entries = [...(of.value?.entries ?? []), ...older.entries];
  const next = older.next === undefined ? of.value?.next : older.next;
  const shown = matching(entries, find);
  return (
    <>
      <Filters view={view} />
      <Panel
        title="Audit"
        note={of.value && `${number(shown.length)} of the last ${number(entries.length)} entries${next ? '; there are older ones' : ''}`}
        of={of}
        height={300}
        empty={() => shown.length === 0 && !next && 'Nothing like that was done in these days.'}
        table={() => auditTable(shown)}
      >
        {() => (
          <>
            <RowTable label="Audit" cells={cells} rows={shown} keyOf={(one) => one.stamp} />
            {next && (
              <button class="load-more" onClick={() => void fetchOlder(next)}>
                Look at older ones
              </button>
            )}
          </>
        )}
      </Panel>
    </>
  );
}

interface Older {
  entries: AuditEntry[];
  next: string | null | undefined; ///< undefined: none was asked for yet
}

/// Pages behind the first one.
function useOlder(first: AuditPage | null, span: { from?: string; to?: string }): [Older, (before: string) => Promise<void>] {
  const [older, setOlder] = useState<Older>({ entries: [], next: undefined });
  useEffect(() => setOlder({ entries: [], next: undefined }), [first]);
  const fetchOlder = async (before: string) => {
    const answer = await account.audit({ ...span, before, limit: pageSize });
    if (!answer.ok) return fail(answer.error);
    setOlder((was) => ({ entries: [...was.entries, ...answer.value.entries], next: answer.value.next }));
  };
  return [older, fetchOlder];
}

function fail(error: ApiError): void {
  toast(wordsOf(error), 'error');
}

const cells: Cell<AuditEntry>[] = [
  { label: 'When', show: (one) => instant(one.at) },
  { label: 'Who', show: (one) => one.who || <span class="note">a stranger</span> },
  { label: 'Did', show: (one) => <span title={one.what}>{doneWords(one.what)}</span> },
  { label: 'On', show: (one) => <span class="cut" title={one.on}>{one.on}</span> },
  { label: 'Outcome', show: (one) => <span class={`badge ${outcomeKind(one.outcome)}`}>{one.outcome.replaceAll('_', ' ')}</span> },
  { label: 'Details', show: (one) => <span class="cut" title={detailText(one.detail)}>{detailText(one.detail)}</span> },
  { label: 'From', show: (one) => one.from || <span class="note">this host</span> },
];

function Filters({ view }: { view: View }) {
  const { since = '', until = '', find = '' } = view.more;
  const set = (name: string) => (event: { currentTarget: HTMLInputElement }) => changeMore(view, { [name]: event.currentTarget.value }, 'replace');
  return (
    <div class="bar" role="group" aria-label="Filters">
      <input type="search" class="find" aria-label="Find" placeholder="Who, what, on what, from where" value={find} onInput={set('find')} />
      <label>
        from
        <input type="date" value={since} onChange={set('since')} />
      </label>
      <label>
        to
        <input type="date" value={until} onChange={set('until')} />
      </label>
      {(since || until || find) && (
        <button class="quiet" onClick={() => changeMore(view, { since: '', until: '', find: '' }, 'replace')}>
          Remove all
        </button>
      )}
    </div>
  );
}
