import { useMemo } from 'preact/hooks';

import * as calls from '../../api/calls.ts';
import type { ApiError } from '../../api/client.ts';
import * as forecasts from '../../api/forecast_calls.ts';
import { useAnswer } from '../../api/use_answer.ts';
import { change } from '../../app/router.ts';
import type { View } from '../../app/view.ts';
import { Failure } from '../../components/panel.tsx';
import { PanelChoice } from '../../components/panel_choice.tsx';
import { SeriesFinder } from '../../components/series_finder.tsx';
import type { PageProps } from '../pages.ts';
import { Explained } from './explained.tsx';
import './forecast.css';
import { chosenOf, gather } from './gather.ts';
import { Outlook } from './outlook.tsx';
import { Overrides } from './overrides.tsx';

const mostListed = 1000;

export default function Forecast({ view, dataset, session }: PageProps) {
  const panels = useAnswer(`panels ${dataset}`, (signal) => forecasts.panels(dataset, signal));
  if (panels.error) return <Failure error={panels.error} retry={panels.retry} />;
  if (panels.value === null) return <div class="loading" aria-busy="true" />;
  const facts = panels.value.panels.find((one) => one.panel === view.panel) ?? panels.value.panels[0];
  if (!facts) return <p class="empty">The last run forecast no panel. Look at Runs for what went wrong.</p>;
  return (
    <>
      <Chosen view={view} dataset={dataset} panels={panels.value.panels} facts={facts} mayChange={session.role !== 'viewer'} />
    </>
  );
}

interface ChosenProps {
  view: View;
  dataset: string;
  panels: forecasts.PanelFacts[];
  facts: forecasts.PanelFacts;
  mayChange: boolean;
}

/// The series that the address names, else the total, else the first.
function useSeries(dataset: string, panel: string, wanted: string) {
  const of = useAnswer(wanted === '' ? `series ${dataset} ${panel}` : null, (signal) => calls.series(dataset, { panel, limit: mostListed }, signal));
  if (wanted !== '') return { series: wanted, of };
  const mine = of.value?.panel === panel ? of.value.series : [];
  return { series: mine.includes('total') ? 'total' : (mine[0] ?? ''), of };
}

function Chosen({ view, dataset, panels, facts, mayChange }: ChosenProps) {
  const { panel } = facts;
  const { series, of: list } = useSeries(dataset, panel, view.series);
  const wanted = view.models[0] ?? '';
  const gathered = useAnswer(series === '' ? null : `gather ${dataset} ${panel} ${series} ${wanted}`, (signal) => gather(dataset, panel, series, wanted, signal));
  const of = list.error && view.series === '' ? { ...gathered, error: list.error, retry: list.retry } : { ...gathered, error: inWords(gathered.error) };
  const { value } = of;
  const chosen = useMemo(() => (value ? chosenOf(view.models, value.models, value.model) : []), [value, view.models.join()]);
  const at = value ? value.woven.ds.indexOf(view.more.at ?? '') : -1;
  return (
    <>
      <div class="bar">
        <PanelChoice panels={panels} chosen={panel} choose={(one) => change({ panel: one, series: '', models: [], more: {} })} />
        <SeriesFinder dataset={dataset} panel={panel} series={series} choose={(one) => change({ panel, series: one, more: keeping(view, 'past') })} />
        <span class="note">{facts.series > 1 ? `of ${facts.series} series` : ''}</span>
      </div>
      <div class="grid">
        <Outlook view={view} dataset={dataset} facts={facts} of={of} chosen={chosen} picked={at < 0 ? null : at} />
        {value && <Explained dataset={dataset} facts={facts} gathered={value} picked={at < 0 ? null : at} />}
        {value && <Overrides dataset={dataset} facts={facts} gathered={value} picked={at < 0 ? null : at} mayChange={mayChange} changed={of.retry} />}
      </div>
    </>
  );
}

/// The server helps who asks it by hand; here the series stand beside.
function inWords(error: ApiError | null): ApiError | null {
  return error?.code === 'unknown_name' ? { ...error, remedy: 'find another one in the field above' } : error;
}

function keeping(view: View, name: string): Record<string, string> {
  return { [name]: view.more[name] ?? '' };
}
