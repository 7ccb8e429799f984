#include "pipeline/fsck.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "ingest/dataset_config.h"
#include "pipeline/fsck_records.h"
#include "pipeline/fsck_remedies.h"
#include "pipeline/price_source.h"
#include "pipeline/references.h"
#include "store/sealed_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::int64_t kReadWhole = std::int64_t{16} << 20;

/// How an object is checked.
enum class Kind { record, content, table, settings, prices, people, unknown };

bool is_in(std::string_view room, std::initializer_list<std::string_view> rooms) {
  return std::find(rooms.begin(), rooms.end(), room) != rooms.end();
}

class Check {
 public:
  Check(const FsckRequest& request, const Repository& repository)
      : request_(request),
        repository_(repository),
        store_(repository.store()),
        remedies_(request.repository.text()),
        records_(is_sealed(repository), remedies_, report_) {}

  FsckReport operator()() {
    store_.list_objects({}, [this](const ObjectInfo& object) {
      sizes_[object.key] = object.size;
      return true;
    });
    read_records();
    records_.judge_pointers();
    look_for_missing();
    read_others();
    tell_unnamed();
    return sorted();
  }

 private:
  static bool is_sealed(const Repository& repository) {
    const json root = repository.read_json("forecart.json");
    return root.contains("sealed") && root["sealed"] == true;
  }

  Kind kind_of(const std::string& key) const {
    const auto parts = key_parts(key);
    const std::string& room = parts.front();
    if (key == "prices.toml") return Kind::prices;
    // reports and tables for QuickSight are made again where they are not as they were, and what of
    // a plan is not as it was is fitted again
    if (is_in(room, {"inbox", "inputs", "lost", "reports", "quicksight", "plans"})) {
      return Kind::people;
    }
    if (room == "datasets" && parts.back() == "overrides.json") return Kind::record;
    if (room == "datasets") return parts.back() == "dataset.toml" ? Kind::settings : Kind::unknown;
    if (is_in(room, {"raw", "models"})) {
      return parts.size() == 2 && is_sha256(parts[1]) ? Kind::content : Kind::unknown;
    }
    if (room == "dead") return is_dead_file(key) ? Kind::content : Kind::record;
    if (room == "runs") return parts.back() == "manifest.json" ? Kind::record : Kind::table;
    if (room == "rejects" || (room == "sales" && key.ends_with(".parquet"))) return Kind::table;
    if (is_in(room, {"forecart.json", "uploads", "sales", "current", "work", "access", "audit"})) {
      return Kind::record;
    }
    return Kind::unknown;
  }

  /// dead/<dataset>/<hash>/<name>, with the reason beside it as <name>.json.
  bool is_dead_file(const std::string& key) const {
    const auto parts = key_parts(key);
    if (parts.size() < 4 || !is_sha256(parts[2])) return false;
    return !key.ends_with(".json") || !sizes_.contains(key.substr(0, key.size() - 5));
  }

  /// The SHA-256 that the object must have; "" where nobody says.
  std::string expected_hash(const std::string& key) const {
    const auto parts = key_parts(key);
    if (parts.front() == "dead") return parts[2];
    if (kind_of(key) == Kind::content) return parts[1];
    const auto expected = records_.expected().find(key);
    return expected == records_.expected().end() ? "" : expected->second.sha256;
  }

  void damaged(const std::string& key, const std::string& what, bool without_bytes = false) {
    const std::lock_guard lock(mutex_);
    const auto named = records_.expected().find(key);
    const std::string by = named == records_.expected().end() ? "" : named->second.named_by;
    report_.damages.push_back({key, what, remedies_(key, by), without_bytes});
  }

  void note(const std::string& kind, const std::string& key, const std::string& what) {
    const std::lock_guard lock(mutex_);
    report_.notes.push_back({kind, key, what});
  }

  /// Runs a step; what it cannot read is damaged, but not where a store does not answer, or the
  /// disk that large objects are fetched to is full, or rights stand in the way, nor where somebody
  /// removed it meanwhile.
  template <typename Step>
  void attempt(const std::string& key, Step step) {
    try {
      step();
    } catch (const Error& error) {
      if (error.code() == ErrorCode::not_found) return;
      if (error.code() == ErrorCode::unavailable || error.code() == ErrorCode::no_space) throw;
      if (error.code() == ErrorCode::unreadable && !is_on_bad_disk(key)) throw;
      damaged(key, error.what(), error.code() == ErrorCode::bad_data);
    }
  }

  /// Of an object that cannot be read: whether its file may be opened, so that rights are not why.
  bool is_on_bad_disk(const std::string& key) const {
    if (!request_.repository.is_local()) return false;
    try {
      return std::ifstream(FetchedFile(store_, key).path()).is_open();
    } catch (const Error&) {
      return false;
    }
  }

