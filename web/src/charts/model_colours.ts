// A colour for each model, the same on every page: told apart by people who see red and green alike,
// and with a contrast of 3 or more to the ground, in both themes.
const light = ['#1f5fbf', '#b34700', '#00755c', '#9c3f7f', '#7a6200', '#4d5b6b', '#5a3fc0', '#0b7285'];
const dark = ['#77aefc', '#f0995c', '#4fc7a7', '#e58fc6', '#d9bf4a', '#a9b5c4', '#b3a1ff', '#5ecbdc'];

function plain(model: string): string {
  return model.split('/')[0]!;
}

/// Its place among the names of `models` gives a model its colour; where forecasts were made to add up
/// ("LSTM/auto") it has that of the model they come from.
export function modelColour(model: string, models: readonly string[], theme: 'light' | 'dark'): string {
  const colours = theme === 'dark' ? dark : light;
  const names = [...new Set(models.map(plain))].sort();
  return colours[Math.max(0, names.indexOf(plain(model))) % colours.length]!;
}

/// Drawn with dashes: beside what was made to add up stands what it comes from.
export function isDashed(model: string, models: readonly string[]): boolean {
  return !model.includes('/') && models.some((one) => one.startsWith(`${model}/`));
}
