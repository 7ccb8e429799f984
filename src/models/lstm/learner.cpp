#include "models/lstm/learner.h"

#include "base/error.h"
#include "models/net/initial.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Share of the series that may hold values outside a space.
constexpr double kFew = 0.05;
/// Below this mean whole numbers are told as counts.
constexpr double kFewCounts = 30;
/// Origins that base weights, loss weights and starting errors are taken from.
constexpr std::size_t kTrialOrigins = 2000;
/// Held-out origins looked at in training, and paths kept of them.
constexpr std::size_t kMostLooked = 4096;
constexpr std::size_t kMostPaths = 512;
/// Share of the learning rate that the last training on everything has.
constexpr double kLastRate = 0.3;

/// How large a network is and how it is trained, by how much there is to learn from.
struct NetworkSize {
  int units;
  bool linear_skip;
  std::size_t batch;
  double learning_rate;
  double last_share;  ///< updates of the last training on everything, of those before it
};
/// With fewer origins nothing is trained: the base is all there is.
constexpr std::int64_t kFewOrigins = 200;
constexpr std::int64_t kManyOrigins = 50'000;
constexpr NetworkSize kSmall{32, false, 64, 5e-3, 0};
constexpr NetworkSize kLarge{128, true, 256, 2e-3, 0.25};

