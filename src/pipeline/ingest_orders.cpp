#include "pipeline/ingest_orders.h"

#include "base/hash.h"
#include "base/parallel.h"
#include "ingest/mapping.h"
#include "pipeline/repository.h"
#include "pipeline/version.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <set>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// One file on its way in.
struct Arrival {
  fs::path path;
  std::string hash;
  bool known = false;
  std::optional<IngestCounts> counts;
  std::optional<FileFailure> failure;
};

/// Runs a step on an arrival; an Error becomes its failure.
template <typename Step>
void attempt(Arrival& arrival, Step step) {
  if (arrival.failure) return;
  try {
    step();
  } catch (const Error& error) {
    arrival.failure = FileFailure{arrival.path.filename().string(), error.code(), error.what()};
  }
}

/// Hashes of all files that uploads of the data set have brought.
std::set<std::string> known_hashes(const Repository& repository, const std::string& dataset) {
  std::set<std::string> hashes;
  for (const json& upload : repository.uploads(dataset)) {
    for (const json& file : upload.at("files")) hashes.insert(file.at("hash").get<std::string>());
  }
  return hashes;
}

std::vector<Arrival> identify(const std::vector<fs::path>& files) {
  std::vector<Arrival> arrivals;
  for (const fs::path& path : files) {
    Arrival arrival{path, "", false, {}, {}};
    attempt(arrival, [&] { arrival.hash = sha256_file(path); });
    arrivals.push_back(std::move(arrival));
  }
  return arrivals;
}

/// A content counts once, be it from an earlier upload or twice in this one.
void mark_known(std::set<std::string> known, std::vector<Arrival>& arrivals) {
  for (Arrival& arrival : arrivals) {
    if (!arrival.failure) arrival.known = !known.insert(arrival.hash).second;
  }
}

std::vector<fs::path> new_files(const std::vector<Arrival>& arrivals) {
  std::vector<fs::path> files;
  for (const Arrival& arrival : arrivals) {
    if (!arrival.known && !arrival.failure) files.push_back(arrival.path);
  }
  return files;
}

void throw_if_nothing_left(const std::vector<Arrival>& arrivals) {
  for (const Arrival& arrival : arrivals) {
    if (!arrival.failure) return;
  }
  const FileFailure& first = *arrivals.front().failure;
  throw Error(first.code, arrivals.size() == 1
                              ? first.message
                              : fmt::format("none of {} files could be taken in; the first: {}",
                                            arrivals.size(), first.message));
}

/// The data set's config as stored, or guessed from the files and stored.
DatasetConfig settle_config(Repository& repository, const IngestRequest& request,
                            const std::vector<Arrival>& arrivals, std::string& guessed) {
  const std::string key = Repository::config_key(request.dataset);
  if (const auto stored = repository.store().get(key)) {
    if (!(request.config == DatasetConfig{})) {
      throw Error(ErrorCode::usage,
                  fmt::format("data set '{}' has its settings already; change them in {}, or leave "
                              "out the flags",
                              request.dataset, repository.store().fetch(key).string()));
    }
    return parse_dataset_config(stored->bytes, key);
  }
  const DatasetConfig config = guess_dataset_config(new_files(arrivals), request.config);
  guessed = to_toml(config);
  repository.store().put(key, guessed);
  return config;
}

/// Cleans one file in the work folder, then brings raw bytes, sales and rejects into the store.
void take_in(Repository& repository, const std::string& dataset, const DatasetConfig& config,
             Arrival& arrival) {
  ObjectStore& store = repository.store();
  const fs::path base = store.work_folder() / fmt::format("{}-{}", dataset, arrival.hash);
  const fs::path sales = base.string() + ".parquet";
  const fs::path rejects = base.string() + ".csv";
  const auto clean_up = [&] {
    std::error_code ignored;
    fs::remove(sales, ignored);
    fs::remove(rejects, ignored);
  };
  try {
    arrival.counts =
        ingest_file({arrival.path, sales, rejects, arrival.path.filename().string()}, config)
            .counts;
    if (!store.exists(Repository::raw_key(arrival.hash))) {
      store.put_file(Repository::raw_key(arrival.hash), arrival.path);
    }
    store.put_file(Repository::sales_key(dataset, arrival.hash), sales);
    store.put_file(Repository::rejects_key(dataset, arrival.hash), rejects);
  } catch (...) {
    clean_up();
    throw;
  }
  clean_up();
}

void take_in_all(Repository& repository, const IngestRequest& request, const DatasetConfig& config,
                 std::vector<Arrival>& arrivals) {
  std::atomic<std::size_t> done{0};
  parallel_for(arrivals.size(), request.threads, [&](std::size_t i) {
    Arrival& arrival = arrivals[i];
    if (!arrival.known) {
      attempt(arrival, [&] { take_in(repository, request.dataset, config, arrival); });
    }
    request.progress->report("ingest",
                             static_cast<double>(++done) / static_cast<double>(arrivals.size()),
                             arrival.path.filename().string());
  });
}

json record_of(const IngestReport& report, const std::vector<Arrival>& arrivals) {
  json files = json::array();
  for (const Arrival& arrival : arrivals) {
    if (!arrival.counts) continue;
    files.push_back({{"name", arrival.path.filename().string()},
                     {"hash", arrival.hash},
                     {"counts", to_json(*arrival.counts, report.zone)}});
  }
  return {{"dataset", report.dataset},
          {"version", kVersion},
          {"files", std::move(files)},
          {"counts", to_json(report.counts, report.zone)}};
}

IngestReport ingest_now(const IngestRequest& request) {
  check_dataset_name(request.dataset);
  // Files are looked at first: a typing error in a name should not leave a repository behind.
  std::vector<Arrival> arrivals = identify(request.files);
  throw_if_nothing_left(arrivals);
  Repository repository = Repository::open_or_create(request.repository);
  mark_known(known_hashes(repository, request.dataset), arrivals);

  IngestReport report;
  report.dataset = request.dataset;
  const DatasetConfig config = settle_config(repository, request, arrivals, report.guessed);
  report.zone = TimeZone::named(config.time_zone);
  take_in_all(repository, request, config, arrivals);
  throw_if_nothing_left(arrivals);

  std::vector<fs::path> sales;
  std::string hashes;
  for (const Arrival& arrival : arrivals) {
    if (arrival.known) ++report.counts.files_known;
    if (arrival.failure) report.failures.push_back(*arrival.failure);
    if (!arrival.counts) continue;
    report.counts += *arrival.counts;
    sales.push_back(repository.store().fetch(Repository::sales_key(request.dataset, arrival.hash)));
    hashes += arrival.hash;
  }
  if (sales.empty()) return report;
  report.counts.exact_duplicates = count_exact_duplicates(sales);
  report.upload = make_stamp(sha256(hashes));
  repository.add_upload(request.dataset, report.upload, record_of(report, arrivals));
  return report;
}

}  // namespace

IngestReport ingest_orders(const IngestRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  IngestReport report = ingest_now(request);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

json to_json(const IngestReport& report) {
  json result = to_json(report.counts, report.zone);
  result["dataset"] = report.dataset;
  result["upload"] = report.upload.empty() ? json(nullptr) : json(report.upload);
  result["seconds"] = report.seconds;
  json failures = json::array();
  for (const FileFailure& failure : report.failures) {
    failures.push_back(
        {{"file", failure.file}, {"code", to_string(failure.code)}, {"message", failure.message}});
  }
  result["files_failed"] = std::move(failures);
  return result;
}

}  // namespace forecart
