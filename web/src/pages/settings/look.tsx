import { useCurrency } from '../../app/shop.ts';
import { setTheme, themes, useTheme } from '../../app/theme.ts';
import { Segments } from '../../components/segments.tsx';
import { instant, moment } from '../../format/dates.ts';
import { writingOf } from '../../format/measures.ts';
import { number } from '../../format/numbers.ts';

export function Look() {
  return (
    <div class="grid">
      <Colours />
      <Writing />
    </div>
  );
}

function Colours() {
  const { chosen } = useTheme();
  return (
    <section class="panel half">
      <header>
        <div>
          <h2>Colours</h2>
          <p class="note">Kept in this browser.</p>
        </div>
      </header>
      <Segments label="Colours" of={themes.map(([value, label]) => ({ value, label }))} chosen={chosen} choose={setTheme} />
    </section>
  );
}

/// How numbers and times are written, by example.
function Writing() {
  const currency = useCurrency();
  return (
    <section class="panel half">
      <header>
        <div>
          <h2>Numbers and dates</h2>
          <p class="note">As the language of this browser, {navigator.language}, has them.</p>
        </div>
      </header>
      <dl class="facts">
        <dt>Revenue</dt>
        <dd>
          {writingOf('revenue', currency).whole(1234567)} {currency === '' && <span class="note">The data set tells no currency.</span>}
        </dd>
        <dt>Units</dt>
        <dd>{number(12345)}</dd>
        <dt>Days of the shop</dt>
        <dd>
          {moment('2026-04-19')} <span class="note">in the shop's own time</span>
        </dd>
        <dt>Of runs and sign-ins</dt>
        <dd>
          {instant(new Date().toISOString())} <span class="note">in yours, {Intl.DateTimeFormat().resolvedOptions().timeZone}</span>
        </dd>
      </dl>
    </section>
  );
}
