#include "aws/sagemaker_process.h"

#include "aws/lambda_work.h"
#include "aws/sagemaker_channel.h"
#include "aws/sagemaker_config.h"
#include "aws/step.h"
#include "base/error.h"
#include "models/net/kernel.h"
#include "pipeline/forecast_table.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/repository.h"
#include "table/table_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <fstream>
#include <optional>

namespace forecart {

namespace {

namespace fs = std::filesystem;

/// Of one machine.
class Processing {
 public:
  explicit Processing(const ProcessingRequest& request)
      : request_(request), hosts_(read_hosts(request.place.processing_hosts())) {
    const fs::path& file = request.place.processing();
    if (fs::exists(file)) folders_ = parse_processing(read_small_file(file));
  }

  ProcessingOutcome operator()() {
    const bool has_orders = has_input("orders");
    if (has_orders && has_input("series")) {
      throw Error(ErrorCode::usage, "the job has the inputs orders and series; make a job of each");
    }
    if (has_orders) return clean();
    return has_input("series") ? forecast() : work();
  }

 private:
  fs::path folder(const std::map<std::string, fs::path>& told, const std::string& name,
                  const fs::path& usual) const {
    const auto found = told.find(name);
    return found == told.end() ? usual : request_.place.root() / found->second;
  }
  fs::path input(const std::string& name) const {
    return folder(folders_.inputs, name, request_.place.input(name));
  }
  fs::path output(const std::string& name) const {
    return folder(folders_.outputs, name, request_.place.output(name));
  }
  /// A machine that got no file of an input has it all the same.
  bool has_input(const std::string& name) const {
    return folders_.inputs.contains(name) || fs::is_directory(input(name));
  }

  ProcessingOutcome clean() {
    const auto files = files_below(input("orders"));
    const std::string repository =
        request_.repository.empty() ? output("repository").string() : request_.repository;
    if (!files.empty()) bring_settings(repository);
    IngestRequest ingest;
    ingest.repository = repository;
    ingest.dataset = request_.run.dataset;
    ingest.files.assign(files.begin(), files.end());
    ingest.threads = request_.run.choice.threads;
    ingest.apart = true;
    IngestReport report;
    if (!files.empty()) report = take_in_files(ingest);
    if (request_.repository.empty()) fs::remove_all(fs::path(repository) / ".work");
    ProcessingOutcome outcome;
    tell(report.failures, outcome);
    outcome.told = fmt::format("{} files, {} rows accepted, {} rejected", files.size(),
                               report.counts.rows_accepted, report.counts.rows_rejected);
    return outcome;
  }

  static void tell(const std::vector<FileFailure>& failures, ProcessingOutcome& outcome) {
    for (const FileFailure& failure : failures) {
      outcome.failures.push_back(fmt::format("{} [{}]", failure.file, to_string(failure.code)));
    }
  }

  /// Machines that each guessed what columns mean might guess otherwise.
  void bring_settings(const std::string& place) const {
    const fs::path file = input("config") / "dataset.toml";
    const std::string key = Repository::config_key(request_.run.dataset);
    if (!fs::exists(file)) {
      if (hosts_.hosts.size() == 1) return;
      if (Repository::is_at(place) && Repository::open(place).store().exists(key)) return;
      throw Error(ErrorCode::not_found,
                  fmt::format("'{}' is missing, and {} machines must read files alike; give the "
                              "job an input config with dataset.toml",
                              file.string(), hosts_.hosts.size()));
    }
    const std::string toml = read_small_file(file);
    parse_dataset_config(toml, file.string());
    Repository::open_or_create(place).store().put_if_absent(key, toml);
  }

