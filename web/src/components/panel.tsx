import { Component, type ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

import type { ApiError } from '../api/client.ts';
import type { Loaded } from '../api/use_answer.ts';
import { colour } from '../app/theme.ts';
import { who } from '../app/who.ts';
import type { Key } from '../format/legend.ts';
import type { TableData } from '../format/table.ts';
import { DataTable } from './data_table.tsx';
import { downloadCsv, downloadPng } from './download.ts';
import { Icon, icons } from './icon.tsx';
import { whoIs } from './may_not.tsx';
import { Menu, type MenuItem } from './menu.tsx';
import './panel.css';

/// How a chart hands out what it has drawn.
export interface Picture {
  current: HTMLCanvasElement | null;
  draw?: () => HTMLCanvasElement; ///< all of it, where it lies in several layers
  keys?: readonly Key[]; ///< of what it shows, where that does not stand in the chart
}

interface Props<T> {
  title: string;
  note?: ComponentChildren; ///< one line below the title
  of: Loaded<T>;
  empty?: (value: T) => string | false; ///< why there is nothing to show
  table?: (value: T) => TableData; ///< what it shows as a table, for csv and for who reads no charts
  picture?: Picture;
  actions?: ComponentChildren;
  class?: string;
  height?: number; ///< kept while it loads, so that nothing jumps
  children: (value: T) => ComponentChildren;
}

/// A part of a page with a title, which is loading, empty, failed or there.
export function Panel<T>(props: Props<T>) {
  const { title, note, of, actions } = props;
  const [asTable, setAsTable] = useState(false);
  const { value } = of;
  const table = value !== null && props.table && !(props.empty && props.empty(value)) ? () => props.table!(value) : null;
  const items: MenuItem[] = [];
  if (table) {
    items.push({ label: 'Export csv', act: () => downloadCsv(title, table()) });
    if (props.picture && !asTable) items.push({ label: 'Export png', act: () => png(title, props.picture!) });
    if (props.picture) items.push({ label: asTable ? 'Show as chart' : 'Show as table', act: () => setAsTable(!asTable) });
  }
  return (
    <section class={`panel ${props.class ?? ''}`} aria-busy={of.loading} aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          {note && <p class="note">{note}</p>}
        </div>
        <div class="panel-actions">
          {actions}
          {items.length > 0 && <Menu label={`${title}: export and more`} items={items} />}
        </div>
      </header>
      <div class={`panel-body ${of.loading && value !== null ? 'stale' : ''}`}>
        {asTable && table ? <DataTable {...table()} label={title} /> : <PanelBody {...props} />}
      </div>
    </section>
  );
}

function png(title: string, picture: Picture): void {
  if (picture.current) downloadPng({ title, chart: picture.draw?.() ?? picture.current, keys: picture.keys ?? [], paper: colour('--surface'), ink: colour('--text') });
}

function PanelBody<T>({ of, empty, children, height }: Props<T>) {
  const style = height ? { minHeight: `${height}px` } : {};
  if (of.error) return <Failure error={of.error} retry={of.retry} />;
  if (of.value === null) {
    return (
      <div class="loading" style={style}>
        <span class="visually-hidden">Loading</span>
      </div>
    );
  }
  const why = empty?.(of.value);
  if (why) return <p class="empty" style={style}>{why}</p>;
  return <Guarded>{children(of.value)}</Guarded>;
}

/// What went wrong, in the server's words, and what helps.
export function Failure({ error, retry }: { error: ApiError; retry?: () => void }) {
  const session = who();
  return (
    <div class="failure" role="alert">
      <Icon path={icons.warning} />
      <div>
        <p>
          <strong>{error.message}</strong>
        </p>
        {error.remedy && <p>{error.remedy}</p>}
        {error.status === 403 && session && <p>You are signed in as {whoIs(session)}.</p>}
        <p class="code">{error.code}</p>
        {retry && <button onClick={retry}>Try again</button>}
      </div>
    </div>
  );
}

/// Keeps a mistake in one part from taking the page along.
export class Guarded extends Component<{ children: ComponentChildren }, { fault: string }> {
  override state = { fault: '' };

  override componentDidCatch(fault: unknown): void {
    console.error(fault);
    this.setState({ fault: fault instanceof Error ? fault.message : String(fault) });
  }

  override render() {
    if (this.state.fault === '') return this.props.children;
    const error = { status: 0, code: 'internal', message: 'this part could not be drawn', remedy: this.state.fault };
    return <Failure error={error} retry={() => this.setState({ fault: '' })} />;
  }
}
