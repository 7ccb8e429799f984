#include "evaluation/auto_select.h"

#include "base/parallel.h"
#include "evaluation/election.h"
#include "evaluation/fitted_selection.h"
#include "evaluation/selection.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <span>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using nlohmann::json;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool counts_squared(DemandClass demand) {
  return demand != DemandClass::smooth && demand != DemandClass::erratic;
}

/// The first candidate suits any class.
bool suits(const std::vector<Candidate>& candidates, std::size_t candidate, DemandClass demand) {
  const std::vector<DemandClass>& classes = candidates[candidate].classes;
  if (candidate == 0) return true;
  if (classes.empty()) return demand != DemandClass::brief && demand != DemandClass::silent;
  return std::find(classes.begin(), classes.end(), demand) != classes.end();
}

/// Values from the first known one on.
Index history_of(const SeriesView& series) {
  const auto first = std::find_if(series.values.begin(), series.values.end(),
                                  [](double y) { return !std::isnan(y); });
  return series.values.end() - first;
}

/// Mean loss of a forecast over what came; NaN where nothing is known.
double loss_of(const SeriesForecast& said, const SeriesView& came, bool squared) {
  double sum = 0;
  double count = 0;
  for (Index step = 0; step < said.distribution->horizon(); ++step) {
    const Bucket bucket = said.first + step;
    if (bucket < came.first || bucket >= came.end()) continue;
    const double error =
        came.values[static_cast<std::size_t>(bucket - came.first)] - said.distribution->mean(step);
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

/// Everything that is known about one series while candidates are tried.
struct Contestant {
  SeriesTraits traits;
  Index history = 0;  // values from the first known one on
  Index origins = 0;
  SeriesTrial trial;
  std::vector<Proof> proofs;       // per origin
  std::vector<std::string> flaws;  // per candidate: why it could not be used
  double milliseconds = 0;         // spent on it
};

/// Tries the candidates on the rolling origins of a panel.
class Trials {
 public:
  Trials(const std::vector<Candidate>& candidates, const SelectionOptions& options,
         const Panel& panel)
      : candidates_(candidates),
        options_(options),
        panel_(panel),
        contestants_(static_cast<std::size_t>(panel.size())) {}

  std::vector<Contestant> run(const Covariates& covariates, const FitOptions& fit) {
    parallel_for(contestants_.size(), fit.threads, [&](std::size_t i) { describe(i); });
    FitOptions trial = fit;
    trial.trial = true;
    for (Index origins = options_.windows; origins > 0; --origins) {
      for (std::size_t m = 0; m < candidates_.size(); ++m) attempt(m, origins, covariates, trial);
    }
    return std::move(contestants_);
  }

 private:
  void describe(std::size_t i) {
    const SeriesView series = panel_[static_cast<Index>(i)];
    Contestant& own = contestants_[i];
    own.traits = traits_of(series.values, options_.season);
    own.history = history_of(series);
    own.origins = options_.origins_of(own.history);
    own.trial.group = static_cast<int>(own.traits.demand);
    own.trial.overlap = options_.overlap(own.origins);
    own.trial.squared = counts_squared(own.traits.demand);
    own.trial.losses = MatrixXd::Constant(std::ssize(candidates_), own.origins, kNaN);
    own.flaws.resize(candidates_.size());
    for (Index w = 0; w < own.origins; ++w) {
      const auto steps =
          series.values.last(static_cast<std::size_t>(options_.held_out(own.origins - w)));
      own.proofs.push_back(
          proof_of(steps.first(static_cast<std::size_t>(options_.horizon)), own.traits));
    }
  }

  /// The series with so many origins that a candidate is tried on: not those beside which something
  /// it looks at is unknown there.
  std::vector<Index> field_of(std::size_t candidate, Index origins, const Covariates& covariates) {
    std::vector<Index> field;
    const bool looks = candidates_[candidate].model->uses_covariates() && !covariates.empty();
    for (std::size_t i = 0; i < contestants_.size(); ++i) {
      Contestant& own = contestants_[i];
      if (own.origins != origins || !suits(candidates_, candidate, own.traits.demand)) continue;
      if (looks) own.flaws[candidate] = unknown_beside(static_cast<Index>(i), origins, covariates);
      if (own.flaws[candidate].empty()) field.push_back(static_cast<Index>(i));
    }
    return field;
  }

  /// The first regressor that a forecast from one of the origins would miss; empty if none.
  std::string unknown_beside(Index series, Index origins, const Covariates& covariates) const {
    const SeriesView view = panel_[series];
    const Bucket from = view.end() - options_.held_out(origins);
    const std::vector<std::string> names = covariates.future_names();  // a cell points into it
    const auto cell = covariates.first_unknown(view.id, names, from, view.end());
    if (!cell) return {};
    return fmt::format("regressor '{}' is not known at {}, so it cannot be tried", cell->name,
                       panel_.calendar().label(cell->bucket));
  }

  void attempt(std::size_t candidate, Index origins, const Covariates& covariates,
               const FitOptions& fit) {
    const std::vector<Index> field = field_of(candidate, origins, covariates);
    if (std::ssize(field) < candidates_[candidate].fewest) return;
    const Panel panel = panel_.only(field);
    const Index first = options_.held_out(origins);
    const auto fitted =
        candidates_[candidate].model->fit(panel.before_end(Panel::kAll, first), covariates, fit);
    for (Index w = 0; w < origins; ++w) {
      const Index to_end = options_.held_out(origins - w);
      if (w > 0) fitted->update(panel.before_end(to_end + options_.step, to_end), covariates);
      score(fitted->forecast(options_.horizon, covariates), field, {candidate, w});
    }
    note(*fitted, field, candidate);
  }

  struct Cell {
    std::size_t candidate;
    Index origin;
  };

  void score(const Forecast& forecast, const std::vector<Index>& field, Cell cell) {
    for (std::size_t k = 0; k < field.size(); ++k) {
      Contestant& own = contestants_[static_cast<std::size_t>(field[k])];
      own.trial.losses(static_cast<Index>(cell.candidate), cell.origin) =
          loss_of(forecast.series[k], panel_[field[k]], own.trial.squared);
    }
  }

  /// A candidate that fell back cannot be used, unless it is the first, which always can.
  void note(const Fitted& fitted, const std::vector<Index>& field, std::size_t candidate) {
    for (std::size_t k = 0; k < field.size(); ++k) {
      Contestant& own = contestants_[static_cast<std::size_t>(field[k])];
      const LedgerRow& row = fitted.ledger()[k];
      own.milliseconds += row.milliseconds;
      if (row.fallback.empty() || candidate == 0) continue;
      own.flaws[candidate] = row.reason;
      own.trial.losses.row(static_cast<Index>(candidate)).setConstant(kNaN);
    }
  }

  const std::vector<Candidate>& candidates_;
  const SelectionOptions& options_;
  const Panel& panel_;
  std::vector<Contestant> contestants_;
};

/// Keeps the origins that prove something; where none does, the silent ones.
void keep_proofs(Contestant& own) {
  const auto best = std::max_element(own.proofs.begin(), own.proofs.end());
  std::vector<Index> kept;
  for (std::size_t w = 0; w < own.proofs.size(); ++w) {
    if (own.proofs[w] == *best && *best != Proof::unknown) kept.push_back(static_cast<Index>(w));
  }
  own.trial.losses = MatrixXd(own.trial.losses(Eigen::all, kept));
}

class AutoSelect final : public Model {
 public:
  AutoSelect(std::vector<Candidate> candidates, const SelectionOptions& options)
      : candidates_(std::move(candidates)), options_(options) {
    assert(!candidates_.empty());
  }

  std::string name() const override { return "AutoSelect"; }
  bool pools() const override { return true; }
  bool uses_covariates() const override {
    return std::any_of(candidates_.begin(), candidates_.end(), [](const Candidate& candidate) {
      return candidate.model->uses_covariates();
    });
  }

  std::unique_ptr<Fitted> fit(const Panel& panel, const Covariates& covariates,
                              const FitOptions& options) const override {
    std::vector<Contestant> contestants =
        Trials(candidates_, options_, panel).run(covariates, options);
    return fit_selection(seats_of(contestants), models(), {panel, covariates, options, home()});
  }

  std::unique_ptr<Fitted> load(const json& state) const override {
    return read_state(name(), [&] { return load_selection(state, models()); });
  }

 private:
  std::vector<ModelPtr> models() const {
    std::vector<ModelPtr> result;
    for (const Candidate& candidate : candidates_) result.push_back(candidate.model);
    return result;
  }

  std::vector<Seat> seats_of(std::vector<Contestant>& contestants) const {
    std::vector<SeriesTrial> trials;
    for (Contestant& own : contestants) {
      keep_proofs(own);
      trials.push_back(own.trial);
    }
    Eigen::VectorXd costs(std::ssize(candidates_));
    for (Index m = 0; m < costs.size(); ++m) {
      costs[m] = candidates_[static_cast<std::size_t>(m)].cost;
    }
    const std::vector<Ranking> rankings = rank_candidates(trials, costs);
    std::vector<Seat> seats;
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      seats.push_back(seat_of(contestants[i], rankings[i]));
    }
    return seats;
  }

  Seat seat_of(const Contestant& own, const Ranking& ranking) const {
    Seat seat;
    seat.demand = describe(own.traits);
    seat.milliseconds = own.milliseconds;
    seat.order.assign(ranking.order.begin(), ranking.order.end());
    seat.weights = ranking.weights;
    seat.wanted = ranking.leaders;
    seat.tried = told(own, ranking);
    if (seat.order.empty()) {
      seat.order = own.history == 0 ? std::vector{home()} : defaults_of(own.traits.demand);
      seat.weights.assign(seat.order.size(), 1);
      seat.wanted = 1;
      seat.tried = own.origins == 0 ? "too short to try any" : "too little known to try any";
    }
    return seat;
  }

  /// What items begin with: those that join later, and those of which nothing is known yet.
  std::size_t home() const { return defaults_of(DemandClass::brief).front(); }

  /// The first candidate that suits the class before the first of all, which suits any.
  std::vector<std::size_t> defaults_of(DemandClass demand) const {
    for (std::size_t m = 1; m < candidates_.size(); ++m) {
      if (candidates_[m].fewest == 1 && suits(candidates_, m, demand)) return {m, 0};
    }
    return {0};
  }

  /// "SeasonalAR 0.871, AutoETS 0.912, ...; Theta: needs ...": losses beside the typical one.
  std::string told(const Contestant& own, const Ranking& ranking) const {
    std::string text;
    for (const Index m : ranking.order) {
      text += fmt::format("{}{} {:.3f}", text.empty() ? "" : ", ",
                          candidates_[static_cast<std::size_t>(m)].model->name(),
                          std::exp(ranking.scores[m]));
    }
    for (std::size_t m = 0; m < own.flaws.size(); ++m) {
      if (own.flaws[m].empty()) continue;
      text += fmt::format("; {}: {}", candidates_[m].model->name(), own.flaws[m]);
    }
    return text;
  }

  std::vector<Candidate> candidates_;
  SelectionOptions options_;
};

}  // namespace