  ProcessingOutcome forecast() {
    net::choose_kernel(request_.run.choice.kernel);
    const fs::path from = input("series");
    const fs::path to = output("forecasts");
    ProcessingOutcome outcome;
    std::size_t series = 0;
    const auto files = files_below(from);
    for (const fs::path& file : files) {
      fs::path result = to / file.lexically_relative(from);
      if (result.extension() != ".csv") result += ".csv";
      try {
        series += forecast_file(file, result);
      } catch (const Error& error) {
        outcome.failures.push_back(
            fmt::format("{} [{}]", file.filename().string(), to_string(error.code())));
      }
    }
    outcome.told = fmt::format("{} files, {} series forecast", files.size(), series);
    return outcome;
  }

  std::size_t forecast_file(const fs::path& file, const fs::path& result) const {
    const LoadedPanel loaded = load_channel({file}, request_.table);
    ModelChoice choice = request_.run.choice;
    if (choice.models.empty()) choice.models = {"AutoSelect"};
    ModelRegistry registry(model_options(choice, loaded.panel));
    PanelRunOptions options = panel_run_options(choice, loaded.panel, no_progress());
    options.hierarchy = loaded.hierarchy;
    const PanelRun run = forecast_panel(loaded.panel, registry, options);
    fs::create_directories(result.parent_path());
    std::ofstream stream(result, std::ios::binary);
    stream << to_csv(forecast_table(run.forecasts, options.backtest.levels));
    stream.close();
    if (stream) return static_cast<std::size_t>(loaded.panel.size());
    throw Error(
        ErrorCode::no_space,
        fmt::format("'{}' cannot be written; give the job a larger volume", result.string()));
  }

  ProcessingOutcome work() {
    if (request_.repository.empty()) {
      throw Error(ErrorCode::usage,
                  "the job has neither orders nor series, nor a repository to work on; give it an "
                  "input of these, or FORECART_REPOSITORY in its environment");
    }
    if (!hosts_.is_first()) return {fmt::format("{} does the work", hosts_.hosts.front())};
    LambdaOptions options{.repository = request_.repository,
                          .threads = request_.run.choice.threads,
                          .prices = request_.run.prices,
                          .follow = request_.follow};
    constexpr std::chrono::hours kLongest{24 * 5};  // as long as a job may take
    const Deadline deadline(Deadline::Clock::now() + kLongest);
    if (!request_.plan.empty()) return step(options, deadline);
    LambdaEvent event;
    event.messages.push_back({.datasets = {request_.run.dataset}});
    const LambdaOutcome outcome = work_for_event(options, event, deadline);
    check_interruption();
    return told(outcome);
  }

  ProcessingOutcome step(const LambdaOptions& options, const Deadline& deadline) const {
    const StepOutcome outcome = do_step(options,
                                        {.step = request_.shard ? Step::train : Step::publish,
                                         .dataset = request_.run.dataset,
                                         .plan = request_.plan,
                                         .shard = request_.shard},
                                        deadline);
    check_interruption();
    ProcessingOutcome result{.told = fmt::format("plan {} {}", request_.plan,
                                                 request_.shard ? request_.shard->text() : "")};
    if (!outcome.error.empty()) {
      result.failures.push_back(
          fmt::format("{} is not done [{}]", request_.run.dataset, outcome.error));
    }
    return result;
  }

  static ProcessingOutcome told(const LambdaOutcome& outcome) {
    ProcessingOutcome result;
    for (const WorkReport& report : outcome.reports) {
      const std::size_t files = report.inbox ? report.inbox->taken : 0;
      result.told +=
          fmt::format("{}{}: {} files taken in{}", result.told.empty() ? "" : "; ", report.dataset,
                      files, report.run ? fmt::format(", run {} made", report.run->run) : "");
      if (report.inbox) tell(report.inbox->dead, result);
    }
    if (outcome.reports.empty()) result.told = "nothing is waiting";
    for (const auto& [dataset, why] : outcome.left) {
      result.failures.push_back(fmt::format("{} is not done", dataset));
    }
    return result;
  }

  const ProcessingRequest& request_;
  SagemakerHosts hosts_;
  ProcessingFolders folders_;
};

}  // namespace

ProcessingOutcome process(const ProcessingRequest& request) {
  return Processing(request)();
}

}  // namespace forecart
