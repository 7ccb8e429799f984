import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

import { dimensionKey, type Preview } from '../../api/data_calls.ts';
import { Problem } from '../../components/problem.tsx';
import { columnOf, dimensionChoices, formats, parts, settingIn, sortedFor, type Format, type Part } from './wizard_parts.ts';

interface Props {
  preview: Preview;
  tried: Record<string, string>;
  change: (key: string, value: string) => void;
}

/// Which column plays which part, and how times and numbers are written.
export function WizardChoices({ preview, tried, change }: Props) {
  return (
    <div class="wizard-choices">
      <Problem text={preview.problem?.message ?? ''} />
      <fieldset>
        <legend>Columns</legend>
        {parts.map((part) => (
          <PartChoice key={part.name} part={part} preview={preview} tried={tried} change={change} />
        ))}
      </fieldset>
      <Dimensions preview={preview} tried={tried} change={change} />
      <fieldset>
        <legend>Formats</legend>
        {formats.map((format) => (
          <FormatChoice key={format.name} format={format} preview={preview} tried={tried} change={change} />
        ))}
        <Zone preview={preview} tried={tried} change={change} />
      </fieldset>
    </div>
  );
}

/// Further columns, beside product and place.
function Dimensions({ preview, tried, change }: Props) {
  const choices = dimensionChoices(tried, preview);
  if (choices.length === 0) return null;
  return (
    <fieldset>
      <legend>Cut sales by</legend>
      {choices.map(({ column, isChosen, isStored }) => (
        <label key={column} class="dimension" title={isStored ? 'It stands below [dimensions] of the settings, where it can be taken out.' : ''}>
          <input type="checkbox" checked={isChosen} disabled={isStored} onChange={(event) => change(dimensionKey(column), event.currentTarget.checked ? 'yes' : '')} />
          {column}
        </label>
      ))}
    </fieldset>
  );
}

function PartChoice({ part, preview, tried, change }: Props & { part: Part }) {
  const chosen = columnOf(part.name, tried, preview);
  const columns = sortedFor(part.name, preview.columns);
  const missing = chosen !== '' && !preview.columns.some((one) => one.name === chosen);
  const example = preview.columns.find((one) => one.name === chosen)?.examples[0] ?? '';
  return (
    <Choice label={part.label} note={example !== '' ? `as ${example}` : part.hint}>
      {(id) => (
        <select id={id} aria-describedby={`${id}-note`} value={chosen} aria-invalid={missing} onChange={(event) => change(part.name, event.currentTarget.value)}>
          <option value="">{part.name === 'time' ? 'choose a column' : 'no column'}</option>
          {missing && <option value={chosen}>{chosen} (not in this file)</option>}
          {columns.map((one) => (
            <option key={one.name} value={one.name}>
              {one.name}
            </option>
          ))}
        </select>
      )}
    </Choice>
  );
}

function FormatChoice({ format, preview, tried, change }: Props & { format: Format }) {
  const chosen = tried[format.name] ?? (settingIn(preview.toml, format.name) || format.choices[0]![0]);
  const known = format.choices.some(([value]) => value === chosen);
  return (
    <Choice label={format.label}>
      {(id) => (
        <select id={id} value={chosen} onChange={(event) => change(format.name, event.currentTarget.value)}>
          {!known && <option value={chosen}>{chosen}</option>}
          {format.choices.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Choice>
  );
}

/// A name, what is chosen, and a line about it.
function Choice({ label, note, children }: { label: string; note?: string; children: (id: string) => ComponentChildren }) {
  const id = useId();
  return (
    <div class="choice">
      <label for={id}>{label}</label>
      {children(id)}
      {note && (
        <span class="note" id={`${id}-note`} title={note}>
          {note}
        </span>
      )}
    </div>
  );
}

const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];

/// Of the clock that the times were read from.
function Zone({ preview, tried, change }: Props) {
  const chosen = tried.time_zone ?? (settingIn(preview.toml, 'time_zone') || 'none');
  const set = (text: string) => change('time_zone', text.trim() || 'none');
  return (
    <Choice label="Time zone" note="of the shop's clock, for days of 23 and 25 hours">
      {(id) => (
        <>
          <input id={id} aria-describedby={`${id}-note`} list={`${id}-list`} value={chosen === 'none' ? '' : chosen} placeholder="none: times as they are" autocomplete="off" onChange={(event) => set(event.currentTarget.value)} />
          <datalist id={`${id}-list`}>
            {zones.map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </>
      )}
    </Choice>
  );
}
