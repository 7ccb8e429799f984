#include "evaluation/reselection.h"

#include "models/joint_fit.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;

/// A series, by its place in the panel, that a model is newly to forecast.
struct Newcomer {
  Index series = 0;
  double weight = 0;
};

class Reselection {
 public:
  Reselection(SelectionParts kept, std::vector<Retraining>& decisions,
              const std::vector<ModelPtr>& models, const SelectionTask& task)
      : parts_(std::move(kept)),
        decisions_(decisions),
        fitted_(decisions.size(), false),
        models_(models),
        task_(task) {
    for (std::size_t at = 0; at < parts_.verdicts.size(); ++at) {
      place_of_[parts_.verdicts[at].unique_id] = at;
    }
  }

  std::unique_ptr<Fitted> run(const std::vector<Seat>& seats) {
    std::vector<std::vector<Newcomer>> newcomers(models_.size());
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
      if (decisions_[i] != Retraining::select_anew) continue;
      const Seat& seat = seats[i];
      free_place(i, seat);
      for (std::size_t k = 0; k < wanted_of(seat); ++k) {
        newcomers[seat.order[k]].push_back({static_cast<Index>(i), seat.weights[k]});
      }
    }
    for (std::size_t m = 0; m < models_.size(); ++m) fit(*models_[m], newcomers[m]);
    give_up_fallbacks();
    tell_what_was_done();
    return make_fitted_selection(std::move(parts_));
  }

 private:
  static std::size_t wanted_of(const Seat& seat) {
    return std::min(seat.wanted, seat.order.size());
  }

  std::size_t place_of(Index series) const {
    return place_of_.at(task_.panel.ids()[static_cast<std::size_t>(series)]);
  }

  void free_place(std::size_t series, const Seat& seat) {
    const std::size_t at = place_of(static_cast<Index>(series));
    for (Member& member : parts_.members) {
      for (Place& place : member.places) {
        if (place.at == at) place = {};
      }
    }
    const auto end = seat.order.begin() + static_cast<Index>(wanted_of(seat));
    parts_.verdicts[at] = {task_.panel.ids()[series], seat.demand, seat.tried, seat.milliseconds,
                           record_of(seat.trial, {seat.order.begin(), end}, models_, task_.origin)};
  }

  void fit(const Model& model, const std::vector<Newcomer>& newcomers) {
    Member* member = member_called(model.name());
    if (member == nullptr) {
      if (newcomers.empty()) return;
      member = &parts_.members.emplace_back(member_of(model, newcomers));
    } else if (model.pools()) {
      if (!newcomers.empty() || many_ask(*member)) train_anew(model, *member);
    } else {
      refit_apart(model, newcomers, *member);
    }
    seat(newcomers, *member);
  }

  /// Null where there is none.
  Member* member_called(const std::string& model) {
    const auto found =
        std::find_if(parts_.members.begin(), parts_.members.end(),
                     [&model](const Member& member) { return member.model == model; });
    return found == parts_.members.end() ? nullptr : &*found;
  }

  /// A new member without places.
  Member member_of(const Model& model, const std::vector<Newcomer>& newcomers) const {
    const Panel panel = model.pools() ? task_.panel : task_.panel.only(series_of(newcomers));
    auto fitted = model.fit(panel, task_.covariates, task_.options);
    return {model.name(), std::move(fitted),
            std::vector<Place>(static_cast<std::size_t>(panel.size()))};
  }

  static std::vector<Index> series_of(const std::vector<Newcomer>& newcomers) {
    std::vector<Index> series;
    for (const Newcomer& newcomer : newcomers) series.push_back(newcomer.series);
    return series;
  }

  /// Whether a third of the series that a member forecasts are to be estimated again.
  bool many_ask(const Member& member) const {
    Index seated = 0;
    Index asking = 0;
    for (Index i = 0; i < task_.panel.size(); ++i) {
      const std::size_t at = place_of(i);
      const auto sits = [at](const Place& place) { return place.at == at; };
      if (std::none_of(member.places.begin(), member.places.end(), sits)) continue;
      ++seated;
      asking += decisions_[static_cast<std::size_t>(i)] == Retraining::re_estimate ? 1 : 0;
    }
    return enough_ask(asking, seated);
  }

  void train_anew(const Model& model, Member& member) {
    FitOptions options = task_.options;
    options.earlier = member.fitted.get();
    auto anew = model.fit(task_.panel, task_.covariates, options);
    std::vector<Place> places(anew->ledger().size());
    for (std::size_t row = 0; row < member.places.size(); ++row) {
      const std::string& id = member.fitted->ledger()[row].unique_id;
      const Index series = task_.panel.find(id);
      if (series < 0) continue;
      places[static_cast<std::size_t>(series)] = member.places[row];
      if (member.places[row].at == kNobody) continue;
      const auto own = static_cast<std::size_t>(series);
      if (decisions_[own] == Retraining::re_estimate) fitted_[own] = true;
    }
    member.fitted = std::move(anew);
    member.places = std::move(places);
  }

  /// Of a model that fits each series on its own.
  void refit_apart(const Model& model, const std::vector<Newcomer>& newcomers, Member& member) {
    std::vector<Retraining> wanted(decisions_.size(), Retraining::move_on);
    for (const Place& place : member.places) {
      if (place.at == kNobody) continue;
      const Index series = task_.panel.find(parts_.verdicts[place.at].unique_id);
      if (series < 0) continue;
      const auto own = static_cast<std::size_t>(series);
      const bool asks = decisions_[own] == Retraining::re_estimate;
      if (asks) fitted_[own] = true;
      if (asks || model.ages_quickly()) wanted[own] = Retraining::re_estimate;
    }
    for (const Newcomer& newcomer : newcomers) {
      wanted[static_cast<std::size_t>(newcomer.series)] = Retraining::select_anew;
    }
    if (!newcomers.empty()) {
      member.fitted->update(task_.panel.only(series_of(newcomers)), task_.covariates);
      member.places.resize(member.fitted->ledger().size());
    }
    std::vector<Index> again;
    std::vector<Retraining> decisions;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (wanted[i] == Retraining::move_on) continue;
      again.push_back(static_cast<Index>(i));
      decisions.push_back(wanted[i]);
    }
    if (again.empty()) return;
    const Panel panel = task_.panel.only(again);
    member.fitted =
        model.refit(std::move(member.fitted), decisions, {panel, task_.covariates, task_.options});
  }

  void seat(const std::vector<Newcomer>& newcomers, Member& member) const {
    if (newcomers.empty()) return;
    std::unordered_map<std::string, std::size_t> row_of;
    const std::vector<LedgerRow>& rows = member.fitted->ledger();
    for (std::size_t row = 0; row < rows.size(); ++row) row_of.emplace(rows[row].unique_id, row);
    for (const Newcomer& newcomer : newcomers) {
      const std::size_t at = place_of(newcomer.series);
      member.places[row_of.at(parts_.verdicts[at].unique_id)] = {at, newcomer.weight};
    }
  }

  /// A series that asked was estimated again where a member was; new parameters of one member are
  /// no estimate of the series that did not ask.
  void tell_what_was_done() {
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
      if (decisions_[i] == Retraining::select_anew) continue;
      decisions_[i] = fitted_[i] ? Retraining::re_estimate : Retraining::move_on;
    }
  }

  /// Where a model could not be used on a series and another one could, the other forecasts alone.
  void give_up_fallbacks() {
    std::vector<bool> has_usable(parts_.verdicts.size(), false);
    const auto usable = [](const Member& member, std::size_t row) {
      return member.fitted->ledger()[row].fallback.empty();
    };
    for (const Member& member : parts_.members) {
      for (std::size_t row = 0; row < member.places.size(); ++row) {
        const std::size_t at = member.places[row].at;
        if (at != kNobody && usable(member, row)) has_usable[at] = true;
      }
    }
    for (Member& member : parts_.members) {
      for (std::size_t row = 0; row < member.places.size(); ++row) {
        const std::size_t at = member.places[row].at;
        if (at != kNobody && has_usable[at] && !usable(member, row)) member.places[row] = {};
      }
    }
  }

  SelectionParts parts_;
  std::vector<Retraining>& decisions_;
  std::vector<bool> fitted_;  // by series: some member was
  const std::vector<ModelPtr>& models_;
  const SelectionTask& task_;
  std::unordered_map<std::string, std::size_t> place_of_;  // by unique_id
};

}  // namespace

std::unique_ptr<Fitted> reselect(SelectionParts kept, std::vector<Retraining>& decisions,
                                 const std::vector<Seat>& seats,
                                 const std::vector<ModelPtr>& models, const SelectionTask& task) {
  return Reselection(std::move(kept), decisions, models, task).run(seats);
}

}  // namespace forecart