double seasonal_scale(const Track& track, Index end) {
  const Index season = track.seasons().front();
  double sum = 0;
  double count = 0;
  for (Index t = season; t < end; ++t) {
    if (std::isnan(track.value(t)) || std::isnan(track.value(t - season))) continue;
    sum += std::abs(track.value(t) - track.value(t - season));
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

/// A scale that is never zero.
double usable_scale(const Track& track, Index end) {
  const double scale = seasonal_scale(track, end);
  if (scale > 0) return scale;
  double largest = 0;
  for (Index t = 0; t < end; ++t) {
    if (!std::isnan(track.value(t))) largest = std::max(largest, std::abs(track.value(t)));
  }
  return largest > 0 ? largest : 1;
}

template <class Item>
std::vector<Item> thinned(const std::vector<Item>& items, std::size_t most) {
  if (items.size() <= most) return items;
  std::vector<Item> kept;
  for (std::size_t i = 0; i < most; ++i) kept.push_back(items[i * items.size() / most]);
  return kept;
}

template <class Number>
void require(const char* field, Number value, Number low, Number high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("network: {} is {}, allowed are {} to {}", field, value, low, high));
}

/// Says how far the training is, and how good.
class TrainingTeller {
 public:
  TrainingTeller(Progress& progress, int steps) : progress_(progress), steps_(steps) {}
  ~TrainingTeller() { progress_.report(kWork, 1, ""); }
  TrainingTeller(const TrainingTeller&) = delete;
  TrainingTeller& operator=(const TrainingTeller&) = delete;

  void look(int step, double loss) const {
    progress_.report(kWork, static_cast<double>(step) / steps_,
                     fmt::format("step {}, loss {:.4f}", step, loss));
  }

 private:
  static constexpr const char* kWork = "training a network";
  Progress& progress_;
  int steps_;
};

class Learner {
 public:
  Learner(const PanelPart& part, const NetworkOptions& options, const FitOptions& fit)
      : part_(part), options_(options), fit_(fit), learnt_(std::make_shared<Learnt>()) {}

  LearningOutcome run() {
    plan();
    if (sampler(held_out_.values()).empty()) {
      return {nullptr, fmt::format("too short: no series has {} values before what is held out",
                                   learnt_->plan.least_history() + 1)};
    }
    const std::int64_t origins = sampler(held_out_.values()).size();
    few_ = origins < kFewOrigins;
    size_ = origins < kManyOrigins ? kSmall : kLarge;
    trial_origins_ = trial_origins();
    choose_base();
    if (!start_head())
      return {nullptr, "nothing is known after any origin before what is held out"};
    weights_.emplace(learnt_->plan, subjects_, trial_origins_);
    learnt_->shape = shape();
    TrainingResult first = few_ ? untrained() : train_before_held_out();
    if (!first.finite) return {nullptr, "the training diverged: its loss is not a finite number"};
    calibrate(first.parameters);
    const TrainingResult last = train_on_everything(first);
    learnt_->parameters = last.parameters;
    report(first);
    return {std::move(learnt_), ""};
  }

 private:
  void plan() {
    learnt_->plan = WindowPlan::for_frequency(
        part_.calendar.frequency(), choose_space(part_.series), options_.seasons, options_.horizon);
    for (const SeriesView& series : part_.series) {
      Track track(measure_of(learnt_->plan.space, series.values), learnt_->plan.seasons);
      track.append(series.values);
      subjects_.push_back({series.id, series.first, std::move(track), 1});
    }
    held_out_ = held_out_of(subjects_, learnt_->plan);
    for (Subject& subject : subjects_) {
      const Index end = std::max<Index>(subject.track.size() - held_out_.values(), 1);
      subject.scale = usable_scale(subject.track, end);
    }
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      for (Index k = held_out_.origins; k-- > 0;) {
        const Index end = subjects_[i].track.size() - held_out_.horizon - k * held_out_.stride;
        if (end >= learnt_->plan.least_history()) held_out_origins_.push_back({i, end});
      }
    }
  }

  OriginSampler sampler(Index held_out) const {
    return OriginSampler(subjects_, learnt_->plan, held_out);
  }

  std::vector<SubjectOrigin> trial_origins() const {
    Generator generator(fit_.seed);
    const OriginSampler drawn = sampler(held_out_.values());
    std::vector<SubjectOrigin> origins;
    for (std::size_t i = 0; i < kTrialOrigins; ++i) origins.push_back(drawn.draw(generator));
    return origins;
  }

  /// The weights of the base forecast's rules, by what they missed at drawn origins.
  void choose_base() {
    WindowPlan& plan = learnt_->plan;
    const std::vector<BaseRule> rules = rules_with_history();
    const auto horizon = static_cast<std::size_t>(plan.horizon);
    std::vector<std::vector<double>> rows;
    std::vector<double> said(horizon);
    for (const SubjectOrigin& origin : trial_origins_) {
      const Track& track = subjects_[origin.subject].track;
      const Frame frame = frame_at(plan, track, origin.end);
      if (!frame.usable()) continue;
      const std::size_t from = rows.size();
      rows.resize(from + horizon, std::vector<double>(rules.size()));
      for (std::size_t r = 0; r < rules.size(); ++r) {
        rules[r].forecast(track, origin.end, said);
        for (std::size_t k = 0; k < horizon; ++k) {
          rows[from + k][r] = missed(track, frame, origin.end + static_cast<Index>(k), said[k]);
        }
      }
    }
    Eigen::MatrixXd errors(static_cast<Index>(rows.size()), static_cast<Index>(rules.size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      for (std::size_t r = 0; r < rules.size(); ++r) {
        errors(static_cast<Index>(i), static_cast<Index>(r)) = rows[i][r];
      }
    }
    plan.base = {rules, best_weights(errors)};
    plan.base.tidy();
  }

  /// Those for which most drawn origins have a season before them.
  std::vector<BaseRule> rules_with_history() const {
    std::vector<Index> ends;
    for (const SubjectOrigin& origin : trial_origins_) ends.push_back(origin.end);
    const auto middle = ends.begin() + std::ssize(ends) / 2;
    std::nth_element(ends.begin(), middle, ends.end());
    const WindowPlan& plan = learnt_->plan;
    std::vector<BaseRule> rules = base_rules(part_.calendar.frequency(), plan.seasons);
    std::erase_if(rules, [&](const BaseRule& rule) {
      return rule.kind != BaseRule::Kind::level && plan.seasons[rule.season] >= *middle;
    });
    if (rules.empty()) rules.push_back({.kind = BaseRule::Kind::level, .level = plan.level});
    return rules;
  }

  /// What a forecast missed by in units of the frame; 0 where nothing is known.
  static double missed(const Track& track, const Frame& frame, Index at, double said) {
    constexpr double kMost = 10;
    if (at >= track.size() || std::isnan(track.value(at))) return 0;
    return std::clamp((track.measure().working(track.value(at)) - said) / frame.unit, -kMost,
                      kMost);
  }

  /// Whether there is anything to start from.
  bool start_head() {
    BaseErrors errors;
    double squares = 0;
    double excess = 0;
    std::vector<double> said(static_cast<std::size_t>(learnt_->plan.horizon));
    for (const SubjectOrigin& origin : trial_origins_) {
      const Track& track = subjects_[origin.subject].track;
      const Frame frame = frame_at(learnt_->plan, track, origin.end);
      if (!frame.usable()) continue;
      learnt_->plan.base.forecast(track, origin.end, said);
      for (std::size_t k = 0; k < said.size(); ++k) {
        const Index at = origin.end + static_cast<Index>(k);
        if (at >= track.size() || std::isnan(track.value(at))) continue;
        const double error = missed(track, frame, at, said[k]);
        errors.normal.push_back(error);
        const double m = said[k] / frame.unit;
        squares += m * m;
        excess += error * error - m / frame.unit;
      }
    }
    std::sort(errors.normal.begin(), errors.normal.end());
    errors.relative_variance = std::clamp(squares > 0 ? excess / squares : 1, 0.01, 10.0);
    learnt_->kind = options_.head.value_or(usual_head());
    learnt_->head = make_head(learnt_->kind, errors);
    return !errors.normal.empty();
  }

  HeadKind usual_head() const {
    if (learnt_->plan.space != Space::scaled) return HeadKind::quantiles;
    double sum = 0;
    double count = 0;
    for (const SeriesView& series : part_.series) {
      for (const double y : series.values) {
        if (std::isnan(y)) continue;
        if (y != std::floor(y)) return HeadKind::quantiles;
        sum += y;
        ++count;
      }
    }
    return sum <= kFewCounts * count ? HeadKind::negative_binomial : HeadKind::quantiles;
  }

  net::NetworkShape shape() const {
    const auto layers = static_cast<std::size_t>(options_.layers);
    const int units = options_.units > 0 ? options_.units : size_.units;
    net::NetworkShape shape = reading_shape(learnt_->plan, *learnt_->head);
    shape.layers = layers;
    shape.hidden = layers > 0 ? static_cast<std::size_t>(units) : 0;
    if (layers == 0) shape.inputs = shape.steps = 0;
    shape.trunk = static_cast<std::size_t>(units);
    shape.trunk_layers = layers > 0 ? 1 : 2;
    shape.linear_skip = size_.linear_skip;
    shape.dropout = options_.dropout;
    return shape;
  }

  Reading reading() const { return {learnt_->plan, part_.calendar, learnt_->shape}; }

  Lesson lesson() const { return {subjects_, reading(), *learnt_->head, *weights_}; }

  TrainingOptions training() const {
    TrainingOptions options;
    options.steps = options_.steps;
    options.batch = size_.batch;
    options.learning_rate = size_.learning_rate;
    options.seed = fit_.seed;
    options.threads = fit_.threads;
    return options;
  }

  TrainingResult train_before_held_out() {
    const TrainingTeller teller(*fit_.progress, options_.steps);
    return train(lesson(), sampler(held_out_.values()), thinned(held_out_origins_, kMostLooked),
                 std::nullopt, training(), [&](int step, double loss) { teller.look(step, loss); });
  }

  /// Goes on from the best weights for a share of the updates, at a lower rate.
  TrainingResult train_on_everything(const TrainingResult& first) {
    TrainingOptions options = training();
    options.steps = static_cast<int>(size_.last_share * first.best_step);
    options.learning_rate *= kLastRate;
    options.seed ^= 1;
    if (options.steps < 1) return first;
    TrainingResult last =
        train(lesson(), sampler(0), {}, first.parameters, options, [](int, double) {});
    const bool finite = last.finite && std::all_of(last.parameters.begin(), last.parameters.end(),
                                                   [](float w) { return std::isfinite(w); });
    return finite ? last : first;
  }

  /// The base and its errors, where there is too little to learn from.
  TrainingResult untrained() const {
    Generator generator(fit_.seed);
    TrainingResult result;
    result.parameters = net::initial_parameters(net::ParameterLayout(learnt_->shape), generator);
    return result;
  }

  /// Where the held-out values lay in what the first training forecast.
  void calibrate(const net::AlignedVector<float>& parameters) {
    const std::vector<SubjectOrigin> origins = thinned(held_out_origins_, kMostPaths);
    std::vector<Origin> places;
    for (const SubjectOrigin& origin : origins) places.push_back(origin.in(subjects_));
    const Outputs outputs = predict(reading(), parameters, places, fit_.threads);
    const Index horizon = learnt_->plan.horizon;
    const std::size_t width = learnt_->head->per_step();
    Generator generator(fit_.seed);
    std::vector<Eigen::VectorXf> paths;
    for (std::size_t i = 0; i < origins.size(); ++i) {
      if (!outputs.sites[i].front().frame.usable()) continue;
      const Track& track = subjects_[origins[i].subject].track;
      Eigen::VectorXf path(horizon);
      Index known = 0;
      for (Index k = 0; k < horizon; ++k) {
        const auto step = static_cast<std::size_t>(k);
        const double y = track.value(origins[i].end + k);
        const auto numbers = std::span(outputs.numbers[i]).subspan(step * width, width);
        const double low =
            std::isnan(y) ? 0 : learnt_->head->below(outputs.sites[i][step], numbers, y);
        const double high =
            std::isnan(y) ? 1 : learnt_->head->at_most(outputs.sites[i][step], numbers, y);
        path[k] = static_cast<float>(low + generator.uniform() * (high - low));
        known += std::isnan(y) ? 0 : 1;
      }
      if (2 * known >= horizon)
        paths.push_back(std::move(path));  // what is missing could be anywhere
    }
    Eigen::MatrixXf matrix(horizon, static_cast<Index>(paths.size()));
    for (std::size_t i = 0; i < paths.size(); ++i) matrix.col(static_cast<Index>(i)) = paths[i];
    learnt_->calibration =
        std::make_shared<Calibration>(std::move(matrix), std::max<Index>(learnt_->plan.block, 1));
  }

  void report(const TrainingResult& first) {
    nlohmann::json rules = nlohmann::json::array();
    const BaseForecast& base = learnt_->plan.base;
    for (std::size_t i = 0; i < base.rules.size(); ++i) {
      rules.push_back(
          {{"rule", base.rules[i].name(learnt_->plan.seasons)}, {"weight", base.weights[i]}});
    }
    learnt_->report = {{"space", name_of(learnt_->plan.space)},
                       {"head", learnt_->head->name()},
                       {"base", std::move(rules)},
                       {"steps", first.steps},
                       {"best_step", first.best_step},
                       {"training_loss", first.loss},
                       {"held_out_loss", first.held_out},
                       {"held_out_origins", held_out_origins_.size()},
                       {"windows", sampler(0).size()},
                       {"series", subjects_.size()},
                       {"parameters", learnt_->parameters.size()},
                       {"kernel", net::best_kernel().name}};
  }

  const PanelPart& part_;
  const NetworkOptions& options_;
  const FitOptions& fit_;
  std::shared_ptr<Learnt> learnt_;
  std::vector<Subject> subjects_;
  bool few_ = false;
  NetworkSize size_ = kSmall;
  HeldOut held_out_;
  std::vector<SubjectOrigin> held_out_origins_;
  std::vector<SubjectOrigin> trial_origins_;
  std::optional<LossWeights> weights_;
};

}  // namespace

