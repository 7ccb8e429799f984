#include "models/lstm/encoding.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace forecart::lstm {

namespace {

/// Seasons the level of a sub-daily series is taken from (docs/models/lstm.md, Choices).
constexpr std::size_t kLevelSeasons = 3;
/// Least scale as a share of the training part's.
constexpr double kScaleFloor = 0.05;
/// How far forecasts may leave the range seen in training, in lengths of that range.
constexpr double kRangeMargin = 0.5;

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double mean_magnitude(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += std::abs(value);
  return sum / static_cast<double>(values.size());
}

std::size_t level_window(const Calendar& calendar, std::size_t window, std::size_t season) {
  if (season > 1 && calendar.frequency().is_sub_daily()) {
    window = std::max(window, kLevelSeasons * season);
  }
  return (window + season - 1) / season * season;
}

/// Learns spread and range from what the network will be asked for.
void learn_range(std::span<const double> training, Encoding& encoding) {
  double squares = 0;
  double lowest = 0;
  double highest = 0;
  for (std::size_t origin = encoding.window; origin < training.size(); ++origin) {
    const Level level = level_at(training.first(origin), encoding);
    const double z = (training[origin] - level.mean) / level.scale;
    squares += z * z;
    lowest = std::min(lowest, z);
    highest = std::max(highest, z);
  }
  encoding.spread = std::sqrt(squares / static_cast<double>(training.size() - encoding.window));
  const double margin = kRangeMargin * (highest - lowest);
  encoding.lowest = (lowest - margin) / encoding.spread;
  encoding.highest = (highest + margin) / encoding.spread;
}

}  // namespace

void to_json(nlohmann::json& json, const Encoding& encoding) {
  json = {{"window", encoding.window}, {"level_window", encoding.level_window},
          {"season", encoding.season}, {"harmonics", encoding.harmonics},
          {"spread", encoding.spread}, {"scale_floor", encoding.scale_floor},
          {"lowest", encoding.lowest}, {"highest", encoding.highest}};
}

void from_json(const nlohmann::json& json, Encoding& encoding) {
  json.at("window").get_to(encoding.window);
  json.at("level_window").get_to(encoding.level_window);
  json.at("season").get_to(encoding.season);
  json.at("harmonics").get_to(encoding.harmonics);
  json.at("spread").get_to(encoding.spread);
  json.at("scale_floor").get_to(encoding.scale_floor);
  json.at("lowest").get_to(encoding.lowest);
  json.at("highest").get_to(encoding.highest);
}

Level level_at(std::span<const double> past, const Encoding& encoding) {
  const auto season = static_cast<std::size_t>(encoding.season);
  std::size_t count = std::min(past.size(), encoding.level_window);
  if (count > season) count = count / season * season;
  const std::span<const double> recent = past.last(count);
  Level level;
  level.mean = mean_of(recent);
  level.scale = std::max(mean_magnitude(recent), encoding.scale_floor);
  level.unit = level.scale * encoding.spread;
  return level;
}

Encoder::Encoder(const Encoding& encoding) : encoding_(encoding) {
  const double turn = 2 * std::numbers::pi / encoding.season;
  for (int position = 0; position < encoding.season; ++position) {
    for (int k = 1; k <= encoding.harmonics; ++k) {
      waves_.push_back(static_cast<float>(std::sin(turn * k * position)));
      waves_.push_back(static_cast<float>(std::cos(turn * k * position)));
    }
  }
}

void Encoder::encode(const Level& level, std::span<const double> values,
                     std::span<const int> positions, std::size_t column,
                     WindowBlock<float>& block) const {
  const std::size_t waves = encoding_.inputs() - 1;
  float* feature = block.features.data() + column;
  for (std::size_t step = 0; step < encoding_.window; ++step) {
    *feature = static_cast<float>((values[step] - level.mean) / level.unit);
    feature += kPanel;
    const float* wave = waves_.data() + static_cast<std::size_t>(positions[step]) * waves;
    for (std::size_t k = 0; k < waves; ++k, feature += kPanel) *feature = wave[k];
  }
}

std::vector<int> season_positions(const Calendar& calendar, Bucket first, std::size_t count,
                                  int season) {
  std::vector<int> positions(count);
  if (season < 2) return positions;
  for (std::size_t i = 0; i < count; ++i) {
    positions[i] = calendar.season_position(first + static_cast<Bucket>(i), season);
  }
  return positions;
}

void append_filled(std::span<const double> values, int season, std::vector<double>& filled) {
  const auto lag = static_cast<std::size_t>(season);
  for (const double value : values) {
    if (!std::isnan(value)) {
      filled.push_back(value);
    } else {
      const bool has_season = lag > 1 && filled.size() >= lag;
      filled.push_back(has_season ? filled[filled.size() - lag] : mean_of(filled));
    }
  }
}

Encoding learn_encoding(const Calendar& calendar, const Encoding& frame,
                        std::span<const double> training) {
  Encoding encoding = frame;
  const auto season = static_cast<std::size_t>(encoding.season);
  encoding.harmonics = std::min(frame.harmonics, encoding.season / 2);
  encoding.level_window = level_window(calendar, encoding.window, season);
  encoding.scale_floor = kScaleFloor * mean_magnitude(training);
  learn_range(training, encoding);
  return encoding;
}

}  // namespace forecart::lstm
