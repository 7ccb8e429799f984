import * as forecasts from '../api/forecast_calls.ts';
import type { PanelFacts } from '../api/forecast_calls.ts';
import { useAnswer } from '../api/use_answer.ts';
import { change } from '../app/router.ts';
import type { View } from '../app/view.ts';
import { Failure } from '../components/panel.tsx';
import { PanelChoice } from '../components/panel_choice.tsx';
import { number } from '../format/numbers.ts';
import { seriesName } from '../format/series.ts';
import '../pages/forecast/forecast.css';
import { chosenOf, gather } from '../pages/forecast/gather.ts';
import { Outlook } from '../pages/forecast/outlook.tsx';
import type { About } from './answers.ts';
import { SmallFan } from './fans.tsx';

const mostFans = 12; // beside that of the total

interface Props {
  view: View;
  about: About;
}

export function ForecastPart({ view, about }: Props) {
  const panels = useAnswer(`panels ${about.dataset}`, (signal) => forecasts.panels(about.dataset, signal));
  if (panels.error) return <Failure error={panels.error} />;
  if (panels.value === null) return <div class="loading" aria-busy="true" />;
  const held = panels.value.panels.filter((one) => (about.series[one.panel] ?? []).length > 0);
  const facts = held.find((one) => one.panel === view.panel) ?? largest(held, about);
  if (!facts) return <p class="empty">The run forecast no series that a report may show.</p>;
  return <Chosen view={view} about={about} panels={held} facts={facts} />;
}

/// The panel with the most series: there is most to see.
function largest(held: PanelFacts[], about: About): PanelFacts | undefined {
  const count = (one: PanelFacts) => about.series[one.panel]!.length;
  return [...held].sort((a, b) => count(b) - count(a))[0];
}

function Chosen({ view, about, panels, facts }: Props & { panels: PanelFacts[]; facts: PanelFacts }) {
  const held = about.series[facts.panel]!;
  const wanted = view.panel === facts.panel ? view.series : '';
  const series = held.includes(wanted) ? wanted : held[0]!;
  const of = useAnswer(`gather ${facts.panel} ${series}`, (signal) => gather(about.dataset, facts.panel, series, '', signal));
  const chosen = of.value ? chosenOf(view.models, of.value.models, of.value.model) : [];
  return (
    <>
      <div class="bar">
        <PanelChoice panels={panels} chosen={facts.panel} choose={(panel) => change({ panel, series: '', models: [], more: {} })} />
        <label>
          Series
          <select value={series} onChange={(event) => change({ panel: facts.panel, series: event.currentTarget.value, more: {} })}>
            {held.map((one) => (
              <option key={one} value={one}>
                {seriesName(one)}
              </option>
            ))}
          </select>
        </label>
        <span class="note">{noteOf(facts, held, wanted)}</span>
      </div>
      <div class="grid">
        <Outlook view={view} dataset={about.dataset} facts={facts} of={of} chosen={chosen} picked={null} />
        {held.slice(1, 1 + mostFans).map((one) => (
          <SmallFan key={`${facts.panel} ${one}`} dataset={about.dataset} facts={facts} series={one} />
        ))}
      </div>
    </>
  );
}

function noteOf(facts: PanelFacts, held: string[], wanted: string): string {
  const count = held.length < facts.series ? `The largest ${number(held.length)} of ${number(facts.series)} series.` : '';
  return wanted === '' || held.includes(wanted) ? count : `${seriesName(wanted)} is not in this report. ${count}`;
}