SelectionOptions SelectionOptions::for_horizon(Index horizon, int season, int longest) {
  SelectionOptions options;
  options.horizon = horizon;
  options.season = season;
  options.step = std::max<Index>(1, horizon / 2);
  if (horizon < season) return options;
  const auto whole = [season](Index steps) { return (steps + season - 1) / season * season; };
  options.step = whole(options.step);
  const Index wide = whole((longest - horizon) / (options.windows - 1));
  if (wide > options.step && wide <= 2 * options.step) options.step = wide;
  return options;
}

double SelectionOptions::overlap(Index origins) const {
  if (origins < 2) return 0;
  double shared = 0;
  for (Index apart = 1; apart < origins; ++apart) {
    const Index common = std::max<Index>(0, horizon - apart * step);
    shared += static_cast<double>(origins - apart) * static_cast<double>(common);
  }
  const auto pairs = static_cast<double>(origins * (origins - 1)) / 2;
  return shared / pairs / static_cast<double>(horizon);
}

Index SelectionOptions::origins_of(Index history) const {
  Index origins = windows;
  while (origins > 0 && history < 3 * held_out(origins)) --origins;
  return origins;
}

ModelPtr make_auto_select(std::vector<Candidate> candidates, const SelectionOptions& options) {
  return std::make_shared<AutoSelect>(std::move(candidates), options);
}

}  // namespace forecart
