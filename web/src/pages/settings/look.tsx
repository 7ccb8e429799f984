import { setTheme, useTheme } from '../../app/theme.ts';
import { instant, moment } from '../../format/dates.ts';
import { writingOf } from '../../format/measures.ts';
import { number } from '../../format/numbers.ts';
import { useCurrency } from '../../app/shop.ts';

const themes = [
  ['light', 'Light'],
  ['dark', 'Dark'],
  ['system', 'As the system'],
] as const;

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
      <div class="segments" role="group" aria-label="Colours">
        {themes.map(([theme, label]) => (
          <button key={theme} aria-pressed={chosen === theme} onClick={() => setTheme(theme)}>
            {label}
          </button>
        ))}
      </div>
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
