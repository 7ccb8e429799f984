#include "models/lstm/learner.h"

#include "models/lstm/base_choice.h"
#include "models/lstm/calibration_taking.h"
#include "models/lstm/head_start.h"
#include "models/lstm/learning_story.h"
#include "models/lstm/network_size.h"
#include "models/lstm/space_choice.h"
#include "models/lstm/training_phases.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Of the updates and of the learning rate of a training from scratch, what one from earlier
/// weights has.
constexpr double kWarmShare = 0.2;
constexpr double kWarmRate = 0.3;

/// Weights of use for a part: trained, and on nothing later.
const Learnt* usable(const Learnt* earlier, const PanelPart& part) {
  if (earlier == nullptr || earlier->updates == 0) return nullptr;
  const auto reaches = [&](const SeriesView& series) { return earlier->until <= series.end(); };
  return std::any_of(part.series.begin(), part.series.end(), reaches) ? earlier : nullptr;
}

class Learner {
 public:
  Learner(const PanelPart& part, Space space, const NetworkOptions& options, const FitOptions& fit,
          const LearningContext& context)
      : part_(part),
        space_(space),
        options_(options),
        fit_(fit),
        context_(context),
        earlier_(usable(context.earlier, part)),
        budget_(fit.time_budget),
        learnt_(std::make_shared<Learnt>()) {}

  LearningOutcome run() {
    plan();
    const Ground before{sampler(held_out_.values()), held_out_origins_};
    if (before.sampler.empty()) {
      return {nullptr, fmt::format("too short: no series has {} values before what is held out",
                                   learnt_->plan.least_history() + 1)};
    }
    const std::int64_t origins = before.sampler.size();
    size_ = size_for(origins);
    if (!start_from_a_base(before.sampler)) {
      return {nullptr, "nothing is known after any origin before what is held out"};
    }
    learnt_->shape = shape();
    return too_few_to_train(origins) ? untrained() : trained(before);
  }

 private:
  LearningOutcome untrained() {
    budget_ = TimeBudget();  // nothing is left out for want of time
    const Lesson lesson = this->lesson();
    return finished(lesson, lstm::untrained(lesson, training()));
  }

  LearningOutcome trained(const Ground& before) {
    const TrainingOptions options = training();
    const Lesson lesson = this->lesson();
    std::optional<TrainingKeeper> keeper;
    if (context_.place) {
      keeper.emplace(*context_.place, net::ParameterLayout(learnt_->shape).size(), *fit_.progress);
      budget_.spent_before(keeper->spent());
    }
    const TrainingPhases phases(lesson, options,
                                {budget_, *fit_.progress, keeper ? &*keeper : nullptr});
    const TrainingResult first = phases.before_held_out(before, earlier_weights());
    LearningOutcome outcome{nullptr, diverged()};
    if (first.finite) {
      outcome = finished(lesson, first);
      learnt_->parameters = phases.on_everything(sampler(0), first).parameters;
      learnt_->updates = first.steps + (warm_ ? earlier_->updates : 0);
    }
    if (keeper) keeper->remove();
    return outcome;
  }

  std::string diverged() const {
    return fmt::format(
        "the training diverged: its loss is not a finite number; look for outliers{}",
        learnt_->kind == HeadKind::quantiles ? "" : ", or take head 'quantiles', which bears them");
  }

  /// What was learnt, but for a last training.
  LearningOutcome finished(const Lesson& lesson, const TrainingResult& first) {
    learnt_->calibration = std::make_shared<Calibration>(
        take_calibration(lesson, first.parameters, held_out_origins_, training()));
    learnt_->parameters = learnt_->before = first.parameters;
    learnt_->until = part_.series.front().end();
    for (const SeriesView& series : part_.series) {
      learnt_->until = std::max(learnt_->until, series.end());
    }
    tell(first);
    return {learnt_, ""};
  }

