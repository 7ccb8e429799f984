#include "models/intermittent/aggregation.h"

#include "models/intermittent/compound_demand.h"
#include "models/intermittent/demand_history.h"
#include "models/intermittent/smoothed.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

constexpr double kSizeAlpha = 0.1;

/// Blocks back from the end beyond which weights are below rounding: .9^400 < 1e-18.
constexpr std::size_t kBlocks = 400;

/// Sums over whole blocks of `length`, the last of which ends with the values.
std::vector<double> block_sums(std::span<const double> values, std::size_t length) {
  std::vector<double> sums;
  for (std::size_t from = values.size() % length; from < values.size(); from += length) {
    double sum = 0;
    for (std::size_t i = from; i < from + length; ++i) sum += values[i];
    sums.push_back(sum);
  }
  return sums;
}

/// Mean number of known periods from one demand to the next, from the start for the first, rounded;
/// at least one.
std::size_t mean_interval(std::span<const double> known) {
  double last = 0;
  double demands = 0;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!(known[i] > 0)) continue;
    last = static_cast<double>(i + 1);
    ++demands;
  }
  return demands > 0 ? static_cast<std::size_t>(std::nearbyint(last / demands)) : 1;
}

std::vector<double> known_values(std::span<const double> values) {
  std::vector<double> known;
  for (const double y : values) {
    if (!std::isnan(y)) known.push_back(std::max(0.0, y));
  }
  return known;
}

/// One length of block, and the alpha that suits its sums.
struct Aggregation {
  std::size_t length = 1;
  double alpha = kSizeAlpha;
};

class FittedAggregation final : public FittedSeries {
 public:
  FittedAggregation(std::vector<Aggregation> levels, bool whole, Smoothed sizes)
      : levels_(std::move(levels)), whole_(whole), sizes_(sizes) {}

  /// Keeps as much history as has any weight.
  void update(std::span<const double> values, const Regressors&) override {
    whole_ = whole_ && whole_numbers(values);
    for (const double y : known_values(values)) {
      known_.push_back(y);
      if (y > 0) sizes_.push(y);
    }
    const std::size_t keep = kBlocks * levels_.back().length;
    if (known_.size() > 2 * keep) {
      known_.erase(known_.begin(), known_.end() - static_cast<std::ptrdiff_t>(keep));
    }
  }
  void restore(std::vector<double> known) { known_ = std::move(known); }

  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    return std::make_shared<CompoundDemand>(
        DemandShape::of(mean(), sizes_, 2 / kSizeAlpha - 1, whole_), horizon);
  }
  Components components(Index horizon, const Regressors&) const override {
    Components result;
    result.add(kLevel, VectorXd::Constant(horizon, mean()));
    return result;
  }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedAggregation>(*this);
  }
  json save() const override {
    json levels = json::array();
    for (const Aggregation& level : levels_) {
      levels.push_back({{"length", level.length}, {"alpha", level.alpha}});
    }
    return {{"levels", std::move(levels)},
            {"whole", whole_},
            {"sizes", sizes_.save()},
            {"known", known_}};
  }
  json explain() const override {
    return {{"longest_block", levels_.back().length}, {"size", sizes_.value()}, {"mean", mean()}};
  }

 private:
  double mean() const {
    double sum = 0;
    for (const Aggregation& level : levels_) {
      const auto sums = block_sums(known_, level.length);
      if (sums.empty()) continue;
      sum += smoothed(sums, level.alpha) / static_cast<double>(level.length);
    }
    return sum / static_cast<double>(levels_.size());
  }

  std::vector<Aggregation> levels_;  // ascending by length, at least one
  bool whole_;
  Smoothed sizes_;
  std::vector<double> known_;  // the last known values
};

class AggregationModel final : public SeriesModel {
 public:
  explicit AggregationModel(bool all_levels) : all_levels_(all_levels) {}

  std::string name() const override { return all_levels_ ? "IMAPA" : "ADIDA"; }
  std::string interval_method() const override { return "compound of occurrence and size"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    std::string flaw = no_demand(input.values);
    if (!flaw.empty()) return {nullptr, std::move(flaw), false};
    const std::vector<double> known = known_values(input.values);
    const std::size_t longest = mean_interval(known);
    std::vector<Aggregation> levels;
    for (std::size_t length = all_levels_ ? 1 : longest; length <= longest; ++length) {
      const auto sums = block_sums(known, length);
      levels.push_back({length, sums.empty() ? kSizeAlpha : best_alpha(sums)});
    }
    auto fitted =
        std::make_unique<FittedAggregation>(std::move(levels), true, Smoothed(kSizeAlpha));
    fitted->update(input.values, {});
    return {std::move(fitted), "", true};
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    std::vector<Aggregation> levels;
    for (const json& level : state.at("levels")) {
      const auto length = whole_number(level, "length", 1, INT32_MAX);
      const auto alpha = level.at("alpha").get<double>();
      if (!(alpha > 0 && alpha <= 1)) refuse_state(name(), "alpha");
      if (!levels.empty() && levels.back().length >= static_cast<std::size_t>(length)) {
        refuse_state(name(), "levels");
      }
      levels.push_back({static_cast<std::size_t>(length), alpha});
    }
    if (levels.empty()) refuse_state(name(), "levels");
    auto fitted = std::make_unique<FittedAggregation>(
        std::move(levels), state.at("whole").get<bool>(), Smoothed::load(state.at("sizes")));
    fitted->restore(state.at("known").get<std::vector<double>>());
    return fitted;
  }

 private:
  bool all_levels_;
};

}  // namespace

SeriesModelPtr make_adida() {
  return std::make_shared<AggregationModel>(false);
}

SeriesModelPtr make_imapa() {
  return std::make_shared<AggregationModel>(true);
}

}  // namespace forecart
