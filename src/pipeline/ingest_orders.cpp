#include "pipeline/ingest_orders.h"

#include "base/hash.h"
#include "base/parallel.h"
#include "ingest/mapping.h"
#include "pipeline/lasting.h"
#include "pipeline/price_source.h"
#include "pipeline/repository.h"
#include "pipeline/sales.h"
#include "pipeline/stamp_time.h"
#include "pipeline/version.h"
#include "table/record_source.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <set>
#include <span>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// One file on its way in.
struct Arrival {
  OrderFile file;
  std::string hash;
  bool known = false;
  std::optional<IngestCounts> counts;
  std::optional<FileFailure> failure;
};

/// Runs a step on an arrival; an Error becomes its failure, unless the file has no part in it.
template <typename Step>
void attempt(Arrival& arrival, Step step) {
  if (arrival.failure) return;
  try {
    step();
  } catch (const CollectorBusy&) {
    throw;
  } catch (const Error& error) {
    arrival.failure = FileFailure{arrival.file.name, error.code(), error.what()};
  }
}

std::vector<Arrival> identify(const std::vector<OrderFile>& files) {
  std::vector<Arrival> arrivals;
  for (const OrderFile& file : files) {
    Arrival arrival{file, "", false, {}, {}};
    attempt(arrival, [&] {
      arrival.hash = sha256_file(file.path);
      open_records(file.path, {});  // an empty or damaged file is refused before anything is made
    });
    arrivals.push_back(std::move(arrival));
  }
  return arrivals;
}

/// A content counts once, be it from an earlier upload or twice in this one.
void mark_known(const std::vector<std::string>& hashes, std::vector<Arrival>& arrivals) {
  std::set<std::string> known(hashes.begin(), hashes.end());
  for (Arrival& arrival : arrivals) {
    if (!arrival.failure) arrival.known = !known.insert(arrival.hash).second;
  }
}

std::vector<fs::path> new_files(const std::vector<Arrival>& arrivals) {
  std::vector<fs::path> files;
  for (const Arrival& arrival : arrivals) {
    if (!arrival.known && !arrival.failure) files.push_back(arrival.file.path);
  }
  return files;
}

bool all_failed(const std::vector<Arrival>& arrivals) {
  return std::all_of(arrivals.begin(), arrivals.end(),
                     [](const Arrival& arrival) { return arrival.failure.has_value(); });
}

/// The data set's config if it is stored.
std::optional<DatasetConfig> stored_config(const Repository& repository,
                                           const IngestRequest& request) {
  const std::string key = Repository::config_key(request.dataset);
  const auto stored = repository.store().read(key);
  if (!stored) return std::nullopt;
  if (!(request.config == DatasetConfig{})) {
    throw Error(ErrorCode::usage,
                fmt::format("data set '{}' has its settings already; change them in {}, or leave "
                            "out the flags",
                            request.dataset, repository.store().fetch(key).string()));
  }
  return parse_dataset_config(*stored, key);
}

/// Opens the repository and settles the data set's config; `guessed` is what was written for a new
/// one. Nothing is made before the guess has succeeded.
std::pair<Repository, DatasetConfig> settle(const IngestRequest& request,
                                            const std::vector<Arrival>& arrivals,
                                            std::string& guessed) {
  if (Repository::is_at(request.repository)) {
    Repository repository = Repository::open(request.repository);
    if (auto config = stored_config(repository, request)) {
      return {std::move(repository), std::move(*config)};
    }
  }
  const DatasetConfig config = guess_dataset_config(new_files(arrivals), request.config);
  Repository repository = Repository::open_or_create(request.repository);
  const std::string key = Repository::config_key(request.dataset);
  guessed = to_toml(config);
  if (repository.store().put_if_absent(key, guessed)) return {std::move(repository), config};
  guessed.clear();  // somebody else was first
  DatasetConfig theirs = parse_dataset_config(*repository.store().read(key), key);
  return {std::move(repository), std::move(theirs)};
}

void take_in_all(Repository& repository, const IngestRequest& request, const DatasetConfig& config,
                 std::vector<Arrival>& arrivals) {
  std::atomic<std::size_t> done{0};
  parallel_for(arrivals.size(), request.threads, [&](std::size_t i) {
    Arrival& arrival = arrivals[i];
    if (!arrival.known && !arrival.failure) {
      attempt(arrival, [&] {
        arrival.counts = take_in_sales(repository, request.dataset, config,
                                       {arrival.file.path, arrival.hash, arrival.file.name});
      });
    }
    request.progress->report("ingest",
                             static_cast<double>(++done) / static_cast<double>(arrivals.size()),
                             arrival.file.name);
  });
}

