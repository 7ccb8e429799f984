import type { ComponentChildren } from 'preact';

import { useView } from '../app/router.ts';
import { Shop, useShopOf } from '../app/shop.ts';
import { Guarded } from '../components/panel.tsx';
import { instant, runBegan } from '../format/dates.ts';
import Accuracy from '../pages/accuracy/accuracy.tsx';
import Overview from '../pages/overview/overview.tsx';
import type { About } from './answers.ts';
import { DataPart } from './data_part.tsx';
import { ForecastPart } from './forecast_part.tsx';
import { SalesPart } from './sales_part.tsx';

/// Nobody is signed in: what only some may see is not in the report.
const reader = { user: '', role: 'viewer', datasets: [], how: 'session', has_password: false, issuer: null } as const;

const parts = [
  { id: 'overview', title: 'Overview', asks: 'How are sales going, and what needs attention?' },
  { id: 'sales', title: 'Sales', asks: 'What was sold, when, where?' },
  { id: 'forecast', title: 'Forecast', asks: 'What comes, and how sure is that?' },
  { id: 'accuracy', title: 'Accuracy', asks: 'How good are the forecasts?' },
  { id: 'data', title: 'Data', asks: 'What came in, and what was refused?' },
] as const;

type PartId = (typeof parts)[number]['id'];

export function Report({ about }: { about: About }) {
  const view = { ...useView(), dataset: about.dataset };
  const shop = useShopOf(about.dataset, 'report');
  const page = { dataset: about.dataset, datasets: [about.dataset], begun: () => {}, session: { ...reader, datasets: [about.dataset] } };
  const content: Record<PartId, ComponentChildren> = {
    overview: <Overview view={view} {...page} />,
    sales: <SalesPart view={view} />,
    forecast: <ForecastPart view={view} about={about} />,
    accuracy: <Accuracy view={view} {...page} />,
    data: <DataPart dataset={about.dataset} run={about.run} />,
  };
  return (
    <Shop.Provider value={shop}>
      <Head about={about} />
      <main id="content">
        {parts.map((part) => (
          <section key={part.id} id={part.id} class="part" aria-labelledby={`${part.id}-title`}>
            <div class="page-head">
              <h2 id={`${part.id}-title`}>{part.title}</h2>
              <p class="note">{part.asks}</p>
            </div>
            <Guarded>{content[part.id]}</Guarded>
          </section>
        ))}
      </main>
      <footer class="note">Made by forecart {about.version} of run {about.run}. It holds its data, and asks no server.</footer>
    </Shop.Provider>
  );
}

function Head({ about }: { about: About }) {
  const zone = about.time_zone === 'none' ? 'UTC' : about.time_zone;
  return (
    <header class="report-head">
      <div>
        <h1>{about.dataset}: sales and forecasts</h1>
        <p class="note">
          Run of {instant(runBegan(about.run), zone)} ({zone})
        </p>
      </div>
      <nav aria-label="Parts of the report">
        {parts.map((part) => (
          <a key={part.id} href={`#${part.id}`}>
            {part.title}
          </a>
        ))}
      </nav>
    </header>
  );
}
