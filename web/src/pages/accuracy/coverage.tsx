import { useMemo, useRef } from 'preact/hooks';

import { EChart } from '../../charts/echart.tsx';
import { coverageDots } from '../../charts/error_lines.ts';
import { usePalette } from '../../charts/palette.ts';
import { Panel } from '../../components/panel.tsx';
import { modelName } from '../../format/models.ts';
import { percent } from '../../format/numbers.ts';
import type { TableData } from '../../format/table.ts';
import type { Choice } from './accuracy.tsx';
import { coverageVerdict } from './metrics.ts';

interface Covered {
  model: string;
  in80: number | null;
  in95: number | null;
}

/// Whether intervals hold what they promise.
export function Coverage({ choice }: { choice: Choice }) {
  const { board, models } = choice;
  const picture = useRef<HTMLCanvasElement>(null);
  const share = (value: unknown) => (typeof value === 'number' ? value : null);
  const covered = board
    .filter((row) => models.includes(String(row.model)))
    .map((row): Covered => ({ model: String(row.model), in80: share(row['coverage-80']), in95: share(row['coverage-95']) }));
  const of = { value: covered, error: null, loading: false, retry: () => {} };
  return (
    <Panel
      title="Do intervals hold?"
      class="half"
      note="Of 100 values, how many lay inside: ● of the 80 % interval, ○ of the 95 % one; dashed is what was meant."
      of={of}
      picture={picture}
      empty={(list) => list.every((one) => one.in80 === null && one.in95 === null) && 'These models were run without intervals of 80 and 95 %.'}
      table={tableOf}
    >
      {(list) => <Dots list={list} choice={choice} picture={picture} />}
    </Panel>
  );
}

function Dots({ list, choice, picture }: { list: Covered[]; choice: Choice; picture: { current: HTMLCanvasElement | null } }) {
  const palette = usePalette();
  const first = list[0]!;
  const option = useMemo(() => coverageDots({ models: list.map((one) => ({ label: modelName(one.model), colour: choice.colour(one.model), in80: one.in80, in95: one.in95 })), palette }), [list.map((one) => one.model).join(), choice.facts.panel, palette]);
  return (
    <>
      <EChart option={option} height={Math.max(130, 46 + 34 * list.length)} label="Shares of values inside the intervals, by model." picture={picture} />
      {first.in80 !== null && first.in95 !== null && (
        <p class="note">
          {modelName(first.model)}: the 80 % interval is {coverageVerdict(first.in80, 0.8)}, the 95 % one {coverageVerdict(first.in95, 0.95)}.
        </p>
      )}
    </>
  );
}

function tableOf(list: Covered[]): TableData {
  const inside = (name: string, label: string) => ({ name, label, number: true, show: (value: unknown) => percent(value as number | null) });
  return {
    columns: [{ name: 'model', label: 'Model', show: (model) => modelName(String(model)) }, inside('in80', 'In 80 %'), inside('in95', 'In 95 %')],
    rows: list.map((one) => ({ ...one })),
  };
}
