#include "evaluation/hybrid.h"

#include "base/work_clock.h"
#include "evaluation/correction_share.h"
#include "evaluation/fitted_hybrid.h"
#include "evaluation/residual_walk.h"
#include "models/saved_state.h"
#include "models/series_model.h"
#include "series/demand_class.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

/// Of the residuals, what trials hold out at most, as its inverse.
constexpr Index kHeldOutPart = 3;
/// Residuals below which a series has none to speak of.
constexpr Index kFewestResiduals = 8;
/// Steps of all trials that tell enough, and origins of one series at least.
constexpr Index kTrialSteps = 1000;
constexpr Index kFewestOrigins = 4;
constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// Values from the first known one on.
Index history_of(const SeriesView& series) {
  const auto first = std::find_if(series.values.begin(), series.values.end(),
                                  [](double y) { return !std::isnan(y); });
  return series.values.end() - first;
}

bool is_non_negative(const SeriesView& series) {
  return std::none_of(series.values.begin(), series.values.end(), [](double y) { return y < 0; });
}

/// As in the trials of AutoSelect: of a series that mostly sells nothing the median says little.
bool counts_squared(const SeriesView& series) {
  const DemandClass demand = traits_of(series.values, 1).demand;
  return demand != DemandClass::smooth && demand != DemandClass::erratic;
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

/// An origin at which a panel is tried, whose series are followed or not.
struct TrialOrigin {
  const Panel& panel;
  const std::vector<ResidualSeries>& series;
  const std::vector<bool>& squared;  ///< as series: see CorrectionTrial
  Index number;
};

/// What came less what was said, and the shifts beside it, of the followed series.
void note_trials(const Forecast& said, const MatrixXd& shifts, const TrialOrigin& at,
                 std::vector<CorrectionTrial>& trials) {
  for (std::size_t i = 0; i < at.series.size(); ++i) {
    if (!at.series[i].followed) continue;
    const SeriesView own = at.panel[static_cast<Index>(i)];
    CorrectionTrial trial{i, at.number, {}, shifts.col(static_cast<Index>(i)), at.squared[i]};
    trial.errors.setConstant(said.horizon, kUnknown);
    for (Index k = 0; k < said.horizon; ++k) {
      const Bucket place = said.series[i].first + k - own.first;
      if (place < 0 || place >= std::ssize(own.values)) continue;
      trial.errors[k] =
          own.values[static_cast<std::size_t>(place)] - said.series[i].distribution->mean(k);
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
    const double start = work_seconds();
    choose_field();
    const Index origins = origins_of_trials();
    if (origins > 0) {
      learn(origins);
    } else {
      leave(field_, fmt::format("too short: {} residuals, {} are needed", longest_,
                                kHeldOutPart * parts_.horizon));
    }
    const double all = 1000 * (work_seconds() - start);
    state_.milliseconds = all / static_cast<double>(std::max<Index>(1, panel_.size()));
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

  /// The series that have residuals, and the linear model before their first value.
  void choose_field() {
    std::vector<Index> all(static_cast<std::size_t>(panel_.size()));
    std::iota(all.begin(), all.end(), Index{0});
    const RestartedPanel before = restarted(*state_.linear, panel_);
    if (before.fitted == nullptr) return leave(all, "the linear model has no residuals");
    for (const Index i : all) {
      const auto at = static_cast<std::size_t>(i);
      const Index warm_up = before.warm_up[at];
      if (warm_up < 0) continue;
      const Index residuals = history_of(panel_[i]) - warm_up;
      if (residuals < kFewestResiduals) {
        leave({i},
              fmt::format("too short: {} residuals, {} are needed", residuals, kFewestResiduals));
        continue;
      }
      const SeriesView view = trimmed(panel_[i]);
      field_.push_back(i);
      walked_.push_back({.id = std::string(view.id),
                         .end = view.first,
                         .non_negative = state_.series[at].non_negative,
                         .followed = true});
      trusted_.push_back(view.first + warm_up);
      squared_.push_back(counts_squared(view));
      longest_ = std::max(longest_, residuals);
    }
    walker_ = restarted(*state_.linear, panel_.only(field_)).fitted;
  }

  Index origins_of_trials() const {
    const Index each = parts_.horizon * std::max<Index>(1, std::ssize(field_));
    return std::min(std::max(kTrialSteps / each, kFewestOrigins),
                    longest_ / kHeldOutPart / parts_.horizon);
  }

  void leave(const std::vector<Index>& series, const std::string& reason) {
    for (const Index i : series) state_.alone[static_cast<std::size_t>(i)] = reason;
  }

  /// Walks up to so many values before the end of each series, and gives the new residuals.
  Panel walk_to(const Panel& field, Index to_end) {
    const Panel part =
        walk_residuals(*walker_, walked_, field.before_end(Panel::kAll, to_end), covariates_);
    Panel result(part.calendar());
    for (Index i = 0; i < part.size(); ++i) {
      const Index place = field.find(part[i].id);
      std::vector<double> values(part[i].values.begin(), part[i].values.end());
      const Bucket warming = trusted_[static_cast<std::size_t>(place)] - part[i].first;
      std::fill_n(values.begin(), std::clamp<Bucket>(warming, 0, std::ssize(values)), kUnknown);
      result.add(std::string(part[i].id), part[i].first, values);
    }
    residuals_.add(result);
    return result;
  }

  void learn(Index origins) {
    const Index horizon = parts_.horizon;
    const Panel field = panel_.only(field_);
    walk_to(field, origins * horizon);
    FitOptions own = options_;
    own.earlier = network_of(options_.earlier);
    const auto network = parts_.network->fit(residuals_.panel(), {}, own);
    std::vector<ResidualSeries> tried = walked_;
    follow(tried, *network);
    for (Index left = origins; left > 0; --left) {
      if (is_known_ahead(*walker_, walked_, covariates_, horizon)) {
        try_at({field, tried, squared_, left}, *network);
      }
      network->update(walk_to(field, (left - 1) * horizon));
    }
    settle(*network);
  }

  /// Compares both ways at one origin.
  void try_at(const TrialOrigin& at, const Fitted& network) {
    const Forecast said = walker_->forecast(parts_.horizon, covariates_);
    for (auto& [way, trials] : trials_) {
      const MatrixXd shifts =
          expected_shifts({*walker_, network, at.series}, way, parts_.horizon, covariates_);
      note_trials(said, shifts, at, trials);
    }
  }

  /// Takes the way that paid more beyond doubt, and trains on all residuals if any did.
  void settle(const Fitted& earlier) {
    CorrectionShare best;
    for (const auto& [way, trials] : trials_) {
      const CorrectionShare found = choose_correction_share(trials);
      tell(way, found);
      if (!(found.share > 0) || best.gain - best.doubt >= found.gain - found.doubt) continue;
      best = found;
      state_.way = way;
    }
    state_.share = best.share;
    if (best.share == 0) return;
    FitOptions own = options_;
    own.earlier = &earlier;
    state_.network = parts_.network->fit(residuals_.panel(), {}, own);
    for (const Index i : field_) state_.series[static_cast<std::size_t>(i)].followed = true;
    follow(state_.series, *state_.network);
    tell_alone();
  }

  void tell(CorrectionWay way, const CorrectionShare& found) {
    state_.tried += fmt::format(
        "{}{} {}: {:.1f} % less loss at {} held-out origins (standard error {:.1f}), share {:.2f}",
        state_.tried.empty() ? "" : "; ", parts_.network->name(), name_of(way), 100 * found.gain,
        found.trials, 100 * found.doubt, found.share);
  }

  /// Why series with residuals have no network.
  void tell_alone() {
    for (const LedgerRow& row : state_.network->ledger()) {
      const Index at = panel_.find(row.unique_id);
      if (!state_.series[static_cast<std::size_t>(at)].followed) leave({at}, row.reason);
    }
  }

  const HybridParts& parts_;
  const Panel& panel_;
  const Covariates& covariates_;
  const FitOptions& options_;
  HybridState state_;
  std::vector<Index> field_;            ///< series with residuals
  Index longest_ = 0;                   ///< residuals of one of them
  std::unique_ptr<Fitted> walker_;      ///< of field_
  std::vector<ResidualSeries> walked_;  ///< the same
  std::vector<Bucket> trusted_;         ///< from where on residuals mean something
  std::vector<bool> squared_;           ///< whether squared errors count
  ResidualRecord residuals_;
  std::map<CorrectionWay, std::vector<CorrectionTrial>> trials_{{CorrectionWay::added, {}},
                                                                {CorrectionWay::carried, {}}};
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
