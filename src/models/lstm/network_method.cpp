#include "models/lstm/network_method.h"

#include "base/parallel.h"
#include "models/lstm/binary.h"
#include "models/lstm/desk.h"
#include "models/lstm/learnt_state.h"
#include "models/lstm/network_export.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;
using nlohmann::json;

constexpr int kStateVersion = 1;

/// The last values of a series.
class NetworkSeries final : public GlobalSeries {
 public:
  NetworkSeries(const Measure& measure, std::vector<double> tail, Bucket lookback)
      : measure_(measure), tail_(std::move(tail)), lookback_(lookback) {
    forget();
  }

  void move_on(const SeriesView& recent, Bucket from, const Covariates&) override {
    for (Bucket bucket = from; bucket < recent.end(); ++bucket) {
      tail_.push_back(value_at(recent, bucket));
    }
    forget();
  }

  std::unique_ptr<GlobalSeries> clone() const override {
    return std::make_unique<NetworkSeries>(*this);
  }

  json save() const override { return save_tail(measure_, tail_); }

  const Measure& measure() const { return measure_; }
  std::span<const double> tail() const { return tail_; }

 private:
  /// Keeps what is looked back over; where all of it is missing, the last known value stands first.
  void forget() {
    const auto is_known = [](double y) { return !std::isnan(y); };
    const auto last = std::find_if(tail_.rbegin(), tail_.rend(), is_known);
    if (last != tail_.rend()) last_known_ = *last;
    const auto most = static_cast<std::size_t>(lookback_);
    if (tail_.size() > most) {
      tail_.erase(tail_.begin(), tail_.end() - static_cast<std::ptrdiff_t>(most));
    }
    if (std::none_of(tail_.begin(), tail_.end(), is_known)) tail_.front() = last_known_;
  }

  Measure measure_;
  std::vector<double> tail_;
  Bucket lookback_;
  double last_known_ = 0;
};

const NetworkSeries& own(const GlobalSeries& series) {
  return dynamic_cast<const NetworkSeries&>(series);
}

Track track_of(const NetworkSeries& series, const WindowPlan& plan) {
  Track track(series.measure(), plan.seasons);
  track.append(series.tail());
  return track;
}

/// Tracks of some series that grow by what is forecast for them, a horizon of the network at a
/// time.
class Recursion {
 public:
  Recursion(const Learnt& learnt, const Calendar& calendar,
            const std::vector<GlobalOrigin>& origins, unsigned threads)
      : learnt_(learnt), calendar_(calendar), threads_(threads) {
    for (const GlobalOrigin& origin : origins) {
      tracks_.push_back(track_of(own(origin.series), learnt.plan));
      firsts_.push_back(origin.end - static_cast<Bucket>(tracks_.back().size()));
    }
    sites_.resize(origins.size());
    numbers_.resize(origins.size());
  }

  std::vector<PredictivePtr> run(Index horizon) {
    for (Index done = 0; done < horizon; done += learnt_.plan.horizon) {
      const bool last = done + learnt_.plan.horizon >= horizon;
      next_block(std::min(learnt_.plan.horizon, horizon - done), last);
    }
    std::vector<PredictivePtr> result;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      result.push_back(make_net_predictive(learnt_.head, std::move(sites_[i]),
                                           std::move(numbers_[i]), learnt_.calibration));
    }
    return result;
  }

 private:
  /// What follows from forecasts is smooth: its own unit would make intervals narrower.
  static void keep_unit(const Frame& first, std::vector<StepSite>& sites) {
    for (StepSite& site : sites) site.frame.unit = std::max(site.frame.unit, first.unit);
  }

  void next_block(Index steps, bool last) {
    std::vector<Origin> places;
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      places.push_back({&tracks_[i], firsts_[i], tracks_[i].size()});
    }
    const Reading reading{learnt_.plan, calendar_, learnt_.shape};
    Outputs outputs = predict(reading, learnt_.parameters, places, threads_);
    const std::size_t width = learnt_.head->per_step();
    for (std::size_t i = 0; i < tracks_.size(); ++i) {
      const auto count = static_cast<std::size_t>(steps);
      if (!sites_[i].empty()) keep_unit(sites_[i].front().frame, outputs.sites[i]);
      sites_[i].insert(sites_[i].end(), outputs.sites[i].begin(), outputs.sites[i].begin() + steps);
      numbers_[i].insert(numbers_[i].end(), outputs.numbers[i].begin(),
                         outputs.numbers[i].begin() + static_cast<std::ptrdiff_t>(count * width));
      if (last) continue;
      std::vector<double> points;
      for (std::size_t k = 0; k < count; ++k) {
        points.push_back(point_of(*learnt_.head, outputs.sites[i][k],
                                  std::span(outputs.numbers[i]).subspan(k * width, width)));
      }
      tracks_[i].append(points);
    }
  }

  const Learnt& learnt_;
  const Calendar& calendar_;
  unsigned threads_;
  std::vector<Bucket> firsts_;
  std::vector<Track> tracks_;
  std::vector<std::vector<StepSite>> sites_;
  std::vector<std::vector<float>> numbers_;
};

