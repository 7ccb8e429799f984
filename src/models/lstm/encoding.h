#pragma once

#include "base/calendar.h"
#include "models/lstm/network.h"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace forecart::lstm {

/// How a stretch of a series becomes numbers of order one, whatever its level: each window is
/// centred and scaled by the recent past of its own origin, so a level shift after training only
/// moves the frame. Beside the value each step carries the position in the season it leads to.
struct Encoding {
  std::size_t window = 24;        ///< steps the network reads
  std::size_t level_window = 24;  ///< values the level is taken from, >= window
  int season = 1;                 ///< steps of a season; 1: none
  int harmonics = 0;              ///< pairs of sine and cosine of the position in the season
  double spread = 1;       ///< typical |value - level| / scale, learnt from the training part
  double scale_floor = 0;  ///< least scale, so that a dead stretch does not divide by zero
  double lowest = 0;       ///< encoded range that forecasts are kept in
  double highest = 0;

  std::size_t inputs() const { return 1 + 2 * static_cast<std::size_t>(harmonics); }
};

void to_json(nlohmann::json& json, const Encoding& encoding);
void from_json(const nlohmann::json& json, Encoding& encoding);

/// Frame of one origin: encoded = (value - mean) / unit.
struct Level {
  double mean = 0;
  double scale = 1;  ///< mean |value| of the recent past, at least the floor
  double unit = 1;   ///< scale * spread
};

/// Frame at the end of `past`, from its last `level_window` values, or the largest whole number of
/// seasons where there are fewer. `past` has no missing values and at least one value.
Level level_at(std::span<const double> past, const Encoding& encoding);

/// Writes windows into blocks; keeps the sines and cosines of one season.
class Encoder {
 public:
  explicit Encoder(const Encoding& encoding);

  const Encoding& encoding() const { return encoding_; }

  /// Fills column `column` of a block. `values` are the `window` values before the origin and
  /// `positions` the season positions of the buckets after each of them.
  void encode(const Level& level, std::span<const double> values, std::span<const int> positions,
              std::size_t column, WindowBlock<float>& block) const;

 private:
  Encoding encoding_;
  std::vector<float> waves_;  // (season, 2 harmonics)
};

/// Season positions of the buckets first, first + 1, ..., count of them.
std::vector<int> season_positions(const Calendar& calendar, Bucket first, std::size_t count,
                                  int season);

/// Appends `values` to `filled`; a missing one becomes the value one season before, or the mean of
/// what is there where there is none. `filled` or the first of the values must be known.
void append_filled(std::span<const double> values, int season, std::vector<double>& filled);

/// The encoding for a series from the window, season (>= 1) and harmonics of `frame`: level window
/// by the calendar, no more harmonics than the season carries, spread and floor learnt from
/// `training` (no missing values).
Encoding learn_encoding(const Calendar& calendar, const Encoding& frame,
                        std::span<const double> training);

}  // namespace forecart::lstm
