import * as runCalls from '../../api/run_calls.ts';
import type { ItemChange, Manifest, RunDiff } from '../../api/run_calls.ts';
import { useAnswer, type Loaded } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import type { View } from '../../app/view.ts';
import { Failure, Panel } from '../../components/panel.tsx';
import { instant, runBegan } from '../../format/dates.ts';
import { number } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import { Changes } from './changes.tsx';
import { allRuns, linkTo, runView } from './links.ts';
import { plainLists } from './words.ts';

interface Props {
  view: View;
  dataset: string;
  before: string;
  after: string;
}

const atFirst = 100;
const atOnce = 200;
const most = 1000;

/// What a later run forecasts otherwise than an earlier one, and why.
export function Diff({ view, dataset, before, after }: Props) {
  const limit = Math.min(Number(view.more.items) || atFirst, most);
  const model = view.models[0] ?? '';
  const key = `diff ${dataset} ${before} ${after} ${view.panel} ${model} ${limit}`;
  const of = useAnswer(key, (signal) => runCalls.diff(dataset, before, after, { panel: view.panel, model, limit }, signal));
  const manifest = useAnswer(`manifest ${dataset} ${after}`, (signal) => runCalls.manifest(dataset, after, signal));
  return (
    <>
      <div class="bar">
        <a {...linkTo(allRuns(view))}>All runs</a>
        <span>
          <a {...linkTo(runView(view, before))}>{instant(runBegan(before))}</a> → <a {...linkTo(runView(view, after))}>{instant(runBegan(after))}</a>
        </span>
        {manifest.value && <Choices manifest={manifest.value} view={view} />}
      </div>
      {of.error ? <Failure error={of.error} retry={of.retry} /> : <Found of={of} view={view} limit={limit} />}
    </>
  );
}

function Found({ of, view, limit }: { of: Loaded<RunDiff>; view: View; limit: number }) {
  const more = () => change({ more: { ...view.more, items: String(Math.min(limit + atOnce, most)) } }, 'replace');
  return (
    <div class="grid">
      <Panel title="Why" of={of} height={100}>
        {(v) => <Why diff={v} />}
      </Panel>
      <Panel
        title="Changed forecasts"
        of={of}
        height={240}
        note={of.value && `${number(of.value.items_changed)} changed, ${number(of.value.items_unchanged)} did not${of.value.items_changed > 1 ? '; the biggest change first' : ''}.`}
        empty={(v) => v.items.length === 0 && 'No forecast changed.'}
        table={tableOf}
      >
        {(v) => (
          <>
            <Changes items={v.items} view={view} />
            {v.more && limit < most && (
              <p class="older">
                <button onClick={more}>Show more</button>
              </p>
            )}
          </>
        )}
      </Panel>
    </div>
  );
}

/// Panel and model, where there are several.
function Choices({ manifest, view }: { manifest: Manifest; view: View }) {
  const panels = (manifest.panels ?? []).map((one) => one.panel);
  const models = [...new Set((manifest.models ?? []).filter((one) => view.panel === '' || one.panel === view.panel).map((one) => one.model.split('/')[0]!))];
  const without = { ...view.more, items: '' };
  return (
    <>
      {panels.length > 1 && (
        <label>
          Panel
          <select value={view.panel} onChange={(event) => change({ panel: event.currentTarget.value, models: [], more: without })}>
            <option value="">all</option>
            {panels.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {models.length > 1 && (
        <label>
          Model
          <select value={view.models[0] ?? ''} onChange={(event) => change({ models: event.currentTarget.value === '' ? [] : [event.currentTarget.value], more: without })}>
            <option value="">as recommended</option>
            {models.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

function Why({ diff }: { diff: RunDiff }) {
  const others = diff.states.filter((one) => !one.endsWith(': the same state'));
  const same = diff.states.length - others.length;
  const sameStates = same === 0 ? [] : [`${number(same)} ${same === 1 ? 'is' : 'are'} the same`];
  const parts: [string, string[], string][] = [
    ['Data', diff.data, 'The same orders and settings.'],
    ['Parameters', diff.parameters, 'The same.'],
    ['Fitted states', [...others, ...sameStates], 'None in common.'],
  ];
  return (
    <div class="whys">
      {parts.map(([title, list, none]) => (
        <div key={title}>
          <h3>{title}</h3>
          {list.length === 0 ? (
            <p class="note">{none}</p>
          ) : (
            <ul class="plain-list">
              {list.map((one) => (
                <li key={one}>{plainLists(one)}</li>
              ))}
            </ul>
          )}
        </div>
      ))}
    </div>
  );
}

function tableOf(diff: RunDiff): TableData {
  const names = ['panel', 'unique_id', 'model', 'before', 'after', 'change', 'share', 'causes', 'detail'];
  const row = (item: ItemChange) => ({ ...item, causes: item.causes.join(', ') });
  return { columns: names.map((name) => ({ name, label: name })), rows: diff.items.map(row) };
}
