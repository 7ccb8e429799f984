import type { StageTime } from '../../api/run_calls.ts';
import { duration } from '../../format/numbers.ts';
import './timeline.css';
import { stageName } from './words.ts';

const order = ['clean', 'panels', 'models', 'write'];

export function stageClass(stage: string): string {
  const at = order.indexOf(stage);
  return `stage-${at < 0 ? 'other' : at}`;
}

/// The stages of a run one after the other, as long as they took; `longest` fills the width.
export function Timeline({ stages, longest }: { stages: StageTime[]; longest: number }) {
  const told = stages.map((one) => `${stageName(one.stage)} ${duration(one.seconds)}`).join(', ');
  return (
    <div class="timeline" role="img" aria-label={told || 'no stages known'} title={told}>
      {stages.map((one) => (
        <span key={one.stage} class={stageClass(one.stage)} style={{ width: `${(100 * one.seconds) / Math.max(longest, 1e-3)}%` }} />
      ))}
    </div>
  );
}

export function StageLegend({ stages }: { stages: string[] }) {
  return (
    <div class="legend stage-legend">
      {stages.map((one) => (
        <span key={one}>
          <i class={stageClass(one)} />
          {stageName(one)}
        </span>
      ))}
    </div>
  );
}

export function sumOf(stages: StageTime[]): number {
  return stages.reduce((sum, one) => sum + one.seconds, 0);
}
