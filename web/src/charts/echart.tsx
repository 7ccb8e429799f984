import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { Picture } from '../components/panel.tsx';
import { moved, type Keys } from './chart_keys.ts';

interface Props {
  option: EChartsCoreOption;
  height: number;
  label: string; ///< what it shows, for who does not see it
  picture?: Picture;
  keys?: Keys; ///< how keys go through its first series
  onPick?: (at: number) => void; ///< of the bar that is clicked, or where Enter is pressed
}

/// A chart of ECharts. Tooltips are drawn ("richText"): the policy of the page allows no style in
/// markup.
export function EChart(props: Props) {
  const { option, height, label, picture, keys, onPick } = props;
  const root = useRef<HTMLDivElement>(null);
  const chart = useChart(root, onPick);
  useEffect(() => {
    if (chart && root.current) draw(chart, root.current, option, picture);
  }, [chart, option]);
  const { at, onKey, leave } = useKeys(chart, props);
  const style = { height: `${height}px` };
  if (!keys) return <div class="chart" ref={root} role="img" aria-label={label} style={style} />;
  const help = `Arrow keys go from one to the next${onPick ? ', Enter chooses it' : ''}.`;
  return (
    <div>
      <div class="chart" ref={root} tabIndex={0} role="application" aria-roledescription="chart" aria-label={`${label}. ${help}`} style={style} onKeyDown={onKey} onBlur={leave} />
      <p class="visually-hidden" aria-live="polite">
        {at !== null && at < keys.count && keys.tell(at)}
      </p>
    </div>
  );
}

/// A chart for as long as the element is there, as wide as it; null until its script has come.
function useChart(root: { current: HTMLDivElement | null }, onPick: Props['onPick']): ECharts | null {
  const pick = useRef(onPick);
  pick.current = onPick;
  const [chart, setChart] = useState<ECharts | null>(null);
  useEffect(() => {
    let left = false;
    let made: ECharts | null = null;
    const watch = new ResizeObserver(() => made?.resize());
    void import('./echarts_core.ts').then(({ init }) => {
      if (left || !root.current) return;
      made = init(root.current, null, { renderer: 'canvas' });
      made.on('click', (event) => pick.current?.(event.dataIndex ?? -1));
      watch.observe(root.current);
      setChart(made);
    });
    return () => {
      left = true;
      watch.disconnect();
      made?.dispose();
    };
  }, []);
  return chart;
}

function draw(chart: ECharts, root: HTMLElement, option: EChartsCoreOption, picture: Picture | undefined): void {
  chart.setOption({ animationDuration: 200, animationDurationUpdate: 200, ...option }, { notMerge: true });
  const canvas = root.querySelector('canvas');
  if (!picture || !canvas) return;
  picture.current = canvas;
  picture.draw = () => chart.renderToCanvas({ pixelRatio: devicePixelRatio });
}

/// The one that keys have gone to, and what a key does.
function useKeys(chart: ECharts | null, { option, label, keys, onPick }: Props) {
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => setAt(null), [label]); // other bars
  useEffect(() => point(chart, at), [chart, option, at]);
  const onKey = (event: KeyboardEvent) => {
    if (!keys || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = moved(at, event.key, keys);
    if (next !== null) setAt(next);
    else if (event.key === 'Enter' && at !== null && onPick) onPick(at);
    else if (event.key === 'Escape' && at !== null) setAt(null);
    else return;
    event.preventDefault();
  };
  return { at, onKey, leave: () => setAt(null) };
}

/// Shows one as if the pointer were on it.
function point(chart: ECharts | null, at: number | null): void {
  if (!chart) return;
  chart.dispatchAction({ type: 'downplay', seriesIndex: 0 });
  if (at === null) return chart.dispatchAction({ type: 'hideTip' });
  chart.dispatchAction({ type: 'highlight', seriesIndex: 0, dataIndex: at });
  chart.dispatchAction({ type: 'showTip', seriesIndex: 0, dataIndex: at });
}
