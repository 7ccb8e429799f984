import { modelHint } from '../format/model_words.ts';
import { modelName } from '../format/models.ts';
import { isDashed } from './model_colours.ts';
import './model_picker.css';

interface Props {
  models: readonly string[];
  chosen: readonly string[];
  colourOf: (model: string) => string;
  best?: string | null;
  choose: (models: string[]) => void;
}

/// Models to show side by side, one at least.
export function ModelPicker({ models, chosen, colourOf, best, choose }: Props) {
  const toggle = (model: string) => {
    const next = chosen.includes(model) ? chosen.filter((one) => one !== model) : [...chosen, model];
    if (next.length > 0) choose(next);
  };
  return (
    <fieldset class="model-picker">
      <legend class="visually-hidden">Models</legend>
      {models.map((model) => (
        <label key={model} title={modelHint(model)}>
          <input type="checkbox" checked={chosen.includes(model)} onChange={() => toggle(model)} />
          <i class={isDashed(model, models) ? 'dashed' : ''} style={{ color: colourOf(model) }} />
          {modelName(model, models)}
          {model === best && <span class="badge">best</span>}
        </label>
      ))}
    </fieldset>
  );
}
