#include "models/lstm/network_series.h"

#include "models/lstm/binary.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart::lstm {

namespace {

using nlohmann::json;

bool is_known(double y) {
  return !std::isnan(y);
}

Measure load_measure(Space space, const json& state) {
  const Measure measure{space, state.at("floor").get<double>()};
  if (!(measure.floor >= 0 && std::isfinite(measure.floor)) ||
      (space == Space::log && measure.floor == 0)) {
    throw_bad_state("floor");
  }
  return measure;
}

/// States of older programs hold whatever came.
std::vector<double> load_tail(Space space, const json& values) {
  std::vector<double> tail;
  for (const json& value : values) tail.push_back(nearest_held(space, number_or_missing(value)));
  if (std::none_of(tail.begin(), tail.end(), is_known)) throw_bad_state("tail");
  return tail;
}

}  // namespace

NetworkSeries::NetworkSeries(const WindowPlan& plan, const SeriesView& series,
                             const Covariates& covariates)
    : plan_(&plan),
      measure_(measure_of(plan.space, series.values)),
      tail_(series.values.begin(), series.values.end()) {
  if (!plan.covariates.empty()) {
    beside_ = CovariateTrack(plan.covariates, covariates, {series.id, series.first, series.end()},
                             series.end());
  }
  forget();
}

NetworkSeries::NetworkSeries(const WindowPlan& plan, const json& state)
    : plan_(&plan),
      measure_(load_measure(plan.space, state)),
      tail_(load_tail(plan.space, state.at("tail"))) {
  if (!plan.covariates.empty()) {
    beside_ = CovariateTrack::load(plan.covariates, state.at("beside"));
  }
  forget();
}

void NetworkSeries::move_on(const SeriesView& recent, Bucket from, const Covariates& covariates) {
  for (Bucket bucket = from; bucket < recent.end(); ++bucket) {
    tail_.push_back(nearest_held(plan_->space, value_at(recent, bucket)));
  }
  if (!plan_->covariates.empty()) {
    beside_.append(plan_->covariates, covariate_rows(plan_->covariates.plan, covariates, recent.id,
                                                     from, recent.end()));
  }
  forget();
}

std::unique_ptr<GlobalSeries> NetworkSeries::clone() const {
  return std::make_unique<NetworkSeries>(*this);
}

json NetworkSeries::save() const {
  json state{{"floor", measure_.floor}, {"tail", numbers_or_null(tail_)}};
  if (!plan_->covariates.empty()) state["beside"] = beside_.save();
  return state;
}

/// Keeps what is looked back over; where all of it is missing, the last known value stands first.
void NetworkSeries::forget() {
  const auto last = std::find_if(tail_.rbegin(), tail_.rend(), is_known);
  if (last != tail_.rend()) last_known_ = *last;
  const auto most = static_cast<std::size_t>(plan_->lookback());
  if (tail_.size() > most) {
    tail_.erase(tail_.begin(), tail_.end() - static_cast<std::ptrdiff_t>(most));
  }
  if (std::none_of(tail_.begin(), tail_.end(), is_known)) tail_.front() = last_known_;
  beside_.forget(plan_->covariate_lookback());
}

SeriesAhead::SeriesAhead(const WindowPlan& plan, const Calendar& calendar,
                         const GlobalOrigin& origin, Eigen::Index horizon, const Covariates& future)
    : track_({}, plan.seasons) {
  const auto& series = dynamic_cast<const NetworkSeries&>(origin.series);
  track_ = Track(series.measure(), plan.seasons);
  track_.append(series.tail());
  first_ = origin.end - track_.size();
  if (plan.covariates.empty()) return;
  beside_ = series.beside();
  beside_.end_at(origin.end);
  beside_.append(plan.covariates, known_future_rows(plan.covariates.plan, future, origin.id,
                                                    calendar, origin.end, origin.end + horizon));
}

}  // namespace forecart::lstm
