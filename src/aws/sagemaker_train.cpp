#include "aws/sagemaker_train.h"

#include "aws/sagemaker_channel.h"
#include "aws/sagemaker_config.h"
#include "aws/sagemaker_results.h"
#include "aws/sagemaker_table.h"
#include "base/error.h"
#include "base/hash.h"
#include "models/net/kernel.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/run_options.h"
#include "pipeline/sales.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

namespace forecart {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

void require_one_machine(const SagemakerPlace& place) {
  const SagemakerHosts hosts = read_hosts(place.training_hosts());
  if (hosts.hosts.size() == 1) return;
  throw Error(
      ErrorCode::invalid_value,
      fmt::format("the job has {} machines, and a training takes one; create it with "
                  "InstanceCount 1, or share series out over machines with a processing job",
                  hosts.hosts.size()));
}

void require_files(const SagemakerPlace& place) {
  if (!fs::exists(place.channels())) return;
  for (const auto& [channel, mode] : parse_channels(read_small_file(place.channels()))) {
    if (mode == "File" || mode == "FastFile") continue;
    throw Error(ErrorCode::invalid_value,
                fmt::format("channel '{}' has the input mode '{}'; create the job with File or "
                            "FastFile",
                            channel, mode));
  }
}

std::vector<std::string> hashes_of(const std::vector<fs::path>& files) {
  std::vector<std::string> hashes;
  for (const fs::path& file : files) hashes.push_back(sha256_file(file));
  std::sort(hashes.begin(), hashes.end());
  return hashes;
}

/// The files of the channel `orders` but for dataset.toml.
std::vector<fs::path> order_files(const SagemakerPlace& place) {
  std::vector<fs::path> files = files_below(place.channel("orders"));
  std::erase_if(files, [](const fs::path& file) { return file.filename() == "dataset.toml"; });
  return files;
}

/// Of one start of a training job.
class Training {
 public:
  explicit Training(const TrainingRequest& request)
      : request_(request), place_(request.place), run_(request.run) {
    run_.repository = (place_.checkpoints() / "repository").string();
    run_.choice.checkpoints = place_.checkpoints() / "trainings";
    if (run_.horizon) run_.choice.horizon = *run_.horizon;
    time_zone_ = request.table.time_zone;
  }

  TrainingOutcome operator()() {
    require_one_machine(place_);
    require_files(place_);
    check_request(run_);
    net::choose_kernel(run_.choice.kernel);
    const auto series = files_below(place_.channel("train"));
    const auto orders = order_files(place_);
    if (series.empty() == orders.empty()) refuse_channels(!series.empty());
    repository_.emplace(Repository::open_or_create(run_.repository));
    const json manifest = series.empty() ? on_orders(orders) : on_series(series);
    leave(manifest);
    return std::move(outcome_);
  }

 private:
  [[noreturn]] static void refuse_channels(bool both) {
    throw Error(
        ErrorCode::not_found,
        fmt::format("the channels train and orders {}; give train series (unique_id, ds, y, "
                    "or lines of JSON), or orders raw orders",
                    both ? "both have files" : "have no files"));
  }

  json on_series(const std::vector<fs::path>& files) {
    run_.horizon = run_.choice.horizon;
    LoadedPanel loaded = load_channel(files, request_.table);
    outcome_.notes = loaded.notes;
    training_ = loaded.panel;
    const RunInputs inputs{run_, hashes_of(files)};
    if (auto finished = resume(inputs)) return std::move(*finished);
    return run_table(*repository_, inputs, std::move(loaded));
  }

  json on_orders(const std::vector<fs::path>& files) {
    require_no_test();
    bring_settings();
    IngestRequest ingest;
    ingest.repository = run_.repository;
    ingest.dataset = run_.dataset;
    ingest.files.assign(files.begin(), files.end());
    ingest.threads = run_.choice.threads;
    const IngestReport report = ingest_orders(ingest);
    if (!report.failures.empty()) {
      const FileFailure& first = report.failures.front();
      throw Error(first.code, fmt::format("{}: {}", first.file, first.message));
    }
    time_zone_ = read_config(*repository_, run_.dataset).time_zone;
    const RunInputs inputs{run_, input_hashes(*repository_, run_.dataset)};
    if (auto finished = resume(inputs)) return std::move(*finished);
    const RunReport made = run_dataset(run_);
    for (const RunPanel& panel : made.panels) {
      for (const std::string& note : panel.notes) outcome_.notes.push_back(note);
    }
    return repository_->read_json(made.folder + "/manifest.json");
  }

  /// dataset.toml and the tables that it declares, from their channels.
  void bring_settings() {
    for (const char* channel : {"orders", "config"}) {
      const fs::path file = place_.channel(channel) / "dataset.toml";
      if (!fs::exists(file)) continue;
      const std::string toml = read_small_file(file);
      parse_dataset_config(toml, file.string());
      repository_->store().put(Repository::config_key(run_.dataset), toml);
    }
    for (const fs::path& file : files_below(place_.channel("inputs"))) {
      repository_->store().put_file(
          fmt::format("inputs/{}/{}", run_.dataset, file.filename().string()), file);
    }
  }

  void require_no_test() const {
    if (files_below(place_.channel("test")).empty()) return;
    throw Error(
        ErrorCode::invalid_value,
        "the channel test goes with the channel train; orders are proven on rolling origins");
  }

  std::optional<json> resume(const RunInputs& inputs) {
    auto finished = finished_run(*repository_, inputs);
    outcome_.resumed = finished.has_value();
    return finished;
  }

  void leave(const json& manifest) {
    outcome_.run = manifest.at("run").get<std::string>();
    outcome_.best = best_scores(*repository_, manifest);
    score_test(manifest);
    copy_tables(*repository_, manifest, place_.data());
    write_trained(*repository_, manifest, time_zone_, place_.model());
    const json metrics{{"run", outcome_.run}, {"best", outcome_.best}, {"test", outcome_.test}};
    std::ofstream(place_.data() / "metrics.json") << metrics.dump(2) << "\n";
  }

  void score_test(const json& manifest) {
    const auto files = files_below(place_.channel("test"));
    if (files.empty()) return;
    PanelRequest how = request_.table;
    how.until.clear();
    how.hierarchy.clear();
    how.levels.clear();
    if (how.frequency.empty()) how.frequency = training_->calendar().frequency().name();
    const Panel test = load_channel(files, how).panel;
    const auto model = outcome_.best.at("model").get<std::string>();
    outcome_.test = test_scores(*repository_, manifest, model, *training_, test);
    if (outcome_.test.is_null()) {
      outcome_.notes.emplace_back(
          "the channel test has no value after the end of training, so that it scores nothing");
    }
  }

  const TrainingRequest& request_;
  const SagemakerPlace& place_;
  RunRequest run_;
  std::optional<Repository> repository_;
  std::optional<Panel> training_;
  std::string time_zone_;
  TrainingOutcome outcome_;
};

}  // namespace

TrainingOutcome train(const TrainingRequest& request) {
  return Training(request)();
}

}  // namespace forecart
