import { useEffect, useState } from 'preact/hooks';

import * as forecasts from '../../api/forecast_calls.ts';
import type { NewOverride, Override, PanelFacts } from '../../api/forecast_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { useWriting } from '../../app/shop.ts';
import { Panel } from '../../components/panel.tsx';
import { Problem, wordsOf } from '../../components/problem.tsx';
import { toast } from '../../components/toasts.tsx';
import { useSending } from '../../components/use_sending.ts';
import { grainOf } from '../../format/buckets.ts';
import { bucketLabel, instant } from '../../format/dates.ts';
import type { Writing } from '../../format/measures.ts';
import { figure } from '../../format/numbers.ts';
import type { Column, TableData } from '../../format/table.ts';
import type { Gathered } from './gather.ts';

interface Props {
  dataset: string;
  facts: PanelFacts;
  gathered: Gathered;
  picked: number | null;
  mayChange: boolean;
  changed: () => void;
}

/// What people put in place of forecasts of this series.
export function Overrides({ dataset, facts, gathered, picked, mayChange, changed }: Props) {
  const of = useAnswer(`overrides ${dataset}`, (signal) => forecasts.overrides(dataset, signal));
  const { exact } = useWriting(facts.measure);
  const again = () => (of.retry(), changed());
  const mine = (list: Override[]) => list.filter((one) => one.panel === gathered.of.panel && one.unique_id === gathered.of.unique_id);
  const undo = async (one: Override) => {
    const answer = await forecasts.dropOverride(dataset, one.id);
    if (answer.ok) toast('The override was taken back.');
    else toast(wordsOf(answer.error), 'error');
    again();
  };
  return (
    <Panel title="Overrides" class="half" note="You know more than the models? Say so: runs stay as they are, the forecast to act on changes." of={of} height={120} table={(v) => tableOf(mine(v.overrides), facts, exact)}>
      {(v) => (
        <>
          {mayChange && gathered.horizon.length > 0 && <Form key={`${gathered.of.panel} ${gathered.of.unique_id}`} dataset={dataset} facts={facts} gathered={gathered} picked={picked} done={again} />}
          <List list={mine(v.overrides)} facts={facts} {...(mayChange && { undo })} />
        </>
      )}
    </Panel>
  );
}

function tableOf(list: Override[], facts: PanelFacts, exact: Writing['exact']): TableData {
  const bucket = (name: string, label: string): Column => ({ name, label, show: (value) => bucketLabel(String(value), grainOf(facts.frequency)) });
  return {
    columns: [
      bucket('from', 'From'),
      bucket('to', 'To, included'),
      { name: 'kind', label: 'How', show: (kind) => (kind === 'factor' ? 'times' : 'instead, each') },
      { name: 'value', label: 'Value', number: true, show: (value, row) => (row.kind === 'factor' ? figure(value as number) : exact(value as number)) },
      { name: 'comment', label: 'Why' },
      { name: 'author', label: 'Who' },
      { name: 'at', label: 'When', show: (value) => instant(String(value)) },
    ],
    rows: list.map((one) => ({ ...one })),
  };
}

function List({ list, facts, undo }: { list: Override[]; facts: PanelFacts; undo?: (one: Override) => void }) {
  const { exact } = useWriting(facts.measure);
  if (list.length === 0) return <p class="note override-list">Nobody has overridden this series.</p>;
  const when = (label: string) => bucketLabel(label, grainOf(facts.frequency));
  return (
    <ul class="items override-list">
      {list.map((one) => (
        <li key={one.id}>
          <div>
            <strong>
              {one.kind === 'factor' ? `× ${figure(one.value)}` : exact(one.value)}, {when(one.from)}
              {one.to !== one.from && ` to ${when(one.to)}`}
            </strong>
            <p>{one.comment}</p>
            <p class="note">
              {one.author}, {instant(one.at)}
            </p>
          </div>
          {undo && (
            <button aria-label={`Undo the override of ${when(one.from)}`} onClick={() => undo(one)}>
              Undo
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

type FormProps = Omit<Props, 'mayChange' | 'changed'> & { done: () => void };

function Form(props: FormProps) {
  const { facts, gathered, picked } = props;
  const span = useSpan(gathered, picked);
  const [kind, setKind] = useState<NewOverride['kind']>('factor');
  const { problem, submit } = useOverriding(props, span, kind);
  const buckets = { horizon: gathered.horizon, facts };
  return (
    <form class="override-form" onSubmit={submit}>
      <Bucket label="From" value={span.from} choose={span.setFrom} {...buckets} />
      <Bucket label="To, included" value={span.to} choose={span.setTo} {...buckets} />
      <How kind={kind} choose={setKind} />
      <label>
        {kind === 'factor' ? 'Factor' : 'Value'}
        <input name="value" type="number" min="0" step="any" required placeholder={kind === 'factor' ? '1.2' : '0'} />
      </label>
      <label class="wide">
        Why
        <input name="comment" required maxLength={250} placeholder="Campaign from Monday on" />
      </label>
      <Problem text={problem} class="wide" />
      <button class="primary">Override</button>
    </form>
  );
}

/// Sends what stands in the form, which is empty again once it was taken.
function useOverriding({ dataset, gathered, done }: FormProps, span: ReturnType<typeof useSpan>, kind: NewOverride['kind']) {
  const { problem, send } = useSending();
  const submit = (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    const body = { ...gathered.of, ...span.inOrder(), kind, value: Number(data.get('value')), comment: String(data.get('comment')) };
    void send(forecasts.addOverride(dataset, body), () => {
      form.reset();
      toast('The override is in the forecast to act on.');
      done();
    });
  };
  return { problem, submit };
}

function How({ kind, choose }: { kind: NewOverride['kind']; choose: (kind: NewOverride['kind']) => void }) {
  return (
    <label>
      How
      <select value={kind} onChange={(event) => choose(event.currentTarget.value as NewOverride['kind'])}>
        <option value="factor">times</option>
        <option value="value">instead, each</option>
      </select>
    </label>
  );
}

/// The buckets to override: the one that is picked in the chart, until others are chosen.
function useSpan({ horizon, woven }: Gathered, picked: number | null) {
  const [from, setFrom] = useState(horizon[0]!);
  const [to, setTo] = useState(horizon[0]!);
  const chosen = picked === null ? undefined : woven.ds[picked];
  useEffect(() => {
    if (chosen !== undefined && horizon.includes(chosen)) (setFrom(chosen), setTo(chosen));
  }, [chosen]);
  const inOrder = () => (horizon.indexOf(from) <= horizon.indexOf(to) ? { from, to } : { from: to, to: from });
  return { from, to, setFrom, setTo, inOrder };
}

interface BucketProps {
  label: string;
  value: string;
  choose: (bucket: string) => void;
  horizon: readonly string[];
  facts: PanelFacts;
}

function Bucket({ label, value, choose, horizon, facts }: BucketProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {horizon.map((one) => (
          <option key={one} value={one}>
            {bucketLabel(one, grainOf(facts.frequency))}
          </option>
        ))}
      </select>
    </label>
  );
}
