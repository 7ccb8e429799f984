#include "evaluation/hybrid.h"

#include "evaluation/correction_share.h"
#include "evaluation/fitted_hybrid.h"
#include "evaluation/residual_walk.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Of a history, what the residuals are taken from; of the residuals, what trials hold out at most.
constexpr Index kResidualPart = 2;
constexpr Index kHeldOutPart = 3;
/// Residuals below which a series has none to speak of.
constexpr Index kFewestResiduals = 8;
/// Trials that tell enough, and origins of one series, at least and at most.
constexpr Index kTrials = 96;
constexpr Index kFewestOrigins = 4;
constexpr Index kMostOrigins = 24;

/// Values from the first known one on.
Index history_of(const SeriesView& series) {
  const auto first = std::find_if(series.values.begin(), series.values.end(),
                                  [](double y) { return !std::isnan(y); });
  return series.values.end() - first;
}

bool is_non_negative(const SeriesView& series) {
  return std::none_of(series.values.begin(), series.values.end(), [](double y) { return y < 0; });
}

/// Residuals of series, one part after the other.
class ResidualRecord {
 public:
  explicit ResidualRecord(const Calendar& calendar) : calendar_(calendar) {}

  void add(const Panel& part) {
    for (Index i = 0; i < part.size(); ++i) {
      const SeriesView view = part[i];
      const auto [at, is_new] = places_.try_emplace(std::string(view.id), series_.size());
      if (is_new) series_.push_back({at->first, view.first, {}});
      std::vector<double>& values = series_[at->second].values;
      values.insert(values.end(), view.values.begin(), view.values.end());
    }
  }

  Panel panel() const {
    Panel result(calendar_);
    for (const Own& own : series_) result.add(own.id, own.first, own.values);
    return result;
  }

 private:
  struct Own {
    std::string id;
    Bucket first;
    std::vector<double> values;
  };

  Calendar calendar_;
  std::vector<Own> series_;
  std::unordered_map<std::string, std::size_t> places_;  // by id
};

/// What came less what was said, and the shifts beside it, of the followed series.
void note_trials(const Forecast& said, const MatrixXd& shifts, const Panel& came,
                 const std::vector<ResidualSeries>& series, Index origin,
                 std::vector<CorrectionTrial>& trials) {
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (!series[i].followed) continue;
    const SeriesView own = came[came.find(series[i].id)];
    CorrectionTrial trial{i, origin, {}, shifts.col(static_cast<Index>(i))};
    trial.errors.setConstant(said.horizon, std::numeric_limits<double>::quiet_NaN());
    for (Index k = 0; k < said.horizon; ++k) {
      const Bucket at = said.series[i].first + k - own.first;
      if (at < 0 || at >= std::ssize(own.values)) continue;
      trial.errors[k] =
          own.values[static_cast<std::size_t>(at)] - said.series[i].distribution->mean(k);
    }
    trials.push_back(std::move(trial));
  }
}

/// One fit of a hybrid.
class HybridFit {
 public:
  HybridFit(const HybridParts& parts, const Panel& panel, const Covariates& covariates,
            const FitOptions& options)
      : parts_(parts),
        panel_(panel),
        covariates_(covariates),
        options_(options),
        residuals_(panel.calendar()) {}

  std::unique_ptr<Fitted> run() {
    fit_linear();
    choose_field();
    const Index origins = origins_of_trials();
    if (!field_.empty() && origins == 0) {
      leave_all(fmt::format("too short: {} residuals, {} are needed", longest_,
                            kHeldOutPart * parts_.horizon));
    }
    if (!field_.empty()) learn(origins);
    return make_fitted_hybrid(parts_, panel_.calendar(), std::move(state_));
  }

 private:
  void fit_linear() {
    FitOptions own = options_;
    own.earlier = linear_of(options_.earlier);
    state_.linear = parts_.linear->fit(panel_, covariates_, own);
    for (Index i = 0; i < panel_.size(); ++i) {
      const SeriesView view = panel_[i];
      state_.series.push_back(
          {.id = std::string(view.id), .end = view.end(), .non_negative = is_non_negative(view)});
    }
    state_.alone.resize(state_.series.size());
  }

  static Index residuals_of(const SeriesView& series) { return history_of(series) / kResidualPart; }

  /// The series that have residuals.
  void choose_field() {
    for (Index i = 0; i < panel_.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      if (!state_.linear->ledger()[at].fallback.empty()) continue;
      const Index residuals = residuals_of(panel_[i]);
      if (residuals < kFewestResiduals) {
        state_.alone[at] = fmt::format("too short: {} values, {} are needed", history_of(panel_[i]),
                                       kResidualPart * kFewestResiduals);
        continue;
      }
      field_.push_back(i);
      longest_ = std::max(longest_, residuals);
    }
  }

