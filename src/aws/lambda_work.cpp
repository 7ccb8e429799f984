#include "aws/lambda_work.h"

#include "aws/scheduled_look.h"
#include "aws/work_size.h"
#include "base/process_usage.h"
#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace forecart {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr milliseconds kBusyLook{500};
constexpr milliseconds kBusyWait{10'000};  // for another process that is at it
constexpr double kMuchOfTheTime = 0.8;     // a call that has little more than one before

/// One data set, until nothing waits for it any more or time is up.
class DatasetCall {
 public:
  DatasetCall(const LambdaOptions& options, Repository& repository, const Deadline& deadline,
              LambdaOutcome& outcome)
      : options_(options), repository_(repository), deadline_(deadline), outcome_(outcome) {}

  void operator()(const std::string& dataset) {
    dataset_ = dataset;
    reset_peak_memory();
    busy_until_ = Deadline::Clock::now() + kBusyWait;
    while (true) {
      const WaitingWork waiting = waiting_work(repository_, dataset);
      if (!is_waiting(waiting)) return;
      if (deadline_.has_passed()) {
        leave("time is up");
      } else if (!is_due_now(waiting)) {
        leave("it has failed, and is tried again later");
      } else if (is_elsewhere(waiting)) {
        return;
      } else if (work()) {
        continue;
      }
      return;
    }
  }

 private:
  bool is_due_now(const WaitingWork& waiting) const {
    const auto failure = waiting.failed ? last_failure(repository_, dataset_) : std::nullopt;
    return !failure || is_due(waiting, *failure, repository_.store().now());
  }

  /// Whether a job has the work, or had it and failed. Where none can be begun it is done here, as
  /// far as that goes.
  bool is_elsewhere(const WaitingWork& waiting) {
    const bool is_small = waiting.files == 0 && waiting.asked.empty();  // what follows a run
    if (options_.elsewhere == nullptr || is_small) return false;
    try {
      const HandedJob job = options_.elsewhere->look(repository_, dataset_);
      if (job.is_running) return hand(job.name, "");
      if (!job.failure.empty() && is_news(waiting, job)) return fail(job.failure);
      const auto large = work_too_large();
      return large && begin_job(*large, job);
    } catch (const Error& error) {
      outcome_.not_handed[dataset_] = error.what();
      return false;
    }
  }

  bool begin_job(const LargeWork& large, const HandedJob& before) {
    const auto job = options_.elsewhere->begin(repository_, large, before);
    if (job) return hand(*job, large.obstacle);
    return hand(options_.elsewhere->look(repository_, dataset_).name, "");
  }

  /// A worker of the job may have said itself why it failed.
  bool is_news(const WaitingWork& waiting, const HandedJob& job) const {
    const auto failure = waiting.failed ? last_failure(repository_, dataset_) : std::nullopt;
    return !failure || failure->at < job.begun;
  }

  bool hand(const std::string& job, const std::string& obstacle) {
    outcome_.handed[dataset_] = {job, obstacle};
    forget_resume_token(repository_, dataset_);
    return true;
  }

  bool fail(const std::string& why) {
    record_failure(repository_, dataset_, "job_failed", why);
    leave(why);
    return true;
  }

  /// What a whole call has room for is not too large, though this one may have used its time up.
  std::optional<LargeWork> work_too_large() {
    const Room room = room_of(deadline_.whole(), options_.memory_mb);
    LargeWork large{options_.repository, dataset_, obstacle_by_token(room), {}, options_.prices};
    if (large.obstacle.empty()) foresee(room, large);
    if (large.obstacle.empty()) return std::nullopt;
    if (large.usage.core_seconds() <= 0) large.usage = filling(room);
    return large;
  }

  /// Of work that nobody knows the size of: it is more than there is here.
  static Usage filling(const Room& room) {
    Usage usage;
    usage.seconds = room.time.count();
    usage.user_seconds = room.time.count() * room.vcpus;
    usage.peak_bytes = static_cast<std::int64_t>(room.memory_bytes);
    return usage;
  }

  /// To foresee it may itself be too much for here: the token tells the next call so.
  void foresee(const Room& room, LargeWork& large) {
    const InterruptionScope scope(&deadline_.interruption());
    const auto before = resume_token(repository_, dataset_);
    try {
      const WorkSizeRequest request{repository_, options_.repository, dataset_, options_.prices};
      const auto expected = expected_work(
          request, room, [&] { keep_resume_token(repository_, dataset_, room.time.count()); });
      if (expected) large.usage = expected->usage;
      large.obstacle = expected ? obstacle_of(expected->usage, room) : "";
    } catch (const Interrupted&) {
      large.obstacle = "to foresee what it takes took all the time";
    }
    if (!before) forget_resume_token(repository_, dataset_);
  }

  std::string obstacle_by_token(const Room& room) const {
    const auto token = resume_token(repository_, dataset_);
    if (!token || token->seconds < kMuchOfTheTime * room.time.count()) return "";
    return fmt::format("{:.3g} s were not enough before", token->seconds);
  }

  /// One pass over what waits; false where another one is of no use now.
  bool work() {
    const auto begun = Deadline::Clock::now();
    WorkReport report = work_on_dataset({.repository = options_.repository,
                                         .dataset = dataset_,
                                         .threads = options_.threads,
                                         .prices = options_.prices,
                                         .stop = &deadline_.interruption()});
    if (report.busy) return wait_for_other();
    if (!deadline_.has_passed()) options_.follow(report);
    outcome_.reports.push_back(std::move(report));
    if (outcome_.reports.back().stopped) return stop(Deadline::Clock::now() - begun);
    forget_resume_token(repository_, dataset_);
    return went_on(outcome_.reports.back());
  }

  bool went_on(const WorkReport& report) {
    if (report.failure) {
      return leave(fmt::format("{} [{}]", report.failure->message, report.failure->code));
    }
    const bool emptied = report.inbox && (report.inbox->taken > 0 || !report.inbox->dead.empty());
    const bool progressed = report.run || report.cancelled || emptied ||
                            !is_waiting(waiting_work(repository_, dataset_));
    return progressed || leave("somebody still writes what waits");
  }

  bool wait_for_other() {
    if (Deadline::Clock::now() >= busy_until_) return leave("another process is at it");
    std::this_thread::sleep_for(kBusyLook);
    return true;
  }

  bool stop(std::chrono::duration<double> took) {
    outcome_.resume[dataset_] = keep_resume_token(repository_, dataset_, took.count());
    return leave("time was up");
  }

  bool leave(const std::string& why) {
    outcome_.left[dataset_] = why;
    return false;
  }

  const LambdaOptions& options_;
  Repository& repository_;
  const Deadline& deadline_;
  LambdaOutcome& outcome_;
  std::string dataset_;
  Deadline::Clock::time_point busy_until_;
};

std::vector<std::string> named_by(const LambdaEvent& event, const Repository& repository) {
  std::vector<std::string> names;
  if (event.all) {
    for (const WaitingWork& work : waiting_work(repository)) names.push_back(work.dataset);
  } else {
    const auto datasets = event.datasets();
    names.assign(datasets.begin(), datasets.end());
  }
  return names;
}

json alert_changes(const LambdaOutcome& outcome) {
  json changes = json::array();
  for (const auto& [dataset, state] : outcome.alerts) {
    for (const AlertNotice& change : state.changes) {
      changes.push_back(notice_json(dataset, change));
    }
  }
  return changes;
}

std::set<std::string> worked_on(const LambdaOutcome& outcome) {
  std::set<std::string> names;
  for (const WorkReport& report : outcome.reports) names.insert(report.dataset);
  return names;
}

json handed_json(const LambdaOutcome& outcome) {
  json handed = json::object();
  for (const auto& [dataset, work] : outcome.handed) {
    handed[dataset] = {{"job", work.job}, {"obstacle", work.obstacle}};
  }
  return handed;
}

json failures_of(const LambdaEvent& event, const LambdaOutcome& outcome) {
  json failures = json::array();
  for (const LambdaMessage& message : event.messages) {
    const bool is_left = std::any_of(message.datasets.begin(), message.datasets.end(),
                                     [&](const auto& name) { return outcome.left.contains(name); });
    if (is_left) failures.push_back({{"itemIdentifier", message.id}});
  }
  return failures;
}

}  // namespace

