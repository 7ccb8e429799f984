#include "aws/lambda.h"

#include "aws/quicksight_refresh.h"
#include "aws/runtime_api.h"
#include "base/error.h"
#include "net/trace.h"
#include "pipeline/kept_stores.h"
#include "pipeline/work_log.h"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace forecart {

namespace {

using std::chrono::duration;
using std::chrono::system_clock;

/// Why a call was answered by an error.
struct Failure {
  std::string type;
  std::string message;
};

Failure failure_of(const std::exception& error) {
  const auto* const known = dynamic_cast<const Error*>(&error);
  return {known != nullptr ? to_string(known->code()) : "internal", error.what()};
}

/// By the clock that nobody sets.
Deadline::Clock::time_point end_of(const FunctionCall& invocation,
                                   std::chrono::milliseconds margin) {
  const auto left = invocation.deadline - system_clock::now() - margin;
  return Deadline::Clock::now() + std::chrono::duration_cast<Deadline::Clock::duration>(left);
}

/// One process answers all calls of a function's instance, one after the other.
class Function {
 public:
  Function(const LambdaOptions& options, const LambdaRuntime& runtime, Log& log)
      : options_(options), runtime_(runtime), log_(log), api_(runtime.address) {}

  void start() {
    keep_stores();
    try {
      Repository::open(options_.repository);
    } catch (const std::exception& error) {
      const Failure failure = failure_of(error);
      api_.fail_start(failure.type, failure.message);
      throw;
    }
    log_.info("lambda started", {{"repository", options_.repository}});
  }

  void answer_next() {
    const FunctionCall invocation = api_.next();
    set_trace(invocation.trace);
    log_.set_common({{"request", invocation.id}, {"trace", invocation.trace}});
    const auto begun = Deadline::Clock::now();
    try {
      answer(invocation);
    } catch (const std::exception& error) {
      refuse(invocation, failure_of(error));
    }
    const duration<double> took = Deadline::Clock::now() - begun;
    log_.info("call ended", {{"seconds", took.count()}});
  }

 private:
  void answer(const FunctionCall& invocation) {
    const LambdaEvent event = parse_lambda_event(invocation.event, options_.repository);
    for (const LambdaMessage& message : event.messages) {
      if (message.trouble.empty()) continue;
      log_.warning("message dropped", {{"message", message.id}, {"why", message.trouble}});
    }
    const Deadline deadline(end_of(invocation, runtime_.margin));
    begin_call_of_kept_stores();
    const LambdaOutcome outcome = work_for_event(options_, event, deadline);
    tell(outcome);
    tell_handed(outcome);
    tell_look(outcome);
    const std::string failure = failure_of(event, outcome);
    if (failure.empty()) {
      api_.succeed(invocation, answer_of(event, outcome).dump());
    } else {
      refuse(invocation, {"work_failed", failure});
    }
    count(invocation, event, outcome);
    if (event.all) refresh_what_waits(deadline);
  }

  /// What QuickSight would not take in any more on an earlier day.
  void refresh_what_waits(const Deadline& deadline) {
    catch_up_quicksight(
        options_.repository,
        [this](const auto& dataset, const auto& why) { log_tables_error(log_, dataset, why); },
        [&] { return !deadline.has_passed(); });
  }

  /// Behind the answer: nobody waits for it, and the call has come to its end whatever becomes of
  /// it. The process stands still only once it asks for the next one.
  void count(const FunctionCall& invocation, const LambdaEvent& event,
             const LambdaOutcome& outcome) {
    try {
      const Deadline deadline(end_of(invocation, runtime_.margin / 2));
      tell_metrics(runtime_.metrics, options_.repository, event, outcome, deadline,
                   {{"request", invocation.id}, {"trace", invocation.trace}});
    } catch (const std::exception& error) {
      log_.warning("metrics not told", {{"code", failure_of(error).type}});
    }
  }

  void tell(const LambdaOutcome& outcome) {
    for (const WorkReport& report : outcome.reports) {
      log_.info("work ended", {{"dataset", report.dataset},
                               {"files", report.inbox ? report.inbox->taken : 0},
                               {"run", report.run ? report.run->run : ""},
                               {"stopped", report.stopped},
                               {"more", report.more}});
      log_work_report(log_, to_json(report));
    }
    for (const auto& [dataset, token] : outcome.resume) {
      log_.warning("time was up",
                   {{"dataset", dataset}, {"stops", token.stops}, {"seconds", token.seconds}});
    }
  }

  void tell_handed(const LambdaOutcome& outcome) {
    for (const auto& [dataset, work] : outcome.handed) {
      log_.info("work elsewhere",
                {{"dataset", dataset}, {"job", work.job}, {"message", work.obstacle}});
    }
    for (const auto& [dataset, why] : outcome.not_handed) {
      log_.warning("no job begun", {{"dataset", dataset}, {"message", why}});
    }
  }

  /// What a schedule's call has seen beside the work. Messages may hold what stands in settings.
  void tell_look(const LambdaOutcome& outcome) {
    for (const auto& [dataset, why] : outcome.notes) {
      log_.warning("trouble", {{"dataset", dataset}, {"message", "see forecart status"}});
    }
    for (const auto& [dataset, state] : outcome.alerts) {
      for (const AlertNotice& change : state.changes) log_alert(log_, notice_json(dataset, change));
      if (!state.delivery_error.empty()) log_alert_error(log_, dataset, state.delivery_error);
    }
  }

  void refuse(const FunctionCall& invocation, const Failure& failure) {
    // the message may hold what stands in order files: it goes to whoever called, not to the log
    log_.error("call failed", {{"code", failure.type}});
    api_.fail(invocation, failure.type, failure.message);
  }

  const LambdaOptions& options_;
  const LambdaRuntime& runtime_;
  Log& log_;
  RuntimeApi api_;
};

}  // namespace

void serve_lambda(const LambdaOptions& options, const LambdaRuntime& runtime, Log& log) {
  Function function(options, runtime, log);
  function.start();
  for (std::size_t calls = 0; runtime.most_calls == 0 || calls < runtime.most_calls; ++calls) {
    function.answer_next();
  }
}

}  // namespace forecart