  Index origins_of_trials() const {
    const Index wanted =
        std::clamp(kTrials / std::max<Index>(1, std::ssize(field_)), kFewestOrigins, kMostOrigins);
    return std::min(wanted, longest_ / kHeldOutPart / parts_.horizon);
  }

  void leave_all(const std::string& reason) {
    for (const Index i : field_) state_.alone[static_cast<std::size_t>(i)] = reason;
    field_.clear();
  }

  /// What trials fit: a linear model of the first parts, its series followed where it can be used.
  void begin_walk() {
    Panel before(panel_.calendar());
    for (const Index i : field_) {
      const SeriesView view = panel_[i];
      const auto kept = view.values.size() - static_cast<std::size_t>(residuals_of(view));
      before.add(std::string(view.id), view.first, view.values.first(kept));
    }
    FitOptions own = options_;
    own.trial = true;
    own.earlier = nullptr;
    walker_ = parts_.linear->fit(before, covariates_, own);
    for (Index i = 0; i < before.size(); ++i) {
      const SeriesView view = before[i];
      const LedgerRow& row = walker_->ledger()[static_cast<std::size_t>(i)];
      walked_.push_back({.id = std::string(view.id),
                         .end = view.end(),
                         .non_negative = is_non_negative(view),
                         .followed = row.fallback.empty()});
    }
  }

  /// Walks up to so many values before the end of each series, and gives the new residuals.
  Panel walk_to(const Panel& field, Index to_end) {
    Panel part =
        walk_residuals(*walker_, walked_, field.before_end(Panel::kAll, to_end), covariates_);
    residuals_.add(part);
    return part;
  }

  void learn(Index origins) {
    begin_walk();
    const Index horizon = parts_.horizon;
    const Panel field = panel_.only(field_);
    walk_to(field, origins * horizon);
    FitOptions own = options_;
    own.earlier = network_of(options_.earlier);
    const auto network = parts_.network->fit(residuals_.panel(), {}, own);
    follow(walked_, *network);
    std::vector<CorrectionTrial> trials;
    for (Index left = origins; left > 0; --left) {
      if (is_known_ahead(*walker_, walked_, covariates_, horizon)) {
        note_trials(walker_->forecast(horizon, covariates_),
                    expected_shifts(*walker_, *network, walked_, horizon, covariates_), field,
                    walked_, left, trials);
      }
      network->update(walk_to(field, (left - 1) * horizon));
    }
    settle(choose_correction_share(trials), *network);
  }

  /// Trains on all residuals if that pays.
  void settle(const CorrectionShare& found, const Fitted& earlier) {
    state_.tried = fmt::format(
        "{} at {} held-out origins: loss less by {:.1f} % (standard error {:.1f}), share {:.2f}",
        parts_.network->name(), found.trials, 100 * found.gain, 100 * found.doubt, found.share);
    state_.share = found.share;
    if (found.share == 0) return;
    FitOptions own = options_;
    own.earlier = &earlier;
    state_.network = parts_.network->fit(residuals_.panel(), {}, own);
    for (const Index i : field_) state_.series[static_cast<std::size_t>(i)].followed = true;
    follow(state_.series, *state_.network);
    tell_alone();
  }

  /// Why series with residuals have no network.
  void tell_alone() {
    const std::vector<LedgerRow>& rows = state_.network->ledger();
    for (const Index i : field_) {
      const auto at = static_cast<std::size_t>(i);
      if (state_.series[at].followed) continue;
      const auto row = std::find_if(rows.begin(), rows.end(), [&](const LedgerRow& other) {
        return other.unique_id == state_.series[at].id;
      });
      state_.alone[at] = row == rows.end() ? "the first half cannot be fitted" : row->reason;
    }
  }

  const HybridParts& parts_;
  const Panel& panel_;
  const Covariates& covariates_;
  const FitOptions& options_;
  HybridState state_;
  std::vector<Index> field_;  ///< series with residuals
  Index longest_ = 0;         ///< residuals of one of them
  std::unique_ptr<Fitted> walker_;
  std::vector<ResidualSeries> walked_;  ///< as field_
  ResidualRecord residuals_;
};

class Hybrid final : public Model {
 public:
  explicit Hybrid(HybridParts parts) : parts_(std::move(parts)) {}

  std::string name() const override { return parts_.name; }
  bool pools() const override { return true; }
  bool uses_covariates() const override { return parts_.linear->uses_covariates(); }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    return HybridFit(parts_, panel, covariates, options).run();
  }
  std::unique_ptr<Fitted> load(const nlohmann::json& state) const override {
    return read_state(name(), [&] { return load_hybrid(parts_, state); });
  }

 private:
  HybridParts parts_;
};

}  // namespace

ModelPtr make_hybrid(HybridParts parts) {
  return std::make_shared<Hybrid>(std::move(parts));
}

}  // namespace forecart
