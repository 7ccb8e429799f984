#pragma once

#include "aws/deadline.h"
#include "aws/hand_over.h"
#include "aws/lambda_event.h"
#include "monitoring/alerts.h"
#include "pipeline/dataset_work.h"
#include "pipeline/resume.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace forecart {

struct LambdaOptions {
  std::string repository;
  unsigned threads = 0;  ///< 0: all cores
  std::filesystem::path prices{};
  std::string memory_mb{};        ///< of the function, as Lambda tells it
  std::string stream_dataset{};   ///< that records of Kinesis belong to; "": named as their stream
  HandOver* elsewhere = nullptr;  ///< where work goes that does not fit in here; null: nowhere
  std::string
      job_instance{};  ///< of jobs of a state machine; "": the cheapest that is large enough
  std::map<std::string, std::string> job_environment{};  ///< of these, but for the repository
  /// What is to follow where a run was made.
  std::function<void(WorkReport&)> follow = [](WorkReport&) {};
};

/// Work that a job elsewhere has.
struct HandedWork {
  std::string job;
  std::string obstacle;  ///< why it was handed over; "" where it was so before
};

/// What one call has done.
struct LambdaOutcome {
  std::vector<WorkReport> reports;            ///< of all that was worked on
  std::map<std::string, std::string> left;    ///< data sets that are not done, and why
  std::map<std::string, ResumeToken> resume;  ///< of these: time was up, and more time brings it on
  std::map<std::string, HandedWork> handed{};  ///< data sets whose work a job elsewhere has
  std::map<std::string, std::string>
      not_handed{};                            ///< data sets too large for here, and why no job
  std::map<std::string, std::string> notes{};  ///< what people should know of data sets
  std::map<std::string, AlertState> alerts{};  ///< that were due though no work came
};

/// Does what waits for the data sets that a call names, one after the other, until nothing waits
/// any more or the deadline has passed. Any number of calls may come for the same thing, at once or
/// in any order: what is done already costs a look. What was not done in time waits in the store,
/// and work/<dataset>/resume.json tells how often that happened and how much time there was. What
/// is foreseen to fit in neither the time nor the memory goes elsewhere, if there is such a place.
LambdaOutcome work_for_event(const LambdaOptions& options, const LambdaEvent& event,
                             const Deadline& deadline);

/// The answer of a call: reports, `resume`, and `batchItemFailures` (of a queue's messages those
/// that name a data set that is not done).
nlohmann::json answer_of(const LambdaEvent& event, const LambdaOutcome& outcome);

/// Why the whole call has failed, so that whoever made it tries again: a data set is not done for
/// another reason than time, and no queue will bring its message again. "" where it has not.
std::string failure_of(const LambdaEvent& event, const LambdaOutcome& outcome);

}  // namespace forecart