  void plan() {
    learnt_->plan = WindowPlan::for_frequency(part_.calendar.frequency(), space_, options_.seasons,
                                              direct_steps());
    for (const SeriesView& series : part_.series) {
      Track track(measure_of(learnt_->plan.space, series.values), learnt_->plan.seasons);
      track.append(series.values);
      subjects_.push_back({series.id, series.first, std::move(track), 1});
    }
    learnt_->plan.year = year_of(part_.calendar.frequency());
    held_out_ = held_out_of(subjects_, learnt_->plan);
    for (Subject& subject : subjects_) {
      const Index end = std::max<Index>(subject.track.size() - held_out_.values(), 1);
      subject.scale = usable_scale(subject.track, end);
    }
    if (!part_.covariates.empty()) read_covariates();
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      for (Index k = held_out_.origins; k-- > 0;) {
        const Index end = subjects_[i].track.size() - held_out_.horizon - k * held_out_.stride;
        if (end >= learnt_->plan.least_history()) held_out_origins_.push_back({i, end});
      }
    }
  }

  /// Steps of a year where they are days or shorter and two years of them can be learnt from.
  double year_of(const Frequency& frequency) const {
    constexpr double kSecondsOfYear = 365.2425 * 86400;
    const double step = static_cast<double>(frequency.longest_step().count());
    if (!(step > 0) || step > 86400) return 0;
    Index longest = 0;
    for (const Subject& subject : subjects_) longest = std::max(longest, subject.track.size());
    const double year = kSecondsOfYear / step;
    return static_cast<double>(longest) >= 2 * year + static_cast<double>(learnt_->plan.horizon)
               ? year
               : 0;
  }

  /// Usual values are those before what is held out.
  void read_covariates() {
    std::vector<Stretch> stretches;
    for (const Subject& subject : subjects_) {
      const Bucket to = subject.first + subject.track.size();
      stretches.push_back(
          {subject.id, subject.first, std::max(subject.first + 1, to - held_out_.values())});
    }
    CovariateReading& reading = learnt_->plan.covariates;
    reading = CovariateReading::learn(part_.covariates, stretches);
    if (earlier_ != nullptr && earlier_->plan.covariates.reads_like(reading)) {
      reading = earlier_->plan.covariates;  // the units that the earlier weights are for
    }
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const Bucket to = stretches[i].to;
      stretches[i].to = subjects_[i].first + subjects_[i].track.size();
      subjects_[i].beside = CovariateTrack(reading, part_.covariates, stretches[i], to);
    }
  }

  Index direct_steps() const {
    return std::min(options_.horizon, options_.direct > 0 ? options_.direct : kMostDirect);
  }

  OriginSampler sampler(Index held_out) const {
    return OriginSampler(subjects_, learnt_->plan, held_out);
  }

  /// The base, the head that starts from its errors, and how errors count; whether there are any.
  bool start_from_a_base(const OriginSampler& before) {
    const std::vector<SubjectOrigin> origins = trial_origins(before, fit_.seed);
    const Trial trial{learnt_->plan, subjects_, origins};
    learnt_->kind = options_.head.value_or(usual_head(learnt_->plan.space, part_.series));
    warm_ = takes_earlier();
    if (!warm_) {
      if (std::exchange(earlier_, nullptr) != nullptr && !part_.covariates.empty()) {
        read_covariates();  // in units of their own
      }
      learnt_->plan.base = choose_base(trial, part_.calendar.frequency(), learnt_->kind);
      const std::optional<BaseErrors> errors = base_errors(trial);
      if (!errors) return false;
      learnt_->head = make_head(learnt_->kind, *errors);
    }
    weights_.emplace(learnt_->plan, subjects_, origins);
    return true;
  }

  /// Takes base and head of the earlier fit if its weights are for the same plan, head and shape.
  bool takes_earlier() {
    if (earlier_ == nullptr || earlier_->kind != learnt_->kind) return false;
    WindowPlan plan = learnt_->plan;
    plan.base = earlier_->plan.base;
    if (plan != earlier_->plan) return false;
    learnt_->plan = std::move(plan);
    learnt_->head = earlier_->head;
    net::NetworkShape wanted = shape();
    wanted.dropout = earlier_->shape.dropout;  // which is no size, and not saved
    return wanted == earlier_->shape;
  }

  std::optional<net::AlignedVector<float>> earlier_weights() const {
    if (!warm_) return std::nullopt;
    return earlier_->before;
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
    shape.local = shape.known > 0 ? static_cast<std::size_t>(size_.local_units) : 0;
    shape.dropout = options_.dropout;
    return shape;
  }

  Lesson lesson() const {
    return {subjects_, {learnt_->plan, part_.calendar, learnt_->shape}, *learnt_->head, *weights_};
  }

  TrainingOptions training() const {
    TrainingOptions options;
    options.steps = options_.steps;
    options.batch = size_.batch;
    options.learning_rate = size_.learning_rate;
    options.last_share = size_.last_share;
    if (warm_) warm_up_less(options);
    options.trainer.seed = fit_.seed;
    options.trainer.threads = fit_.threads;
    return options;
  }

  /// What a training from earlier weights needs.
  static void warm_up_less(TrainingOptions& options) {
    options.steps = std::max(1, static_cast<int>(kWarmShare * options.steps));
    options.learning_rate *= kWarmRate;
    options.least_last = static_cast<int>(options.last_share * options.steps);
  }

  /// Ledger and explain() are told.
  void tell(const TrainingResult& first) {
    const LearningStory story{*learnt_,          first,
                              training().steps,  warm_ ? earlier_->updates : 0,
                              budget_,           held_out_origins_.size(),
                              sampler(0).size(), subjects_.size()};
    learnt_->report = report_of(story);
    learnt_->note = note_of(story);
  }

  const PanelPart& part_;
  Space space_;
  const NetworkOptions& options_;
  const FitOptions& fit_;
  const LearningContext& context_;
  const Learnt* earlier_;  ///< trained, and on nothing later; or nothing
  TimeBudget budget_;
  bool warm_ = false;  ///< starts from the earlier weights
  std::shared_ptr<Learnt> learnt_;
  std::vector<Subject> subjects_;
  NetworkSize size_{};
  HeldOut held_out_;
  std::vector<SubjectOrigin> held_out_origins_;
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
  shape.embeddings = plan.covariates.embeddings();
  shape.known = plan.known();
  return shape;
}

LearningOutcome learn(const PanelPart& part, const NetworkOptions& options, const FitOptions& fit,
                      const LearningContext& context) {
  const std::optional<Space> space = choose_space(part.series, options.head);
  if (!space) {
    return {nullptr, fmt::format("there are values below zero, which head '{}' does not tell; use "
                                 "another one, or auto",
                                 name_of(*options.head))};
  }
  PanelPart usable{part.calendar, part.covariates, part.series};
  if (*space != Space::centred) {
    std::erase_if(usable.series, [](const SeriesView& series) {
      return std::any_of(series.values.begin(), series.values.end(),
                         [](double y) { return y < 0; });
    });
  }
  return Learner(usable, *space, options, fit, context).run();
}

}  // namespace forecart::lstm
