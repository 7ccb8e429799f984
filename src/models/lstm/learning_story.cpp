#include "models/lstm/learning_story.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <utility>
#include <vector>

namespace forecart::lstm {

namespace {

std::string note_of_budget(const LearningStory& story) {
  const double seconds = story.budget.seconds();
  if (story.first.steps == 0) {
    return fmt::format("a time budget of {} s leaves no time to train: the base forecast", seconds);
  }
  return fmt::format(
      "{} of {} updates within a time budget of {} s: another run may give other numbers",
      story.first.steps, story.asked, seconds);
}

nlohmann::json rules_of(const WindowPlan& plan) {
  nlohmann::json rules = nlohmann::json::array();
  for (std::size_t i = 0; i < plan.base.rules.size(); ++i) {
    rules.push_back(
        {{"rule", plan.base.rules[i].name(plan.seasons)}, {"weight", plan.base.weights[i]}});
  }
  return rules;
}

}  // namespace

std::string note_of(const LearningStory& story) {
  std::vector<std::string> notes;
  if (story.earlier_updates > 0) {
    notes.push_back(fmt::format("warm start from {} earlier updates", story.earlier_updates));
  }
  const bool cut =
      story.budget.limited() && (story.first.steps == 0 || story.first.planned < story.asked);
  if (cut) notes.push_back(note_of_budget(story));
  if (!cut && story.first.steps == 0) {
    notes.push_back("too little to train on: a weighted mean of simple rules, and their errors");
  }
  return fmt::format("{}", fmt::join(notes, "; "));
}

nlohmann::json report_of(const LearningStory& story) {
  const Learnt& learnt = story.learnt;
  const TrainingResult& first = story.first;
  nlohmann::json report{{"space", name_of(learnt.plan.space)},
                        {"head", learnt.head->name()},
                        {"base", rules_of(learnt.plan)},
                        {"covariates", save_covariate_plan(learnt.plan.covariates.plan)},
                        {"steps", first.steps},
                        {"best_step", first.best_step},
                        {"training_loss", first.loss},
                        {"held_out_loss", first.held_out},
                        {"held_out_origins", story.held_out_origins},
                        {"windows", story.windows},
                        {"series", story.series},
                        {"parameters", learnt.parameters.size()},
                        {"kernel", net::best_kernel().name}};
  if (story.earlier_updates > 0) {
    report["warm_start"] = {{"updates_before", story.earlier_updates}};
  }
  if (story.budget.limited()) {
    report["time_budget"] = {{"seconds", story.budget.seconds()},
                             {"planned_steps", first.planned},
                             {"reproducible", false}};
  }
  return report;
}

}  // namespace forecart::lstm
