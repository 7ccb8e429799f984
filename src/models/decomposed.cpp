#include "models/decomposed.h"

#include "models/saved_state.h"
#include "models/wrapping_model.h"
#include "series/derived_predictive.h"
#include "series/mstl.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

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

class DecomposedFitted final : public WrappingFitted {
 public:
  DecomposedFitted(std::vector<LastCycle> seasons, std::unique_ptr<FittedSeries> inner)
      : WrappingFitted(std::move(inner)), seasons_(std::move(seasons)) {}

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
    std::vector<double> rest(values.begin(), values.end());
    for (LastCycle& season : seasons_) {
      for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= season.at(static_cast<Index>(i));
      season.next = (season.next + std::ssize(values)) % season.values.size();
    }
    inner().update(rest, beside);
  }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<DecomposedFitted>(seasons_, inner().clone());
  }
  json save() const override { return {{"seasons", seasons()}, {"state", inner().save()}}; }
  json explain() const override { return {{"seasons", seasons()}, {"rest", inner().explain()}}; }

 private:
  json seasons() const {
    json result = json::array();
    for (const LastCycle& season : seasons_) {
      result.push_back(
          {{"last_cycle", std::vector<double>(season.values.begin(), season.values.end())},
           {"next", season.next}});
    }
    return result;
  }

  std::vector<LastCycle> seasons_;
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
    return std::make_unique<DecomposedFitted>(std::move(seasons),
                                              model().load(state.at("state"), calendar));
  }

 private:
  /// `fit` sees what the seasons leave; missing stays missing.
  SeriesFit fit_with(const SeriesInput& input, const FitOptions&,
                     const InnerFit& fit) const override {
    const Decomposition parts = mstl(input.values, seasons_);
    std::vector<double> rest(input.values.begin(), input.values.end());
    std::vector<LastCycle> cycles;
    for (std::size_t s = 0; s < parts.seasons.size(); ++s) {
      const VectorXd& season = parts.seasonal[s];
      for (std::size_t t = 0; t < rest.size(); ++t) rest[t] -= season[static_cast<Index>(t)];
      cycles.push_back({season.tail(parts.seasons[s]), 0});
    }
    SeriesFit result = fit({input.calendar, input.first, rest, input.regressors});
    if (result.fitted == nullptr) return result;
    result.fitted = std::make_unique<DecomposedFitted>(std::move(cycles), std::move(result.fitted));
    return result;
  }

  std::vector<int> seasons_;
};

}  // namespace

SeriesModelPtr make_decomposed(SeriesModelPtr model, std::vector<int> seasons) {
  return std::make_shared<Decomposed>(std::move(model), std::move(seasons));
}

}  // namespace forecart
