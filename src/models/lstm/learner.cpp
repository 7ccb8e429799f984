#include "models/lstm/learner.h"

#include "models/lstm/base_choice.h"
#include "models/lstm/calibration_taking.h"
#include "models/lstm/head_start.h"
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

class Learner {
 public:
  Learner(const PanelPart& part, const NetworkOptions& options, const FitOptions& fit)
      : part_(part),
        options_(options),
        fit_(fit),
        budget_(fit.time_budget),
        learnt_(std::make_shared<Learnt>()) {}

  LearningOutcome run() {
    plan();
    const Ground before{sampler(held_out_.values()), held_out_origins_};
    if (before.sampler.empty()) {
      return {nullptr, fmt::format("too short: no series has {} values before what is held out",
                                   learnt_->plan.least_history() + 1)};
    }
    if (!start_from_a_base(before.sampler)) {
      return {nullptr, "nothing is known after any origin before what is held out"};
    }
    const std::int64_t origins = before.sampler.size();
    size_ = size_for(origins);
    learnt_->shape = shape();
    const TrainingOptions options = training();
    const Lesson lesson = this->lesson();
    const TrainingPhases phases(lesson, options, budget_, *fit_.progress);
    const TrainingResult first =
        too_few_to_train(origins) ? untrained(lesson, options) : phases.before_held_out(before);
    if (!first.finite) return {nullptr, "the training diverged: its loss is not a finite number"};
    learnt_->calibration = std::make_shared<Calibration>(
        take_calibration(lesson, first.parameters, held_out_origins_, options));
    learnt_->parameters = phases.on_everything(sampler(0), first).parameters;
    if (!too_few_to_train(origins)) tell_of_budget(first);
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
    if (!part_.covariates.empty()) read_covariates();
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      for (Index k = held_out_.origins; k-- > 0;) {
        const Index end = subjects_[i].track.size() - held_out_.horizon - k * held_out_.stride;
        if (end >= learnt_->plan.least_history()) held_out_origins_.push_back({i, end});
      }
    }
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
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      const Bucket to = stretches[i].to;
      stretches[i].to = subjects_[i].first + subjects_[i].track.size();
      subjects_[i].beside = CovariateTrack(reading, part_.covariates, stretches[i], to);
    }
  }

  OriginSampler sampler(Index held_out) const {
    return OriginSampler(subjects_, learnt_->plan, held_out);
  }

  /// The base, the head that starts from its errors, and how errors count; whether there are any.
  bool start_from_a_base(const OriginSampler& before) {
    const std::vector<SubjectOrigin> origins = trial_origins(before, fit_.seed);
    const Trial trial{learnt_->plan, subjects_, origins};
    learnt_->plan.base = choose_base(trial, part_.calendar.frequency());
    const std::optional<BaseErrors> errors = base_errors(trial);
    if (!errors) return false;
    learnt_->kind = options_.head.value_or(usual_head(learnt_->plan.space, part_.series));
    learnt_->head = make_head(learnt_->kind, *errors);
    weights_.emplace(learnt_->plan, subjects_, origins);
    return true;
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
    options.trainer.seed = fit_.seed;
    options.trainer.threads = fit_.threads;
    return options;
  }

  void tell_of_budget(const TrainingResult& first) {
    if (!budget_.limited()) return;
    learnt_->note =
        first.steps == 0
            ? fmt::format("a time budget of {} s leaves no time to train: the base forecast",
                          budget_.seconds())
            : fmt::format(
                  "{} of {} updates within a time budget of {} s: another run may give "
                  "other numbers",
                  first.steps, options_.steps, budget_.seconds());
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
                       {"covariates", save_covariate_plan(learnt_->plan.covariates.plan)},
                       {"steps", first.steps},
                       {"best_step", first.best_step},
                       {"training_loss", first.loss},
                       {"held_out_loss", first.held_out},
                       {"held_out_origins", held_out_origins_.size()},
                       {"windows", sampler(0).size()},
                       {"series", subjects_.size()},
                       {"parameters", learnt_->parameters.size()},
                       {"kernel", net::best_kernel().name}};
    if (budget_.limited()) {
      learnt_->report["time_budget"] = {{"seconds", budget_.seconds()},
                                        {"planned_steps", first.planned},
                                        {"reproducible", false}};
    }
  }

  const PanelPart& part_;
  const NetworkOptions& options_;
  const FitOptions& fit_;
  TimeBudget budget_;
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
  shape.known = plan.covariates.known();
  return shape;
}

LearningOutcome learn(const PanelPart& part, const NetworkOptions& options, const FitOptions& fit) {
  PanelPart usable{part.calendar, part.covariates, part.series};
  if (choose_space(part.series) != Space::centred) {
    std::erase_if(usable.series, [](const SeriesView& series) {
      return std::any_of(series.values.begin(), series.values.end(),
                         [](double y) { return y < 0; });
    });
  }
  return Learner(usable, options, fit).run();
}

}  // namespace forecart::lstm
