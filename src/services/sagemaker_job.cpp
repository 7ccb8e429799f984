#include "services/sagemaker_job.h"

#include <array>
#include <utility>

namespace forecart {

namespace {

constexpr std::array<std::pair<JobState, const char*>, 5> kStates{{
    {JobState::running, "InProgress"},
    {JobState::stopping, "Stopping"},
    {JobState::completed, "Completed"},
    {JobState::failed, "Failed"},
    {JobState::stopped, "Stopped"},
}};

}  // namespace

const char* to_string(JobState state) {
  for (const auto& [known, name] : kStates) {
    if (known == state) return name;
  }
  return "";
}

JobState job_state(const std::string& text) {
  for (const auto& [state, name] : kStates) {
    if (text == name) return state;
  }
  return JobState::running;
}

bool is_over(JobState state) {
  return state != JobState::running && state != JobState::stopping;
}

}  // namespace forecart
