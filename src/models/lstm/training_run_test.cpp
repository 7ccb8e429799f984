#include "models/lstm/training_run.h"

#include "models/lstm/trial.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace forecart::lstm {
namespace {

using Eigen::Index;

/// A small network of dense layers over a few weeks of days.
class Training : public testing::Test {
 protected:
  Training() : ground_{OriginSampler(subjects_, plan_, 14), {}} {
    for (std::size_t i = 0; i < subjects_.size(); ++i) {
      for (Index back = 7; back <= 14; ++back) {
        ground_.held_out.push_back({i, subjects_[i].track.size() - back});
      }
    }
    options_.steps = 200;
    options_.batch = 32;
    options_.learning_rate = 5e-3;
    options_.trainer.threads = 1;
  }

  TrainingResult run(TrainingSurroundings around) const {
    return train(lesson_, ground_, options_, std::move(around));
  }

  /// A budget on a clock that goes on by one with every look at it.
  static TimeBudget ticks(double count) {
    return TimeBudget(count, [now = std::make_shared<double>(0)] { return (*now)++; });
  }

  TrainingOptions options_;

 private:
  static WindowPlan make_plan() {
    WindowPlan plan = WindowPlan::for_frequency(Frequency::parse("D"), Space::scaled, {7}, 7);
    plan.base = {base_rules(Frequency::parse("D"), plan.seasons), {}};
    plan.base.rules.resize(1);
    plan.base.weights = {1};
    return plan;
  }

  static std::vector<Subject> make_subjects(const WindowPlan& plan) {
    std::vector<Subject> subjects;
    Generator generator(3);
    for (int i = 0; i < 5; ++i) {
      Track track({plan.space, 0}, plan.seasons);
      std::vector<double> y;
      for (int t = 0; t < 200; ++t) {
        y.push_back(10 + i + (t % 7 == 4 ? 8 : 0) + generator.uniform());
      }
      track.append(y);
      subjects.push_back({"s", 0, std::move(track), 2});
    }
    return subjects;
  }

  net::NetworkShape make_shape() const {
    net::NetworkShape shape;
    shape.flat = plan_.flat_inputs();
    shape.horizon = static_cast<std::size_t>(plan_.horizon);
    shape.per_step = head_->per_step();
    shape.trunk = 16;
    shape.trunk_layers = 1;
    return shape;
  }

  Calendar calendar_{Frequency::parse("D"), TimeZone()};
  WindowPlan plan_ = make_plan();
  std::vector<Subject> subjects_ = make_subjects(plan_);
  HeadPtr head_ = make_head(HeadKind::quantiles, {{-1, -0.5, 0, 0.5, 1}, 1});
  net::NetworkShape shape_ = make_shape();
  std::vector<SubjectOrigin> trial_ = trial_origins(OriginSampler(subjects_, plan_, 14), 1);
  LossWeights weights_{plan_, subjects_, trial_};
  Lesson lesson_{subjects_, {plan_, calendar_, shape_}, *head_, weights_};
  Ground ground_;
};

TEST_F(Training, MakesAllUpdatesWithoutABudget) {
  std::vector<TrainingMoment> moments;
  const TrainingResult result =
      run({.observe = [&](const TrainingMoment& moment) { moments.push_back(moment); }});
  EXPECT_EQ(result.steps, 200);
  EXPECT_EQ(result.planned, 200);
  EXPECT_GT(result.best_step, 0);
  EXPECT_FALSE(result.bound);
  EXPECT_EQ(moments.size(), 204);  // and at four looks
  EXPECT_FALSE(moments.front().held_out.has_value());
  EXPECT_EQ(moments.back().step, 200);
  EXPECT_EQ(moments.back().share, 1);
  EXPECT_LE(result.held_out, *moments.back().held_out);
}

TEST_F(Training, WithTimeForAllIsTheSame) {
  const TrainingResult free = run({});
  const TrainingResult limited = run({.budget = ticks(1e6)});
  EXPECT_FALSE(limited.bound);
  EXPECT_EQ(limited.parameters, free.parameters);
}

TEST_F(Training, EndsInTimeWithAnEvenlyFallingRate) {
  const TimeBudget budget = ticks(300);  // two looks at the clock for an update
  std::vector<double> shares;
  const TrainingResult result =
      run({.budget = budget,
           .observe = [&](const TrainingMoment& moment) { shares.push_back(moment.share); }});
  EXPECT_GT(budget.left(), 0);
  EXPECT_LT(budget.left(), 60);
  EXPECT_TRUE(result.bound);
  EXPECT_GT(result.steps, 50);
  EXPECT_LT(result.steps, 150);
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_NEAR(shares.back(), 1, 1e-9);
  EXPECT_LT(result.held_out, 0.99 * run({.budget = ticks(3)}).held_out);
}

TEST_F(Training, WithoutTimeGivesTheStartingWeights) {
  const TrainingResult result = run({.budget = ticks(3)});
  EXPECT_EQ(result.steps, 0);
  EXPECT_EQ(result.best_step, 0);
  EXPECT_TRUE(result.finite);
  EXPECT_FALSE(result.parameters.empty());
}

TEST_F(Training, TakesTheStartWhereNoUpdateIsBetter) {
  const TrainingResult good = run({});
  options_.learning_rate = 0.3;  // spoils what it starts from
  const TrainingResult result = run({.start = good.parameters, .budget = ticks(60)});
  EXPECT_TRUE(result.bound);
  EXPECT_EQ(result.best_step, 0);
  EXPECT_EQ(result.parameters, good.parameters);
  EXPECT_NEAR(result.held_out, good.held_out, 1e-12);
}

TEST_F(Training, GoesOnFromAnyLookToTheSameBytes) {
  options_.check_every = 20;
  std::vector<TrainingState> states;
  const TrainingResult whole =
      run({.keep = [&](const TrainingState& state) { states.push_back(state); }});
  ASSERT_EQ(states.size(), 9);
  for (const TrainingState& state : states) {
    const TrainingResult resumed = run({.resumed = state});
    EXPECT_EQ(resumed.parameters, whole.parameters);
    EXPECT_EQ(resumed.best_step, whole.best_step);
    EXPECT_EQ(resumed.held_out, whole.held_out);
    EXPECT_EQ(resumed.loss, whole.loss);
    EXPECT_EQ(resumed.steps, whole.steps);
  }
}

}  // namespace
}  // namespace forecart::lstm