net::NetworkShape reading_shape(const WindowPlan& plan, const Head& head) {
  net::NetworkShape shape;
  shape.inputs = plan.inputs();
  shape.steps = static_cast<std::size_t>(plan.steps);
  shape.flat = plan.flat_inputs();
  shape.horizon = static_cast<std::size_t>(plan.horizon);
  shape.per_step = head.per_step();
  return shape;
}

Space choose_space(const std::vector<SeriesView>& series) {
  double below = 0;
  double with_zeros = 0;
  for (const SeriesView& one : series) {
    const auto is_below = [](double y) { return y < 0; };
    const auto not_above =
        std::count_if(one.values.begin(), one.values.end(), [](double y) { return y <= 0; });
    below += std::any_of(one.values.begin(), one.values.end(), is_below) ? 1 : 0;
    with_zeros += 100 * not_above > std::ssize(one.values) ? 1 : 0;
  }
  const double few = kFew * static_cast<double>(series.size());
  if (below > few) return Space::centred;
  return with_zeros > few ? Space::scaled : Space::log;
}

void NetworkOptions::validate() const {
  require("layers", layers, 0, 3);
  require("units", units, 0, 1024);
  require("dropout", dropout, 0.0, 0.9);
  require<Index>("horizon", horizon, 1, 100'000);
  require("steps", steps, 1, 1'000'000);
  for (const int season : seasons) require("season", season, 1, 100'000);
  if (seasons.empty()) throw Error(ErrorCode::invalid_value, "network: no season is given");
}

LearningOutcome learn(const PanelPart& part, const NetworkOptions& options, const FitOptions& fit) {
  PanelPart usable{part.calendar, part.series};
  if (choose_space(part.series) != Space::centred) {
    std::erase_if(usable.series, [](const SeriesView& series) {
      return std::any_of(series.values.begin(), series.values.end(),
                         [](double y) { return y < 0; });
    });
  }
  return Learner(usable, options, fit).run();
}

}  // namespace forecart::lstm