  void read_records() {
    std::vector<std::string> keys;
    for (const auto& [key, size] : sizes_) {
      if (kind_of(key) == Kind::record) keys.push_back(key);
    }
    std::vector<std::optional<std::string>> texts(keys.size());
    parallel_for(keys.size(), request_.threads, [&](std::size_t i) {
      attempt(keys[i], [&] { texts[i] = store_.read(keys[i]); });
      tell_progress(keys[i]);
    });
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (texts[i]) records_.judge(keys[i], *texts[i]);  // else gone since it was listed
    }
  }

  /// Others may have written or removed something since the listing.
  void look_for_missing() {
    for (const auto& [key, expected] : records_.expected()) {
      if (sizes_.contains(key) || store_.exists(key) || !store_.exists(expected.named_by)) continue;
      if (expected.named_by.starts_with("current/")) {
        damaged(expected.named_by, fmt::format("it names '{}', which is gone", key));
      } else {
        damaged(key, fmt::format("it is gone; '{}' names it", expected.named_by));
      }
    }
  }

  void read_others() {
    std::vector<std::string> keys;
    for (const auto& [key, size] : sizes_) {
      if (kind_of(key) != Kind::record) keys.push_back(key);
    }
    parallel_for(keys.size(), request_.threads, [&](std::size_t i) {
      attempt(keys[i], [&] { read_other(keys[i]); });
      tell_progress(keys[i]);
    });
  }

  void read_other(const std::string& key) {
    switch (kind_of(key)) {
      case Kind::content:
      case Kind::table:
        return check_hash(key);
      case Kind::settings:
        return check_settings(key);
      case Kind::prices:
        static_cast<void>(prices_for({}, &repository_));
        return;
      case Kind::unknown:
        return note("unknown", key, "forecart knows no such object");
      case Kind::people:
      case Kind::record:
        static_cast<void>(hash_of(key));  // whether it can be read
        return;
    }
  }

  std::optional<std::string> hash_of(const std::string& key) const {
    if (sizes_.at(key) > kReadWhole) return sha256_file(FetchedFile(store_, key).path());
    const auto bytes = store_.read(key);
    return bytes ? std::optional(sha256(*bytes)) : std::nullopt;
  }

  void check_hash(const std::string& key) {
    const auto found = hash_of(key);
    const std::string expected = expected_hash(key);
    if (found && *found != expected && is_left_reason(key)) {
      note("unfinished", key, "it tells why a file was set aside that is not there any more");
    } else if (found && !expected.empty() && *found != expected) {
      damaged(key,
              fmt::format("its bytes are not those that were written: SHA-256 {} instead of {}",
                          found->substr(0, 12), expected.substr(0, 12)));
    }
  }

  /// The reason of a dead letter whose file somebody took away: no file that was set aside.
  bool is_left_reason(const std::string& key) const {
    if (!key.starts_with("dead/") || !key.ends_with(".json")) return false;
    const auto text = store_.read(key);
    return text && seal_of(*text) == Seal::whole;
  }

  void check_settings(const std::string& key) {
    const auto text = store_.read(key);
    if (!text) return;
    static_cast<void>(parse_dataset_config(*text, key));
    const std::string then = records_.current_settings(key_parts(key)[1]);
    if (!then.empty() && then != sha256(*text)) {
      note("changed", key,
           fmt::format("it is not what the current run was told, which lies at raw/{}", then));
    }
  }

  void tell_unnamed() {
    for (const auto& [key, size] : sizes_) {
      const std::string room = key_parts(key).front();
      const bool ours =
          is_in(room, {"raw", "models", "sales", "rejects"}) || kind_of(key) == Kind::table;
      if (!ours || kind_of(key) == Kind::unknown || records_.expected().contains(key)) continue;
      if (is_record_of_merge(key)) continue;  // named by nothing, and names its sales
      note("unfinished", key, "nothing names it; forecart gc removes it when it is a day old");
    }
  }

  void tell_progress(const std::string& key) {
    const std::lock_guard lock(mutex_);
    ++report_.objects;
    report_.bytes += sizes_.at(key);
    request_.progress->report(
        "fsck", static_cast<double>(report_.objects) / static_cast<double>(sizes_.size()), key);
  }

  FsckReport sorted() {
    const auto by_key = [](const auto& a, const auto& b) { return a.key < b.key; };
    std::stable_sort(report_.damages.begin(), report_.damages.end(), by_key);
    std::stable_sort(report_.notes.begin(), report_.notes.end(), by_key);
    return std::move(report_);
  }

  const FsckRequest& request_;
  const Repository& repository_;
  ObjectStore& store_;
  Remedies remedies_;
  FsckReport report_;
  RecordCheck records_;
  std::map<std::string, std::int64_t> sizes_;
  std::mutex mutex_;
};

}  // namespace

FsckReport check_repository(const FsckRequest& request) {
  try {
    const Repository repository = Repository::open(request.repository);
    return Check(request, repository)();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::bad_data && error.code() != ErrorCode::newer_version) throw;
    FsckReport report;
    const Remedies remedies(request.repository.text());
    report.damages.push_back({"forecart.json", error.what(), remedies("forecart.json")});
    return report;
  }
}

json to_json(const FsckReport& report) {
  json damages = json::array();
  for (const Damage& damage : report.damages) {
    damages.push_back({{"key", damage.key}, {"what", damage.what}, {"remedy", damage.remedy}});
  }
  json notes = json::array();
  for (const FsckNote& note : report.notes) {
    notes.push_back({{"kind", note.kind}, {"key", note.key}, {"what", note.what}});
  }
  return {{"objects", report.objects},
          {"bytes", report.bytes},
          {"damages", std::move(damages)},
          {"notes", std::move(notes)}};
}

}  // namespace forecart
