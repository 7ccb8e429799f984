#include "pipeline/garbage.h"

#include "base/error.h"
#include "base/hash.h"
#include "pipeline/find_run.h"
#include "pipeline/fsck_remedies.h"
#include "pipeline/lasting.h"
#include "pipeline/lease.h"
#include "pipeline/references.h"
#include "pipeline/removal_turns.h"
#include "pipeline/repository.h"
#include "store/sealed_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <ranges>
#include <set>
#include <span>

namespace forecart {

namespace {

using nlohmann::json;

/// A run as its manifest and the listing tell it.
struct KnownRun {
  std::string name;
  Instant written;
  bool good = false;
  bool old = false;  ///< enough to be removed at all
  std::vector<std::string> named;
  std::vector<Reference> references;
};

std::string run_of(const std::string& key) {
  const auto parts = key_parts(key);
  return parts.size() < 4 ? "" : parts[1] + "/" + parts[2];
}

class Collector {
 public:
  Collector(const GarbageRequest& request, Repository& repository)
      : request_(request), repository_(repository), store_(repository.store()) {}

  GarbageReport operator()() {
    now_ = store_.now();
    // What is listed first and named afterwards is seen below; lasting.h has the rest.
    store_.list_objects({}, [this](const ObjectInfo& object) {
      objects_.push_back(object);
      return true;
    });
    for (const std::string& dataset : datasets_with_runs()) choose_runs(dataset);
    name_uploads();
    name_settings();
    remove_all();
    if (!request_.dry_run) store_.sweep(kKeptAnyway);
    return std::move(report_);
  }

 private:
  bool is_old(const ObjectInfo& object) const { return now_ - object.modified >= kKeptAnyway; }

  std::set<std::string> datasets_with_runs() const {
    std::set<std::string> datasets;
    for (const ObjectInfo& object : objects_) {
      if (object.key.starts_with("runs/")) datasets.insert(key_parts(object.key)[1]);
    }
    return datasets;
  }

  /// The text of a record that decides what is kept; nothing where it has gone meanwhile.
  std::optional<json> trusted(const std::string& key) const {
    const auto text = store_.read(key);
    if (!text) return std::nullopt;
    json record = json::parse(*text, nullptr, false);
    if (!record.is_object() || seal_of(*text) == Seal::broken) {
      throw Error(ErrorCode::bad_data,
                  fmt::format("'{}' is damaged, so nobody can say what it names; nothing was "
                              "removed. forecart fsck --repository {} tells what can be done",
                              key, request_.repository.text()));
    }
    remove_seal(record);
    return record;
  }

  template <typename Learn>
  void learn(const std::string& key, Learn learn) const {
    const auto record = trusted(key);
    if (!record) return;
    try {
      learn(*record);
    } catch (const json::exception& error) {
      throw Error(
          ErrorCode::bad_data,
          fmt::format("'{}' is damaged ({}); nothing was removed. forecart fsck --repository "
                      "{} tells what can be done",
                      key, error.what(), request_.repository.text()));
    }
  }

  std::vector<KnownRun> runs_of(const std::string& dataset) const {
    std::vector<KnownRun> runs;
    store_.list_objects({fmt::format("runs/{}/", dataset), ""}, [&](const ObjectInfo& object) {
      if (!object.key.ends_with("/manifest.json")) return true;
      learn(object.key, [&](const json& manifest) {
        runs.push_back({key_parts(object.key)[2], object.modified, has_results(manifest),
                        is_old(object), runs_named_by(manifest), references_of_run(manifest)});
      });
      return true;
    });
    return runs;
  }

  /// Names of the runs to keep for themselves.
  std::set<std::string> chosen(const std::string& dataset, const std::vector<KnownRun>& runs,
                               bool busy) const {
    std::set<std::string> kept;
    if (const auto current = repository_.current(dataset)) {
      kept.insert(current->at("run").get<std::string>());
    }
    std::size_t good = 0;
    for (const KnownRun& run : std::views::reverse(runs)) {
      const bool counted = run.good && good++ < request_.keep;
      const bool young = now_ - run.written < request_.keep_days;
      if (busy || counted || young || !run.old) kept.insert(run.name);
    }
    return kept;
  }

  bool is_busy(const std::string& dataset) const {
    const auto lease = store_.read(fmt::format("work/{}/lease.json", dataset));
    return lease && is_live_lease(*lease, now_);
  }

  void choose_runs(const std::string& dataset) {
    const std::vector<KnownRun> runs = runs_of(dataset);
    const bool busy = is_busy(dataset);  // asked once: what is named and what goes must agree
    const std::set<std::string> for_themselves = chosen(dataset, runs, busy);
    std::set<std::string> kept = for_themselves;
    for (const KnownRun& run : runs) {
      if (for_themselves.contains(run.name)) kept.insert(run.named.begin(), run.named.end());
    }
    if (busy) busy_.insert(dataset);
    for (const KnownRun& run : runs) {
      if (kept.contains(run.name)) {
        ++report_.kept_runs;
        for (const Reference& reference : run.references) named_.insert(reference.key);
        whole_runs_.insert(dataset + "/" + run.name);
      } else {
        report_.runs.push_back(dataset + "/" + run.name);
      }
    }
  }

