#include "models/intermittent/croston.h"

#include "models/intermittent/compound_demand.h"
#include "models/intermittent/demand_history.h"
#include "models/intermittent/smoothed.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

constexpr double kAlpha = 0.1;

/// What all methods of this file share: a constant mean, and the distribution around it.
class FittedDemand : public FittedSeries {
 public:
  PredictivePtr forecast(Index horizon, const Regressors&) const final {
    return std::make_shared<CompoundDemand>(shape(), horizon);
  }
  Components components(Index horizon, const Regressors&) const final {
    Components result;
    result.add(kLevel, VectorXd::Constant(horizon, shape().mean));
    return result;
  }

 protected:
  virtual DemandShape shape() const = 0;
};

class FittedCroston final : public FittedDemand {
 public:
  FittedCroston(CrostonVariant variant, bool whole, Smoothed sizes, Smoothed intervals)
      : variant_(variant), whole_(whole), sizes_(sizes), intervals_(intervals) {}

  void update(std::span<const double> values, const Regressors&) override {
    whole_ = whole_ && whole_numbers(values);
    for (const double y : values) {
      if (std::isnan(y)) continue;
      ++since_;
      if (!(y > 0)) continue;
      sizes_.push(y);
      intervals_.push(since_);
      since_ = 0;
    }
  }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedCroston>(*this);
  }
  json save() const override {
    return {{"whole", whole_},
            {"sizes", sizes_.save()},
            {"intervals", intervals_.save()},
            {"since", since_}};
  }
  json explain() const override {
    return {{"size", sizes_.value()},
            {"interval", intervals_.value()},
            {"alpha_size", sizes_.alpha()},
            {"alpha_interval", intervals_.alpha()},
            {"mean", mean()}};
  }
  void set_since(double since) { since_ = since; }

 protected:
  /// The mean interval is known to a share of its variance, which is that of a geometric
  /// distribution, p^-2 (1 - p); for p as a mean of n periods that makes n = interval / share.
  DemandShape shape() const override {
    const double weight = std::max(1.0, intervals_.value() / intervals_.uncertainty());
    return DemandShape::of(mean(), sizes_, weight, whole_);
  }

 private:
  double mean() const {
    if (intervals_.empty()) return 0;
    const double plain = sizes_.value() / intervals_.value();
    return variant_ == CrostonVariant::sba ? (1 - intervals_.alpha() / 2) * plain : plain;
  }

  CrostonVariant variant_;
  bool whole_;
  Smoothed sizes_;
  Smoothed intervals_;
  double since_ = 0;  // known periods since the last demand
};

/// Sizes of the demands, and the known periods from each to the one before, from the start for the
/// first.
struct Demands {
  std::vector<double> sizes;
  std::vector<double> intervals;

  explicit Demands(std::span<const double> values) {
    double since = 0;
    for (const double y : values) {
      if (std::isnan(y)) continue;
      ++since;
      if (!(y > 0)) continue;
      sizes.push_back(y);
      intervals.push_back(since);
      since = 0;
    }
  }
};

class Croston final : public SeriesModel {
 public:
  explicit Croston(CrostonVariant variant) : variant_(variant) {}

  std::string name() const override {
    if (variant_ == CrostonVariant::classic) return "CrostonClassic";
    return variant_ == CrostonVariant::sba ? "CrostonSBA" : "CrostonOptimized";
  }
  std::string interval_method() const override { return "compound of occurrence and size"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    std::string flaw = no_demand(input.values);
    if (!flaw.empty()) return {nullptr, std::move(flaw), false};
    const Demands demands(input.values);
    const bool chosen = variant_ == CrostonVariant::optimized && !demands.sizes.empty();
    auto fitted = std::make_unique<FittedCroston>(
        variant_, true, Smoothed(chosen ? best_alpha(demands.sizes) : kAlpha),
        Smoothed(chosen ? best_alpha(demands.intervals) : kAlpha));
    fitted->update(input.values, {});
    return {std::move(fitted), "", true};
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    auto fitted = std::make_unique<FittedCroston>(variant_, state.at("whole").get<bool>(),
                                                  Smoothed::load(state.at("sizes")),
                                                  Smoothed::load(state.at("intervals")));
    fitted->set_since(variance(state, "since"));
    return fitted;
  }

 private:
  CrostonVariant variant_;
};

class FittedTsb final : public FittedDemand {
 public:
  FittedTsb(bool whole, Smoothed sizes, Smoothed probability)
      : whole_(whole), sizes_(sizes), probability_(probability) {}

  void update(std::span<const double> values, const Regressors&) override {
    whole_ = whole_ && whole_numbers(values);
    for (const double y : values) {
      if (std::isnan(y)) continue;
      probability_.push(y > 0 ? 1 : 0);
      if (y > 0) sizes_.push(y);
    }
  }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedTsb>(*this);
  }
  json save() const override {
    return {{"whole", whole_}, {"sizes", sizes_.save()}, {"probability", probability_.save()}};
  }
  json explain() const override {
    return {{"size", sizes_.value()},
            {"probability", probability_.value()},
            {"alpha_size", sizes_.alpha()},
            {"alpha_probability", probability_.alpha()},
            {"mean", sizes_.value() * probability_.value()}};
  }

 protected:
  DemandShape shape() const override {
    return DemandShape::of(sizes_.value() * probability_.value(), sizes_,
                           1 / probability_.uncertainty(), whole_);
  }

 private:
  bool whole_;
  Smoothed sizes_;
  Smoothed probability_;
};

class Tsb final : public SeriesModel {
 public:
  explicit Tsb(TsbOptions options) : options_(options) {}

  std::string name() const override { return "TSB"; }
  std::string interval_method() const override { return "compound of occurrence and size"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    std::string flaw = no_demand(input.values);
    if (!flaw.empty()) return {nullptr, std::move(flaw), false};
    auto fitted = std::make_unique<FittedTsb>(true, Smoothed(options_.size_alpha),
                                              Smoothed(options_.probability_alpha));
    fitted->update(input.values, {});
    return {std::move(fitted), "", true};
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    return std::make_unique<FittedTsb>(state.at("whole").get<bool>(),
                                       Smoothed::load(state.at("sizes")),
                                       Smoothed::load(state.at("probability")));
  }

 private:
  TsbOptions options_;
};

}  // namespace

SeriesModelPtr make_croston(CrostonVariant variant) {
  return std::make_shared<Croston>(variant);
}

SeriesModelPtr make_tsb(TsbOptions options) {
  return std::make_shared<Tsb>(options);
}

}  // namespace forecart