LambdaOutcome work_for_event(const LambdaOptions& options, const LambdaEvent& event,
                             const Deadline& deadline) {
  Repository repository = Repository::open(options.repository);
  LambdaOutcome outcome;
  if (event.all) outcome.notes = fire_schedules(repository);
  DatasetCall call(options, repository, deadline, outcome);
  for (const std::string& dataset : named_by(event, repository)) call(dataset);
  if (event.all) outcome.alerts = check_due_alerts(repository, worked_on(outcome), deadline);
  return outcome;
}

json answer_of(const LambdaEvent& event, const LambdaOutcome& outcome) {
  json reports = json::array();
  for (const WorkReport& report : outcome.reports) reports.push_back(to_json(report));
  json resume = json::object();
  for (const auto& [dataset, token] : outcome.resume) resume[dataset] = to_json(token);
  json answer{{"datasets", reports},    {"left", outcome.left},
              {"resume", resume},       {"handed", handed_json(outcome)},
              {"notes", outcome.notes}, {"alert_changes", alert_changes(outcome)}};
  if (event.from_queue) answer["batchItemFailures"] = failures_of(event, outcome);
  return answer;
}

std::string failure_of(const LambdaEvent& event, const LambdaOutcome& outcome) {
  if (event.from_queue) return "";
  for (const auto& [dataset, why] : outcome.left) {
    if (!outcome.resume.contains(dataset)) return fmt::format("{}: {}", dataset, why);
  }
  return "";
}

}  // namespace forecart
