#include "aws/sagemaker_metrics.h"
#include "aws/sagemaker_process.h"
#include "aws/sagemaker_serve.h"
#include "aws/sagemaker_train.h"
#include "base/end_signals.h"
#include "base/error.h"
#include "cli/commands.h"
#include "cli/cost_flags.h"
#include "cli/follow_up.h"
#include "cli/log_flags.h"
#include "cli/number_checks.h"
#include "cli/sagemaker_flags.h"
#include "cli/terminal_progress.h"

#include "http/listener.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

namespace forecart {

namespace {

void add_root_flag(CLI::App& command, std::string& root) {
  command.add_option("--root", root, "the folder that SageMaker has as /opt/ml")
      ->envname("SAGEMAKER_BASE_DIR")
      ->type_name("FOLDER")
      ->capture_default_str();
}

/// Does the work of a job; a failure is left where SageMaker looks for it. What stands in files
/// goes there, to whoever began the job, and not to the log; a terminal shows it.
template <typename Work>
ExitStatus do_job(const std::filesystem::path& failure, const Work& work) {
  const auto fail = [&](const char* code, const std::string& message) {
    leave_message(failure, fmt::format("{} [{}]", message, code));
    const bool is_read_by_somebody = isatty(STDERR_FILENO) == 1;
    print_note(is_read_by_somebody ? fmt::format("{} [{}]", message, code)
                                   : fmt::format("the job has failed [{}]; the reason is in {}",
                                                 code, failure.string()));
    return ExitStatus::failed;
  };
  try {
    return work();
  } catch (const Interrupted&) {
    print_note("the job was asked to end; with the same checkpoints it goes on");
    return ExitStatus::failed;
  } catch (const Error& error) {
    return fail(to_string(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    return fail("no_memory", "out of memory; choose a larger instance");
  } catch (const std::exception& error) {
    return fail("internal", error.what());
  }
}

struct TrainFlags {
  std::string root = "/opt/ml";
  std::string progress = "auto";
};

void tell(const TrainingOutcome& outcome) {
  print_notes(outcome.notes);
  if (outcome.resumed) print_note("an earlier start had made this run already");
  for (const std::string& line : metric_lines(outcome.best)) print_text(line + "\n");
  if (outcome.test.is_null()) return;
  for (const std::string& line : metric_lines(outcome.test, kTestPrefix)) print_text(line + "\n");
}

ExitStatus train_job(const TrainFlags& flags) {
  const SagemakerPlace place(flags.root);
  const EndWatch watch;
  const InterruptionScope scope(&watch.interruption());
  return do_job(place.failure(), [&] {
    SeriesFlags series;
    CLI::App app;  // that the flags of hyperparameters belong to
    series.add_to(app);
    if (std::filesystem::exists(place.hyperparameters())) {
      read_hyperparameters(parse_hyperparameters(read_small_file(place.hyperparameters())), app);
    }
    const auto progress = make_progress(parse_progress_mode(flags.progress));
    TrainingRequest request{place, series.run(), series.table};
    request.run.progress = progress.get();
    tell(train(request));
    return ExitStatus::ok;
  });
}

struct ServeFlags {
  std::string root = "/opt/ml";
  std::string address = "0.0.0.0";
  std::uint16_t port = 8080;
  LogFlags log;
};

ListenOptions listen_options(const ServeFlags& flags, const ServingOptions& serving) {
  ListenOptions listen{.address = flags.address, .port = flags.port};
  listen.insecure = true;  // SageMaker stands in front, and nothing else reaches a container
  listen.body_limit = std::chrono::seconds(60);
  listen.lanes.of(Lane::heavy).threads = serving.at_once;
  return listen;
}

ExitStatus serve_model(const ServeFlags& flags) {
  const EndSignals signals;
  Log log(flags.log.options());
  const SagemakerPlace place(flags.root);
  const bool has_model = std::filesystem::exists(place.model() / "forecart.json");
  const bool is_empty = files_below(place.model()).empty();
  const auto model =
      has_model || !is_empty ? std::make_shared<const TrainedModel>(place.model()) : nullptr;
  const ServingOptions serving =
      serving_options(model, [](const char* name) { return std::getenv(name); });
  const SagemakerService service(serving);
  MetricSet metrics;
  const Listener listener(listen_options(flags, serving), service, metrics, log);
  log.info("serving", {{"port", listener.port()}, {"trained", model != nullptr}});
  int signal = 0;
  while (signal == 0) signal = signals.wait(std::chrono::seconds(1));
  log.info("ending", {{"signal", signal}});
  return ExitStatus::ok;
}

struct ProcessFlags {
  std::string root = "/opt/ml";
  std::string repository;
  std::filesystem::path prices;
  SeriesFlags series;
  std::string plan;
  std::string shard;
};

ExitStatus process_job(const ProcessFlags& flags) {
  const SagemakerPlace place(flags.root);
  const EndWatch watch;
  const InterruptionScope scope(&watch.interruption());
  return do_job(place.message(), [&] {
    ProcessingRequest request{place, flags.repository, flags.series.run(), flags.series.table};
    request.run.prices = flags.prices;
    request.plan = flags.plan;
    if (!flags.shard.empty()) request.shard = Share::parse(flags.shard);
    request.follow = [&](WorkReport& report) { follow_up(flags.repository, report); };
    const ProcessingOutcome outcome = process(request);
    const bool failed = !outcome.failures.empty();
    const std::string told =
        failed ? fmt::format("{}; failed: {}", outcome.told, fmt::join(outcome.failures, ", "))
               : outcome.told;
    leave_message(place.message(), told);
    print_text(told + "\n");
    return failed ? ExitStatus::failed : ExitStatus::ok;
  });
}

ExitStatus print_metrics() {
  nlohmann::json list = nlohmann::json::array();
  for (const MetricPattern& one : metric_patterns()) {
    list.push_back({{"Name", one.name}, {"Regex", one.regex}});
  }
  print_json(list);
  return ExitStatus::ok;
}

void add_train_command(CLI::App& parent, Command& chosen) {
  auto* const command =
      parent.add_subcommand("train", "Train on the channels train, or orders, of a training job");
  const auto flags = std::make_shared<TrainFlags>();
  add_root_flag(*command, flags->root);
  command->add_option("--progress", flags->progress, "auto (bars on a terminal), never, or lines")
      ->capture_default_str();
  command->footer(
      "Hyperparameters are the flags of forecart backtest: {\"freq\": \"D\", \"h\": \"28\", "
      "\"model\": \"[\\\"AutoSelect\\\",\\\"LSTM\\\"]\"}.\n"
      "Example:\n  forecart sagemaker train --root ml    # ml/input/data/train/sales.csv and so "
      "on");
  command->callback([flags, &chosen] { chosen = [flags] { return train_job(*flags); }; });
}

void add_serve_command_of(CLI::App& parent, Command& chosen) {
  auto* const command =
      parent.add_subcommand("serve", "Answer /ping and /invocations with the trained model");
  const auto flags = std::make_shared<ServeFlags>();
  flags->log.format = "json";
  add_root_flag(*command, flags->root);
  command
      ->add_option("--address", flags->address,
                   "to listen at; SageMaker asks for all, and lets nobody else in")
      ->capture_default_str();
  command->add_option("--port", flags->port, "to listen at")
      ->envname("SAGEMAKER_BIND_TO_PORT")
      ->capture_default_str();
  flags->log.add_to(*command);
  command->footer(
      "Example:\n  forecart sagemaker serve --root ml --address 127.0.0.1 &\n"
      "  curl -H 'Content-Type: text/csv' --data-binary @new.csv "
      "http://127.0.0.1:8080/invocations");
  command->callback([flags, &chosen] { chosen = [flags] { return serve_model(*flags); }; });
}

void add_process_command(CLI::App& parent, Command& chosen) {
  auto* const command = parent.add_subcommand(
      "process", "Clean orders, forecast series or work on a repository, as a processing job");
  const auto flags = std::make_shared<ProcessFlags>();
  add_root_flag(*command, flags->root);
  command
      ->add_option("--repository", flags->repository,
                   "repository to clean orders into, or to work on [the job's output]")
      ->envname("FORECART_REPOSITORY")
      ->type_name("PLACE");
  add_prices_flag(*command, flags->prices);
  command
      ->add_option("--plan", flags->plan, "publish the run of a plan that a state machine has made")
      ->type_name("NAME");
  command->add_option("--shard", flags->shard, "only fit this shard of the plan, as 1/3")
      ->type_name("K/N")
      ->needs("--plan");
  flags->series.add_to(*command);
  command->footer(
      "Example:\n  forecart sagemaker process --dataset orders    # "
      "FORECART_REPOSITORY=s3://my-bucket/shop\n"
      "  forecart sagemaker process --root ml --h 28 --freq D    # "
      "ml/processing/input/series/*.csv");
  command->callback([flags, &chosen] { chosen = [flags] { return process_job(*flags); }; });
}

}  // namespace

void add_sagemaker_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("sagemaker", "Be the container of jobs and endpoints of Amazon SageMaker");
  command->require_subcommand(1);
  add_train_command(*command, chosen);
  add_serve_command_of(*command, chosen);
  add_process_command(*command, chosen);
  add_sagemaker_start_command(*command, chosen);
  auto* const metrics = command->add_subcommand(
      "metrics", "Print the MetricDefinitions of a training job: names and regular expressions");
  metrics->callback([&chosen] { chosen = print_metrics; });
}

}  // namespace forecart