using Arrivals = std::span<const Arrival>;

json record_of(const IngestReport& report, Arrivals arrivals, const IngestCounts& counts) {
  json files = json::array();
  for (const Arrival& arrival : arrivals) {
    if (!arrival.counts) continue;
    files.push_back({{"name", arrival.file.name},
                     {"hash", arrival.hash},
                     {"counts", to_json(*arrival.counts, report.zone)}});
  }
  return {{"dataset", report.dataset},
          {"version", kVersion},
          {"files", std::move(files)},
          {"counts", to_json(counts, report.zone)}};
}

void tell_failures(const std::vector<Arrival>& arrivals, IngestReport& report) {
  for (const Arrival& arrival : arrivals) {
    if (arrival.failure) report.failures.push_back(*arrival.failure);
  }
}

/// As make_stamp, of the last order in place of the present.
std::string stamp_of(const IngestCounts& counts, const std::string& hash) {
  std::string time = iso_time(counts.last.value_or(Instant{}));
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return fmt::format("{}-{}", time, hash.substr(0, 6));
}

/// Adds up what became of the files and, where there is something new, writes the record.
void record_upload(Repository& repository, const IngestRequest& request, Arrivals arrivals,
                   IngestReport& report) {
  IngestCounts counts;
  std::vector<fs::path> sales;
  std::string hashes;
  for (const Arrival& arrival : arrivals) {
    if (arrival.known) ++counts.files_known;
    if (!arrival.counts) continue;
    counts += *arrival.counts;
    sales.push_back(repository.store().fetch(Repository::sales_key(request.dataset, arrival.hash)));
    hashes += arrival.hash;
  }
  if (!sales.empty()) {
    counts.exact_duplicates = count_exact_duplicates(sales);
    const std::string hash = sha256(hashes);
    report.upload = request.apart ? stamp_of(counts, hash) : make_stamp(hash);
    repository.add_upload(request.dataset, report.upload, record_of(report, arrivals, counts));
  }
  const std::int64_t duplicates = report.counts.exact_duplicates + counts.exact_duplicates;
  report.counts += counts;
  report.counts.exact_duplicates = duplicates;
}

/// One record of all, or one of each.
void record_uploads(Repository& repository, const IngestRequest& request, Arrivals arrivals,
                    IngestReport& report) {
  if (!request.apart) return record_upload(repository, request, arrivals, report);
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    record_upload(repository, request, arrivals.subspan(i, 1), report);
  }
}

}  // namespace

IngestReport take_in_files(const IngestRequest& request) {
  UsageMeter meter;
  meter.begin("look");
  check_dataset_name(request.dataset);
  // Files are looked at first: a typing error in a name should not leave a repository behind.
  std::vector<Arrival> arrivals = identify(request.files);
  IngestReport report;
  report.dataset = request.dataset;
  if (all_failed(arrivals)) {
    tell_failures(arrivals, report);
    return report;
  }
  auto [repository, config] = settle(request, arrivals, report.guessed);
  report.zone = TimeZone::named(config.time_zone);
  mark_known(input_hashes(repository, request.dataset), arrivals);
  meter.begin("clean");
  take_in_all(repository, request, config, arrivals);

  meter.begin("record");
  record_uploads(repository, request, arrivals, report);
  tell_failures(arrivals, report);
  report.usage = meter.finish(repository.traffic());
  report.bill = bill_of(report.usage, prices_for(request.prices, &repository));
  return report;
}

IngestReport ingest_orders(const IngestRequest& request) {
  IngestReport report = take_in_files(request);
  if (report.failures.empty() || report.failures.size() < request.files.size()) return report;
  const FileFailure& first = report.failures.front();
  throw Error(first.code, request.files.size() == 1
                              ? first.message
                              : fmt::format("none of {} files could be taken in; the first: {}",
                                            request.files.size(), first.message));
}

json to_json(const IngestReport& report) {
  json result = to_json(report.counts, report.zone);
  result["dataset"] = report.dataset;
  result["upload"] = report.upload.empty() ? json(nullptr) : json(report.upload);
  result["seconds"] = report.usage.seconds;
  result["usage"] = to_json(report.usage);
  result["cost"] = to_json(report.bill);
  json failures = json::array();
  for (const FileFailure& failure : report.failures) {
    failures.push_back(
        {{"file", failure.file}, {"code", to_string(failure.code)}, {"message", failure.message}});
  }
  result["files_failed"] = std::move(failures);
  return result;
}

}  // namespace forecart
