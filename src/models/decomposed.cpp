#include "models/decomposed.h"

#include "models/saved_state.h"
#include "models/wrapping_model.h"
#include "series/derived_predictive.h"
#include "series/mstl.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

/// Cycles of the longest season that are looked at again when the seasons move on: those that the
/// widest seasonal window of STL reaches from the end, and some for the trend.
constexpr Index kRemembered = 18;

/// The last cycle of one season; value i belongs to place i.
struct LastCycle {
  VectorXd values;
  Index next = 0;  // place of the first step ahead

  double at(Index step) const { return values[(next + step) % values.size()]; }
  VectorXd path(Index horizon) const {
    VectorXd result(horizon);
    for (Index k = 0; k < horizon; ++k) result[k] = at(k);
    return result;
  }
};

/// The last cycle of every season.
std::vector<LastCycle> last_cycles(const Decomposition& parts) {
  std::vector<LastCycle> cycles;
  for (std::size_t s = 0; s < parts.seasons.size(); ++s) {
    cycles.push_back({parts.seasonal[s].tail(parts.seasons[s]), 0});
  }
  return cycles;
}

class DecomposedFitted final : public WrappingFitted {
 public:
  /// `recent` are the last values that were decomposed.
  DecomposedFitted(std::vector<LastCycle> seasons, std::vector<double> recent,
                   std::unique_ptr<FittedSeries> inner)
      : WrappingFitted(std::move(inner)), seasons_(std::move(seasons)), recent_(std::move(recent)) {
    forget();
  }

  PredictivePtr forecast(Index horizon, const Regressors& future) const override {
    VectorXd sum = VectorXd::Zero(horizon);
    for (const LastCycle& season : seasons_) sum += season.path(horizon);
    return affine(inner().forecast(horizon, future), VectorXd::Ones(horizon), std::move(sum));
  }

  Components components(Index horizon, const Regressors& future) const override {
    Components parts = inner().components(horizon, future);
    for (const LastCycle& season : seasons_)
      parts.add(season_part(static_cast<double>(season.values.size())), season.path(horizon));
    return parts;
  }

  void update(std::span<const double> values, const Regressors& beside) override {
    if (seasons_.empty() || recent_.empty()) return move_on(values, beside);
    const Index cycle = seasons_.front().values.size();
    for (Index from = 0; from < std::ssize(values);) {  // the same whether values come one by one
      const Index count = std::min(cycle - come_, std::ssize(values) - from);
      const auto part =
          values.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(count));
      move_on(part, rows_of(beside, from, count));
      recent_.insert(recent_.end(), part.begin(), part.end());
      forget();
      come_ += count;
      from += count;
      if (come_ == cycle) decompose_again();
    }
  }

  std::unique_ptr<FittedSeries> clone() const override {
    auto copy = std::make_unique<DecomposedFitted>(seasons_, recent_, inner().clone());
    copy->come_ = come_;
    return copy;
  }
  json save() const override {
    return {{"seasons", seasons()},
            {"recent", numbers_or_null(recent_)},
            {"come", come_},
            {"state", inner().save()}};
  }
  void restore_come(Index come) { come_ = come; }
  json explain() const override { return {{"seasons", seasons()}, {"rest", inner().explain()}}; }

 private:
  Index longest() const { return seasons_.empty() ? 0 : seasons_.back().values.size(); }

  void forget() {
    const Index old = std::ssize(recent_) - kRemembered * longest();
    if (old > 0) recent_.erase(recent_.begin(), recent_.begin() + old);
  }

  static Regressors rows_of(const Regressors& all, Index from, Index count) {
    if (all.names.empty()) return {};
    return {all.names, all.values.middleRows(from, count)};
  }

  void move_on(std::span<const double> values, const Regressors& beside) {
    std::vector<double> rest(values.begin(), values.end());
    for (LastCycle& season : seasons_) {
      for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= season.at(static_cast<Index>(i));
      season.next = (season.next + std::ssize(values)) % season.values.size();
    }
    inner().update(rest, beside);
  }

  /// The seasons as they are now.
  void decompose_again() {
    std::vector<int> lengths;
    for (const LastCycle& season : seasons_) {
      lengths.push_back(static_cast<int>(season.values.size()));
    }
    come_ = 0;
    const Decomposition parts = mstl(recent_, lengths);
    if (parts.seasons == lengths) seasons_ = last_cycles(parts);
  }

  json seasons() const {
    json result = json::array();
    for (const LastCycle& season : seasons_) {
      result.push_back(
          {{"last_cycle", std::vector<double>(season.values.begin(), season.values.end())},
           {"next", season.next}});
    }
    return result;
  }

  std::vector<LastCycle> seasons_;  // by length
  std::vector<double> recent_;      // the last values; empty in states of older programs
  Index come_ = 0;                  // values since the seasons were looked at
};

class Decomposed final : public WrappingModel {
 public:
  Decomposed(SeriesModelPtr model, std::vector<int> seasons)
      : WrappingModel(std::move(model)), seasons_(std::move(seasons)) {}

  std::string name() const override { return "MSTL"; }
  std::unique_ptr<FittedSeries> load(const json& state, const Calendar& calendar) const override {
    std::vector<LastCycle> seasons;
    for (const json& row : state.at("seasons")) {
      const auto cycle = row.at("last_cycle").get<std::vector<double>>();
      if (cycle.size() < 2) refuse_state(name(), "last_cycle");
      seasons.push_back({Eigen::Map<const VectorXd>(cycle.data(), std::ssize(cycle)),
                         whole_number(row, "next", 0, std::ssize(cycle) - 1)});
    }
    std::vector<double> recent;
    for (const json& value : state.value("recent", json::array())) {
      recent.push_back(number_or_missing(value));
    }
    const Index cycle = seasons.empty() ? 1 : seasons.front().values.size();
    auto fitted = std::make_unique<DecomposedFitted>(std::move(seasons), std::move(recent),
                                                     model().load(state.at("state"), calendar));
    if (state.contains("come")) fitted->restore_come(whole_number(state, "come", 0, cycle - 1));
    return fitted;
  }

 private:
  /// `fit` sees what the seasons leave; missing stays missing.
  SeriesFit fit_with(const SeriesInput& input, const FitOptions&,
                     const InnerFit& fit) const override {
    const Decomposition parts = mstl(input.values, seasons_);
    std::vector<double> rest(input.values.begin(), input.values.end());
    for (const VectorXd& season : parts.seasonal) {
      for (std::size_t t = 0; t < rest.size(); ++t) rest[t] -= season[static_cast<Index>(t)];
    }
    SeriesFit result = fit({input.calendar, input.first, rest, input.regressors});
    if (result.fitted == nullptr) return result;
    result.fitted = std::make_unique<DecomposedFitted>(
        last_cycles(parts), std::vector<double>(input.values.begin(), input.values.end()),
        std::move(result.fitted));
    return result;
  }

  std::vector<int> seasons_;
};

}  // namespace

SeriesModelPtr make_decomposed(SeriesModelPtr model, std::vector<int> seasons) {
  return std::make_shared<Decomposed>(std::move(model), std::move(seasons));
}

}  // namespace forecart
