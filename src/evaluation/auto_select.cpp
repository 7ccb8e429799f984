#include "evaluation/auto_select.h"

#include "evaluation/election.h"
#include "evaluation/fitted_selection.h"
#include "evaluation/reselection.h"
#include "evaluation/selection.h"
#include "models/saved_state.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

class AutoSelect final : public Model {
 public:
  AutoSelect(std::vector<Candidate> candidates, const OriginPlan& plan)
      : candidates_(std::move(candidates)), plan_(plan) {
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
    const std::vector<Tried> tried =
        try_candidates(candidates_, plan_, {panel, covariates, options});
    return fit_selection(seats_of(tried), models(),
                         {panel, covariates, options, home(), plan_.horizon});
  }

  std::unique_ptr<Fitted> refit(std::unique_ptr<Fitted> kept, std::vector<Retraining>& decisions,
                                const FitTask& task) const override {
    const auto anew = std::count(decisions.begin(), decisions.end(), Retraining::select_anew);
    auto parts = parts_of(*kept);
    if (!parts || anew == std::ssize(decisions)) {
      std::fill(decisions.begin(), decisions.end(), Retraining::select_anew);
      return fit(in_order_of(*kept, task.panel), task.covariates, task.options);
    }
    const std::vector<Seat> seats = anew > 0 ? new_seats(decisions, task) : std::vector<Seat>{};
    return reselect(std::move(*parts), decisions, seats, models(),
                    {task.panel, task.covariates, task.options, home(), plan_.horizon});
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

  /// Seats of the series to select anew; those of the others, which nobody tried, mean nothing.
  std::vector<Seat> new_seats(const std::vector<Retraining>& decisions, const FitTask& task) const {
    std::vector<bool> wanted;
    for (const Retraining decision : decisions) {
      wanted.push_back(decision == Retraining::select_anew);
    }
    return seats_of(try_candidates(candidates_, plan_, task, wanted));
  }

  std::vector<Seat> seats_of(const std::vector<Tried>& tried) const {
    std::vector<SeriesTrial> trials;
    for (const Tried& own : tried) trials.push_back(own.trial);
    Eigen::VectorXd costs(std::ssize(candidates_));
    for (Index m = 0; m < costs.size(); ++m) {
      costs[m] = candidates_[static_cast<std::size_t>(m)].cost;
    }
    const std::vector<Ranking> rankings = rank_candidates(trials, costs);
    std::vector<Seat> seats;
    for (std::size_t i = 0; i < tried.size(); ++i) seats.push_back(seat_of(tried[i], rankings[i]));
    return seats;
  }

  Seat seat_of(const Tried& own, const Ranking& ranking) const {
    Seat seat;
    seat.demand = describe(own.traits);
    seat.milliseconds = own.milliseconds;
    seat.trial = own.trial;
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
  std::string told(const Tried& own, const Ranking& ranking) const {
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
  OriginPlan plan_;
};

}  // namespace

ModelPtr make_auto_select(std::vector<Candidate> candidates, const OriginPlan& plan) {
  return std::make_shared<AutoSelect>(std::move(candidates), plan);
}

}  // namespace forecart
