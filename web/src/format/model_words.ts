// What models do, for people who do not know their names. Pure.
import { modelName } from './models.ts';

/// A name that says it, and a sentence.
const known: Record<string, [string, string]> = {
  Naive: ['Last value', 'Expects the last value again.'],
  SeasonalNaive: ['Last season again', 'Expects what came at the same time of the last week, day or year.'],
  Naive2: ['Last value and season', 'The last value, with the season laid over it.'],
  HistoricAverage: ['Average of all', 'Expects the mean of all that came.'],
  WindowAverage: ['Recent average', 'Expects the mean of the last values.'],
  LevelProfile: ['Level and rhythm', 'Follows the level of a series, and lays the rhythm of the days and hours over it that all series of the shop share.'],
  ARIMA: ['Seasonal ARIMA', 'Learns how each value hangs on those before it and on the same time of earlier seasons.'],
  AutoARIMA: ['Seasonal ARIMA', 'Learns how each value hangs on those before it and on earlier seasons; chooses its own orders.'],
  AutoETS: ['Exponential smoothing', 'Level, trend and season that move on with each value, the recent ones counting most.'],
  SES: ['Smoothing', 'A level that moves on with each value, with the season laid over it.'],
  Theta: ['Theta', 'Half the trend in the long run, and smoothing of what is left.'],
  OptimizedTheta: ['Theta, fitted', 'Theta whose share of the trend is fitted.'],
  DynamicTheta: ['Theta, moving', 'Theta with a trend that follows the values.'],
  DynamicOptimizedTheta: ['Theta, moving and fitted', 'Theta with a trend that follows the values, and a fitted share of it.'],
  AutoTheta: ['Theta', 'The theta method that did best on the series: part of the trend in the long run, and smoothing of what is left.'],
  SeasonalAR: ['Seasonal autoregression', 'Weighs the last values and those of the same time of earlier seasons.'],
  DoubleSeasonalES: ['Smoothing of day and week', 'Exponential smoothing with two seasons at once.'],
  SeasonalMedian: ['Median of seasons', 'The middle one of the last three seasons.'],
  SeasonalGrowth: ['Last season, grown', 'The last season, with the growth since the one before.'],
  MSTL: ['Seasons taken apart', 'Takes the seasons off, forecasts what is left, and lays them on again.'],
  CrostonClassic: ['Rare sales (Croston)', 'For items that sell now and then: how much, and how seldom.'],
  CrostonSBA: ['Rare sales (SBA)', 'As Croston, less what that expects too much.'],
  CrostonOptimized: ['Rare sales, fitted', 'As Croston, with a memory that is fitted.'],
  CountProfile: ['Counts and rhythm', 'For small counts: a level that wanders, times the rhythm of the days.'],
  TSB: ['Rare sales (TSB)', 'As Croston, for items that may die out.'],
  ADIDA: ['Rare sales, summed up', 'Forecasts sums over longer spans and shares them out.'],
  IMAPA: ['Rare sales, many spans', 'The mean of such sums over several spans.'],
  GradientBoostedTrees: ['Boosted trees', 'Many small decision trees over calendar, prices and earlier values of all series.'],
  LSTM: ['Neural network (LSTM)', 'A network that reads a series step by step, trained on all series together.'],
  MLP: ['Neural network (MLP)', 'A network over the last values, trained on all series together.'],
  ARIMALSTM: ['ARIMA and network', 'Seasonal ARIMA, and a network for what it leaves.'],
  Ensemble: ['Mean of several', 'The mean of several models.'],
  AutoSelect: ['The best few together', 'Proves several models on each series and joins those that did best.'],
};

/// "Level and rhythm"; the name itself where nobody has described it.
export function modelTitle(model: string): string {
  const plain = plainOf(model);
  return known[plain]?.[0] ?? plain;
}

/// What it does, and that its forecasts were made to add up, with the name that programs know.
export function modelHint(model: string): string {
  const plain = plainOf(model);
  const sentence = known[plain]?.[1] ?? '';
  const adding = model.includes('/') ? ' Its forecasts were made to add up over the sums of the panel.' : '';
  return `${modelName(plain)}${sentence && `: ${sentence}`}${adding}`;
}

function plainOf(model: string): string {
  return model.split('/')[0]!;
}