  void name_uploads() {
    for (const std::string& key : store_.list("uploads/")) {
      learn(key, [&](const json& upload) {
        for (const Reference& reference : references_of_upload(key_parts(key)[1], upload)) {
          named_.insert(reference.key);
        }
      });
    }
  }

  /// What a run under way has kept of settings and tables, however long it takes to its manifest:
  /// they are those of today, unless somebody changed them meanwhile.
  void name_settings() {
    std::set<std::int64_t> sizes;
    for (const ObjectInfo& object : objects_) {
      if (object.key.starts_with("raw/") && !named_.contains(object.key) && is_old(object)) {
        sizes.insert(object.size);
      }
    }
    for (const ObjectInfo& object : objects_) {
      const bool kept_by_runs =
          object.key.starts_with("inputs/") ||
          (object.key.starts_with("datasets/") && object.key.ends_with(".toml"));
      if (!kept_by_runs || !sizes.contains(object.size)) continue;
      named_.insert(Repository::raw_key(sha256_file(FetchedFile(store_, object.key).path())));
    }
  }

  /// reports/<dataset>/<run>.html; the latest one stays.
  bool is_of_removed_run(const std::vector<std::string>& parts) const {
    if (parts.size() != 3 || parts[2] == "latest.html" || busy_.contains(parts[1])) return false;
    const std::string run = parts[2].substr(0, parts[2].rfind('.'));
    return !whole_runs_.contains(parts[1] + "/" + run);
  }

  /// Merged sales without the record that is written after them; with one they are looked after by
  /// who merges.
  bool is_left_by_merging(const std::string& key) const {
    if (!key.ends_with(".parquet")) return false;
    const std::string record = key.substr(0, key.rfind('.')) + ".json";
    const auto at = std::ranges::lower_bound(objects_, record, {}, &ObjectInfo::key);
    return at == objects_.end() || at->key != record;
  }

  bool is_garbage(const ObjectInfo& object) const {
    const auto parts = key_parts(object.key);
    const std::string& room = parts.front();
    if (room == "runs") {
      return parts.size() >= 4 && !whole_runs_.contains(run_of(object.key)) &&
             !busy_.contains(parts[1]);
    }
    if (room == "reports") return is_of_removed_run(parts);
    if (room == "lost") return now_ - object.modified >= request_.keep_days;
    const bool ours = room == "models" || room == "raw" || room == "sales" || room == "rejects";
    if (room == "sales" && parts.size() > 3) return is_left_by_merging(object.key);
    return room == "probe" || room == "plans" || (ours && !named_.contains(object.key));
  }

  /// Manifests and records of sales before what they name: without them it is damage, not the
  /// other way round.
  static bool goes_first(const std::string& key) {
    return key.ends_with("/manifest.json") || (key.starts_with("sales/") && key.ends_with(".json"));
  }

  void remove_all() {
    std::vector<ObjectInfo> first, rest;
    for (const ObjectInfo& object : objects_) {
      if (!is_old(object) || !is_garbage(object)) continue;
      (goes_first(object.key) ? first : rest).push_back(object);
    }
    garbage_ = first.size() + rest.size();
    if (garbage_ > 0 && !request_.dry_run) turns_.emplace(store_, *request_.progress);
    remove(first);
    remove(rest);
    turns_.reset();
  }

  /// Unless somebody has written it again, which makes it young.
  void remove(std::span<const ObjectInfo> objects) {
    constexpr std::size_t kAtOnce = 1000;
    for (; !objects.empty(); objects = objects.subspan(std::min(kAtOnce, objects.size()))) {
      const auto some = objects.first(std::min(kAtOnce, objects.size()));
      const auto gone = turns_ ? turns_->remove(some) : std::vector<bool>(some.size(), true);
      for (std::size_t i = 0; i < some.size(); ++i) {
        if (gone[i]) count(some[i]);
      }
      done_ += some.size();
      request_.progress->report("gc", static_cast<double>(done_) / static_cast<double>(garbage_),
                                some.back().key);
    }
  }

  void count(const ObjectInfo& object) {
    Amount& amount = report_.freed[key_parts(object.key).front()];
    for (Amount* sum : {&amount, &report_.total}) {
      ++sum->objects;
      sum->bytes += object.size;
    }
  }

  const GarbageRequest& request_;
  Repository& repository_;
  ObjectStore& store_;
  GarbageReport report_;
  Instant now_{};
  std::vector<ObjectInfo> objects_;
  std::set<std::string> named_;        ///< keys
  std::set<std::string> whole_runs_;   ///< "<dataset>/<run>" of those that stay
  std::set<std::string> busy_;         ///< data sets
  std::optional<RemovalTurns> turns_;  ///< unless it is only told
  std::size_t garbage_ = 0;            ///< objects to remove,
  std::size_t done_ = 0;               ///< and how many were
};

}  // namespace

GarbageReport collect_garbage(const GarbageRequest& request) {
  Repository repository = Repository::open(request.repository);
  return Collector(request, repository)();
}

json to_json(const GarbageReport& report) {
  json freed = json::object();
  for (const auto& [room, amount] : report.freed) {
    freed[room] = {{"objects", amount.objects}, {"bytes", amount.bytes}};
  }
  return {{"freed", std::move(freed)},
          {"objects", report.total.objects},
          {"bytes", report.total.bytes},
          {"runs", report.runs},
          {"kept_runs", report.kept_runs}};
}

}  // namespace forecart
