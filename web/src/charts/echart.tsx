import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { Picture } from '../components/panel.tsx';

interface Props {
  option: EChartsCoreOption;
  height: number;
  label: string; ///< what it shows, for who does not see it
  picture?: Picture;
  onPick?: (name: string, at: number) => void; ///< of the category that is clicked
}

/// A chart of ECharts. Tooltips are drawn ("richText"): the policy of the page allows no style in
/// markup.
export function EChart({ option, height, label, picture, onPick }: Props) {
  const root = useRef<HTMLDivElement>(null);
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
      made.on('click', (event) => pick.current?.(event.name, event.dataIndex ?? -1));
      watch.observe(root.current);
      setChart(made);
    });
    return () => {
      left = true;
      watch.disconnect();
      made?.dispose();
    };
  }, []);

  useEffect(() => {
    if (!chart) return;
    chart.setOption({ animationDuration: 200, animationDurationUpdate: 200, ...option }, { notMerge: true });
    const canvas = root.current?.querySelector('canvas');
    if (!picture || !canvas) return;
    picture.current = canvas;
    picture.draw = () => chart.renderToCanvas({ pixelRatio: devicePixelRatio });
  }, [chart, option]);

  return <div class="chart" ref={root} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}
