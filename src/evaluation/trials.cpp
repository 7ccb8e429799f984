#include "evaluation/trials.h"

#include "base/parallel.h"
#include "evaluation/comparison.h"
#include "models/fit_pieces.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::MatrixXf;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool counts_squared(DemandClass demand) {
  return demand != DemandClass::smooth && demand != DemandClass::erratic;
}

/// Series of one group lend each other evidence. Lumpy ones are rare demand like intermittent ones:
/// apart both know less, and forecast worse.
int group_of(DemandClass demand) {
  return static_cast<int>(demand == DemandClass::lumpy ? DemandClass::intermittent : demand);
}

/// Values from the first known one on.
Index history_of(const SeriesView& series) {
  const auto first = std::find_if(series.values.begin(), series.values.end(),
                                  [](double y) { return !std::isnan(y); });
  return series.values.end() - first;
}

/// Greater steps count as this: squares can be added up.
constexpr double kGreatestStep = 1e100;

/// Mean squared step between known neighbours from the first sale on, 0 where there are none.
double squared_step_of(std::span<const double> values) {
  std::size_t t = 0;
  while (t < values.size() && !(values[t] > 0 || values[t] < 0)) ++t;
  double sum = 0;
  double count = 0;
  for (++t; t < values.size(); ++t) {
    const double step = std::clamp(values[t] - values[t - 1], -kGreatestStep, kGreatestStep);
    if (std::isnan(step)) continue;
    sum += step * step;
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

/// Mean loss over what is known.
double loss_of(const Eigen::VectorXd& errors, bool squared) {
  double sum = 0;
  double count = 0;
  for (const double error : errors) {
    if (std::isnan(error)) continue;
    sum += squared ? error * error : std::abs(error);
    ++count;
  }
  return sum / count;
}

/// What the steps that follow an origin are good for.
enum class Proof { unknown, silent, telling };

/// A silence as long as this has less than this chance in a series that tells something by it.
constexpr double kUnlikely = 0.01;

/// Fewer than half of the values known prove nothing. Nor does a silence that the series' own
/// selling does not explain: a closure, or an empty shelf.
Proof proof_of(std::span<const double> values, const SeriesTraits& traits) {
  Index known = 0;
  Index sold = 0;
  for (const double y : values) {
    known += std::isnan(y) ? 0 : 1;
    sold += std::isnan(y) || y == 0 ? 0 : 1;
  }
  if (2 * known < std::ssize(values)) return Proof::unknown;
  const double chance = std::pow(1 - 1 / traits.interval, static_cast<double>(known));
  return sold == 0 && chance < kUnlikely ? Proof::silent : Proof::telling;
}

/// Tries the candidates on the rolling origins of a panel.
class Trials {
 public:
  Trials(const std::vector<Candidate>& candidates, const OriginPlan& plan, const Panel& panel,
         const std::vector<bool>& wanted)
      : candidates_(candidates),
        plan_(plan),
        panel_(panel),
        wanted_(wanted),
        tried_(static_cast<std::size_t>(panel.size())),
        proofs_(tried_.size()),
        errors_(tried_.size()) {}

  std::vector<Tried> run(const Covariates& covariates, const FitOptions& fit) {
    parallel_for(tried_.size(), fit.threads, [&](std::size_t i) { describe(i); });
    FitOptions trial = fit;
    trial.trial = true;
    trial.earlier = nullptr;  // has seen what follows the origins
    for (std::size_t m = 0; m < candidates_.size(); ++m) {
      if (fit.pieces != nullptr && !fit.pieces->wants(*candidates_[m].model)) continue;
      if (candidates_[m].model->pools()) {
        attempt_together(m, covariates, trial);
      } else {
        for (Index origins = plan_.windows; origins > 0; --origins) {
          attempt(m, origins, covariates, trial);
        }
      }
    }
    for (std::size_t i = 0; i < tried_.size(); ++i) keep_proofs(i);
    return std::move(tried_);
  }

 private:
  bool is_tried(std::size_t series, std::size_t candidate) const {
    return (wanted_.empty() || wanted_[series]) &&
           suits(candidates_, candidate, tried_[series].traits.demand);
  }

  void describe(std::size_t i) {
    const SeriesView series = panel_[static_cast<Index>(i)];
    Tried& own = tried_[i];
    own.traits = traits_of(series.values, plan_.season);
    own.history = history_of(series);
    own.origins = plan_.origins_of(own.history);
    own.trial.overlap = plan_.overlap(own.origins);
    own.trial.squared_step = squared_step_of(series.values);
    own.trial.squared = counts_squared(own.traits.demand);
    own.trial.group = group_of(own.traits.demand);
    own.trial.losses = MatrixXd::Constant(std::ssize(candidates_), own.origins, kNaN);
    own.flaws.resize(candidates_.size());
    for (Index w = 0; w < own.origins; ++w) {
      const auto steps =
          series.values.last(static_cast<std::size_t>(plan_.held_out(own.origins - w)));
      proofs_[i].push_back(
          proof_of(steps.first(static_cast<std::size_t>(plan_.horizon)), own.traits));
    }
    if (plan_.all_products || own.trial.squared) {
      const Index points = own.origins * plan_.horizon;
      errors_[i] = MatrixXf::Constant(points, std::ssize(candidates_), static_cast<float>(kNaN));
    }
  }

  /// Whether series have enough for a candidate to learn from.
  bool suffice(const std::vector<Index>& series, const Candidate& candidate) const {
    if (std::ssize(series) >= candidate.fewest) return true;
    Index values = 0;
    for (const Index i : series) values += tried_[static_cast<std::size_t>(i)].history;
    return candidate.enough > 0 && values >= candidate.enough;
  }

  /// The series with so many origins that a candidate is tried on: not those beside which something
  /// it looks at is unknown there.
  std::vector<Index> field_of(std::size_t candidate, Index origins, const Covariates& covariates) {
    std::vector<Index> field;
    const bool looks = candidates_[candidate].model->uses_covariates() && !covariates.empty();
    for (std::size_t i = 0; i < tried_.size(); ++i) {
      Tried& own = tried_[i];
      if (own.origins != origins || !is_tried(i, candidate)) continue;
      if (looks) own.flaws[candidate] = unknown_beside(static_cast<Index>(i), origins, covariates);
      if (own.flaws[candidate].empty()) field.push_back(static_cast<Index>(i));
    }
    return field;
  }

  /// The first regressor that a forecast from one of the origins would miss; empty if none.
  std::string unknown_beside(Index series, Index origins, const Covariates& covariates) const {
    const SeriesView view = panel_[series];
    const Bucket from = view.end() - plan_.held_out(origins);
    const std::vector<std::string> names = covariates.future_names();  // a cell points into it
    const auto cell = covariates.first_unknown(view.id, names, from, view.end());
    if (!cell) return {};
    return fmt::format("regressor '{}' is not known at {}, so it cannot be tried", cell->name,
                       panel_.calendar().label(cell->bucket));
  }

  /// Tries a model that fits each series on its own on those with so many origins.
  void attempt(std::size_t candidate, Index origins, const Covariates& covariates,
               const FitOptions& fit) {
    const std::vector<Index> field = field_of(candidate, origins, covariates);
    if (!suffice(field, candidates_[candidate])) return;
    const auto fitted = roll({candidate, &field, origins}, field, covariates, fit);
    note(*fitted, field, candidate);
  }

  /// Tries a model that learns from all series: one fit for all that have an origin, suited or not,
  /// before the first origin of any, each compared on its own origins, the last ones. Those that
  /// are too short for it have another one, before their own first origin.
  void attempt_together(std::size_t candidate, const Covariates& covariates,
                        const FitOptions& fit) {
    std::vector<Index> left;
    for (Index i = 0; i < panel_.size(); ++i) {
      const auto own = static_cast<std::size_t>(i);
      if (tried_[own].origins > 0 && is_tried(own, candidate)) left.push_back(i);
    }
    if (!suffice(left, candidates_[candidate])) return;
    while (!left.empty()) {
      Index origins = 0;
      for (const Index i : left) {
        origins = std::max(origins, tried_[static_cast<std::size_t>(i)].origins);
      }
      left = attempt_beside(candidate, left, origins, covariates, fit);
    }
  }

  /// Tries it on the first of these series, those that such a fit can have; gives back the others.
  std::vector<Index> attempt_beside(std::size_t candidate, const std::vector<Index>& wanted,
                                    Index origins, const Covariates& covariates,
                                    const FitOptions& fit) {
    const bool looks = candidates_[candidate].model->uses_covariates() && !covariates.empty();
    std::vector<Index> field;
    std::vector<Index> later;
    for (const Index i : wanted) {
      Tried& own = tried_[static_cast<std::size_t>(i)];
      if (own.origins < origins && own.history <= plan_.held_out(origins)) {
        later.push_back(i);
        continue;
      }
      if (looks) own.flaws[candidate] = unknown_beside(i, origins, covariates);
      if (own.flaws[candidate].empty()) field.push_back(i);
    }
    if (field.empty()) return later;
    const std::vector<Index> company = company_of(field, origins, looks ? &covariates : nullptr);
    const auto fitted = roll({candidate, &field, origins}, company, covariates, fit);
    note(*fitted, field, candidate);
    for (const Index i : field) {
      Tried& own = tried_[static_cast<std::size_t>(i)];
      if (own.flaws[candidate].empty() || own.origins == origins) continue;
      own.flaws[candidate].clear();
      later.push_back(i);
    }
    return later;
  }

  /// The field and behind it all others that have values before the first of so many origins, and
  /// where `beside` is looked at what is known there.
  std::vector<Index> company_of(const std::vector<Index>& field, Index origins,
                                const Covariates* beside) const {
    std::vector<bool> there(tried_.size(), false);
    for (const Index i : field) there[static_cast<std::size_t>(i)] = true;
    std::vector<Index> company = field;
    for (Index i = 0; i < panel_.size(); ++i) {
      const Tried& own = tried_[static_cast<std::size_t>(i)];
      if (there[static_cast<std::size_t>(i)] || own.origins == 0) continue;
      if (own.history <= plan_.held_out(origins)) continue;
      if (beside != nullptr && !unknown_beside(i, origins, *beside).empty()) continue;
      company.push_back(i);
    }
    return company;
  }

  struct Trial {
    std::size_t candidate;
    const std::vector<Index>* field;  ///< series to compare, the first of those fitted
    Index origins;
  };

  /// Fits these series before the first origin, forecasts from each and compares.
  std::unique_ptr<Fitted> roll(const Trial& trial, const std::vector<Index>& company,
                               const Covariates& covariates, const FitOptions& fit) {
    const Panel panel = panel_.only(company);
    const Panel before = panel.before_end(Panel::kAll, plan_.held_out(trial.origins));
    auto fitted = candidates_[trial.candidate].model->fit(before, covariates, fit);
    for (Index left = trial.origins; left > 0; --left) {
      const Index to_end = plan_.held_out(left);
      if (left < trial.origins) {
        fitted->update(panel.before_end(to_end + plan_.step, to_end), covariates);
      }
      score(fitted->forecast(plan_.horizon, covariates), *trial.field, {trial.candidate, left});
    }
    return fitted;
  }

  struct Cell {
    std::size_t candidate;
    Index left;  ///< origins from this one on
  };

  void score(const Forecast& forecast, const std::vector<Index>& field, Cell cell) {
    for (std::size_t k = 0; k < field.size(); ++k) {
      const auto at = static_cast<std::size_t>(field[k]);
      const auto candidate = static_cast<Index>(cell.candidate);
      const Eigen::VectorXd errors = errors_beside(panel_[field[k]], forecast.series[k]);
      const Index origin = tried_[at].origins - cell.left;
      if (origin < 0) continue;
      SeriesTrial& own = tried_[at].trial;
      own.losses(candidate, origin) = loss_of(errors, own.squared);
      if (errors_[at].size() == 0) continue;
      errors_[at].col(candidate).segment(origin * plan_.horizon, plan_.horizon) =
          errors.cast<float>();
    }
  }

  /// A candidate that fell back cannot be used, unless it is the first, which always can.
  void note(const Fitted& fitted, const std::vector<Index>& field, std::size_t candidate) {
    for (std::size_t k = 0; k < field.size(); ++k) {
      Tried& own = tried_[static_cast<std::size_t>(field[k])];
      const LedgerRow& row = fitted.ledger()[k];
      own.milliseconds += row.milliseconds;
      if (row.fallback.empty() || candidate == 0) continue;
      own.flaws[candidate] = row.reason;
      own.trial.losses.row(static_cast<Index>(candidate)).setConstant(kNaN);
    }
  }

  /// Keeps the origins that prove something; where none does, the silent ones.
  void keep_proofs(std::size_t i) {
    const std::vector<Proof>& proofs = proofs_[i];
    const auto best = std::max_element(proofs.begin(), proofs.end());
    std::vector<Index> kept;
    for (std::size_t w = 0; w < proofs.size(); ++w) {
      if (proofs[w] == *best && *best != Proof::unknown) kept.push_back(static_cast<Index>(w));
    }
    SeriesTrial& own = tried_[i].trial;
    own.losses = MatrixXd(own.losses(Eigen::all, kept));
    if (errors_[i].size() > 0) own.products = products_of(errors_[i], kept);
    errors_[i] = {};
  }

  /// Mean products of the errors on the origins kept, over the steps that are known.
  MatrixXd products_of(const MatrixXf& errors, const std::vector<Index>& kept) const {
    MatrixXd sum = MatrixXd::Zero(errors.cols(), errors.cols());
    double count = 0;
    for (const Index w : kept) {
      const MatrixXd own = errors.middleRows(w * plan_.horizon, plan_.horizon).cast<double>();
      for (const auto& step : own.rowwise()) {
        const auto known = step.array().isFinite();
        if (!known.any()) continue;
        sum.noalias() += step.transpose() * step;  // NaN stays where a candidate was not tried
        ++count;
      }
    }
    return sum / count;
  }

  const std::vector<Candidate>& candidates_;
  const OriginPlan& plan_;
  const Panel& panel_;
  const std::vector<bool>& wanted_;  // by series; empty: all
  std::vector<Tried> tried_;
  std::vector<std::vector<Proof>> proofs_;  // by series, per origin
  std::vector<MatrixXf>
      errors_;  // by series, (origins * horizon, candidates), where products count
};

}  // namespace

bool suits(const std::vector<Candidate>& candidates, std::size_t candidate, DemandClass demand) {
  const std::vector<DemandClass>& classes = candidates[candidate].classes;
  if (candidate == 0) return true;
  if (classes.empty()) return demand != DemandClass::brief && demand != DemandClass::silent;
  return std::find(classes.begin(), classes.end(), demand) != classes.end();
}

OriginPlan OriginPlan::for_horizon(Index horizon, int season, int longest) {
  OriginPlan plan;
  plan.horizon = horizon;
  plan.season = season;
  plan.step = std::max<Index>(1, horizon / 2);
  if (horizon < season) return plan;
  const auto whole = [season](Index steps) { return (steps + season - 1) / season * season; };
  plan.step = whole(plan.step);
  const Index wide = whole((longest - horizon) / (plan.windows - 1));
  if (wide > plan.step && wide <= 2 * plan.step) plan.step = wide;
  return plan;
}

double OriginPlan::overlap(Index origins) const {
  if (origins < 2) return 0;
  double shared = 0;
  for (Index apart = 1; apart < origins; ++apart) {
    const Index common = std::max<Index>(0, horizon - apart * step);
    shared += static_cast<double>(origins - apart) * static_cast<double>(common);
  }
  const auto pairs = static_cast<double>(origins * (origins - 1)) / 2;
  return shared / pairs / static_cast<double>(horizon);
}

Index OriginPlan::origins_of(Index history) const {
  Index origins = windows;
  while (origins > 0 && history < 3 * held_out(origins)) --origins;
  return origins;
}

std::vector<Tried> try_candidates(const std::vector<Candidate>& candidates, const OriginPlan& plan,
                                  const FitTask& task, const std::vector<bool>& wanted) {
  return Trials(candidates, plan, task.panel, wanted).run(task.covariates, task.options);
}

}  // namespace forecart