class NetworkLearnt final : public GlobalLearnt {
 public:
  NetworkLearnt(std::shared_ptr<const Learnt> learnt, const Calendar& calendar)
      : learnt_(std::move(learnt)), calendar_(calendar) {}

  std::string obstacle(const SeriesView& series) const override {
    const auto below = [](double y) { return y < 0; };
    if (learnt_->plan.space != Space::centred &&
        std::any_of(series.values.begin(), series.values.end(), below)) {
      return "goes below zero, which most series of the panel do not";
    }
    return "";
  }

  std::string note() const override { return learnt_->note; }

  std::unique_ptr<GlobalSeries> begin(const SeriesView& series, const Covariates&) const override {
    return std::make_unique<NetworkSeries>(measure_of(learnt_->plan.space, series.values),
                                           std::vector(series.values.begin(), series.values.end()),
                                           lookback());
  }

  Bucket lookback() const override { return learnt_->plan.lookback(); }

  std::vector<PredictivePtr> forecast(const std::vector<GlobalOrigin>& origins, Index horizon,
                                      const Covariates&, unsigned threads) const override {
    return Recursion(*learnt_, calendar_, origins, threads).run(horizon);
  }

  Components components(const GlobalOrigin& origin, Index horizon,
                        const Covariates& future) const override {
    const auto distribution = forecast({origin}, horizon, future, 1).front();
    Eigen::VectorXd mean(horizon);
    for (Index k = 0; k < horizon; ++k) mean[k] = distribution->mean(k);
    Components result;
    result.complete("remainder", mean);
    return result;
  }

  std::shared_ptr<const ExportedNetwork> export_network(
      const std::string& name, const std::vector<GlobalOrigin>& origins,
      const ExportRequest& request) const override {
    std::vector<Track> tracks;
    for (const GlobalOrigin& origin : origins) {
      tracks.push_back(track_of(own(origin.series), learnt_->plan));
    }
    std::vector<ShownSeries> shown;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      const Bucket first = origins[i].end - static_cast<Bucket>(tracks[i].size());
      shown.push_back({origins[i].id, {&tracks[i], first, tracks[i].size()}});
    }
    return export_learnt(name, *learnt_, calendar_, shown, request);
  }

  json explain() const override { return learnt_->report; }
  json save() const override { return save_learnt(*learnt_); }
  std::unique_ptr<GlobalSeries> load_series(const json& state) const override {
    auto [measure, tail] = load_tail(learnt_->plan.space, state);
    return std::make_unique<NetworkSeries>(measure, std::move(tail), lookback());
  }

 private:
  std::shared_ptr<const Learnt> learnt_;
  Calendar calendar_;
};

class NetworkMethod final : public GlobalMethod {
 public:
  NetworkMethod(std::string name, NetworkOptions options)
      : name_(std::move(name)), options_(std::move(options)) {}

  std::string name() const override { return name_; }
  std::string interval_method() const override { return "network, calibrated on held-out origins"; }
  int state_version() const override { return kStateVersion; }
  bool uses_covariates() const override { return false; }

  GlobalOutcome learn(const GlobalPanel& panel, const FitOptions& options) const override {
    LearningOutcome outcome = lstm::learn({panel.calendar, panel.series}, options_, options);
    if (outcome.learnt == nullptr) return {nullptr, outcome.refusal};
    return {std::make_shared<NetworkLearnt>(std::move(outcome.learnt), panel.calendar), ""};
  }

  std::shared_ptr<const GlobalLearnt> load(const json& state,
                                           const Calendar& calendar) const override {
    return std::make_shared<NetworkLearnt>(load_learnt(state), calendar);
  }

 private:
  std::string name_;
  NetworkOptions options_;
};

}  // namespace

std::shared_ptr<const GlobalMethod> make_network_method(std::string name,
                                                        const NetworkOptions& options) {
  options.validate();
  return std::make_shared<NetworkMethod>(std::move(name), options);
}

}  // namespace forecart::lstm
