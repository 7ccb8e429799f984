#include "pipeline/copy_repository.h"

#include "base/error.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "pipeline/fsck_remedies.h"
#include "pipeline/lasting.h"
#include "pipeline/removal_turns.h"
#include "pipeline/repository.h"
#include "store/sealed_json.h"

#include "access/user_directory.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::string_view kRoot = "forecart.json";
/// Lies in the target as long as the copy is not whole; names the source.
constexpr std::string_view kUnderWay = "copying.json";
constexpr std::int64_t kReadWhole = std::int64_t{16} << 20;

/// What depends on what: each step may name only what earlier ones have brought.
enum class Step { data, records, uploads, pointers, root, skipped };
constexpr std::array kSteps{Step::data, Step::records, Step::uploads, Step::pointers, Step::root};

/// Sessions and the link of the first admin stay where they were begun.
bool is_of_one_place(const std::string& key) {
  return key.starts_with("access/") && key != kUsersKey;
}

Step step_of(const std::string& key) {
  const std::string room = key_parts(key).front();
  if (key == kRoot) return Step::root;
  if (room == "current") return Step::pointers;
  if (room == "uploads") return Step::uploads;
  const bool is_record =
      key.ends_with("/manifest.json") || (room == "sales" && key.ends_with(".json"));
  if (room == "probe" || room == "lost" || room == "plans" || key == kUnderWay) {
    return Step::skipped;
  }
  if (is_of_one_place(key)) return Step::skipped;
  const bool is_lease = key == kCollecting || key == kCollector || key.ends_with("/lease.json");
  if (room == "work" && is_lease) return Step::skipped;
  return is_record ? Step::records : Step::data;
}

class Copy {
 public:
  Copy(const CopyRequest& request, const Repository& from, ObjectStore& to)
      : request_(request),
        from_(from.store()),
        to_(to),
        root_(from.read_json(std::string(kRoot))) {}

  void operator()(CopyReport& report) {
    prepare_target();
    keep_pointers();
    list_both();
    for (const Step step : kSteps) copy_step(step);
    report.objects = objects_;
    report.bytes = bytes_;
    report.there = there_;
  }

 private:
  void prepare_target() {
    const std::string source = json{{"from", request_.from.text()}}.dump();
    const auto under_way = to_.read(kUnderWay);
    if (under_way == source) return;
    bool empty = true;
    to_.list_objects({}, [&empty](const ObjectInfo&) { return empty = false; });
    if (!empty) {
      throw Error(ErrorCode::conflict,
                  fmt::format("'{}' is not empty, and holds no copy of '{}' that was cut off; give "
                              "an empty place",
                              request_.to.text(), request_.from.text()));
    }
    to_.put(kUnderWay, source);
  }

  /// Before anything is listed: a run that is published meanwhile is not in the listings.
  void keep_pointers() {
    for (const std::string& key : from_.list("current/")) {
      if (auto bytes = from_.read(key)) pointers_[key] = std::move(*bytes);
    }
  }

  /// What names others is listed before what it names, so that the latter is seen.
  void list_both() {
    enum class Kind { upload, record, data };
    const auto kind_of = [](const ObjectInfo& object, Step step) {
      if (step == Step::data) return Kind::data;
      return object.key.starts_with("uploads/") ? Kind::upload : Kind::record;
    };
    const auto take = [&](Kind kind) {
      from_.list_objects({kind == Kind::upload ? "uploads/" : "", ""},
                         [&](const ObjectInfo& object) {
                           const Step step = step_now(object.key);
                           if (step == Step::skipped || kind_of(object, step) != kind) return true;
                           steps_[static_cast<std::size_t>(step)].push_back(object);
                           ++count_;
                           return true;
                         });
    };
    take(Kind::upload);
    take(Kind::record);
    take(Kind::data);
    to_.list_objects({}, [this](const ObjectInfo& object) {
      brought_.insert(fmt::format("{}/{}", object.size, object.key));
      return true;
    });
  }

  Step step_now(const std::string& key) const {
    const bool is_access = key == kUsersKey || key.starts_with("audit/");
    return is_access && !request_.access ? Step::skipped : step_of(key);
  }

  void copy_step(Step step) {
    const auto& objects = steps_.at(static_cast<std::size_t>(step));
    parallel_for(objects.size(), request_.threads, [&](std::size_t i) {
      is_there(objects[i]) ? static_cast<void>(++there_) : copy(objects[i]);
      request_.progress->report("copy", static_cast<double>(++done_) / static_cast<double>(count_),
                                objects[i].key);
    });
  }

  /// Objects named by their content are the same if they are as long; the check at the end reads
  /// them. Others are compared.
  bool is_there(const ObjectInfo& object) const {
    if (!brought_.contains(fmt::format("{}/{}", object.size, object.key))) return false;
    const std::string room = key_parts(object.key).front();
    if (room == "raw" || room == "models") return true;
    return object.size <= kReadWhole && bytes_now(object.key) == to_.read(object.key);
  }

  std::optional<std::string> bytes_now(const std::string& key) const {
    if (step_of(key) != Step::pointers) return from_.read(key);
    const auto kept = pointers_.find(key);
    return kept == pointers_.end() ? std::nullopt : std::optional(kept->second);
  }

  /// With what the target's conditional writes are worth in place of the source's.
  void copy_root() {
    root_["store"] = to_json(probe_semantics(to_));
    to_.put(kRoot, sealed_text(root_));
    ++objects_;
  }

  void copy(const ObjectInfo& object) {
    if (object.key == kRoot) return copy_root();
    if (object.size > kReadWhole) {
      if (!from_.exists(object.key)) return;  // removed meanwhile
      to_.put_file(object.key, FetchedFile(from_, object.key).path());
    } else {
      const auto bytes = bytes_now(object.key);
      if (!bytes) return;
      to_.put(object.key, *bytes);
    }
    ++objects_;
    bytes_ += object.size;
  }

  const CopyRequest& request_;
  ObjectStore& from_;
  ObjectStore& to_;
  std::map<std::string, std::string> pointers_;  ///< by key
  json root_;
  std::array<std::vector<ObjectInfo>, kSteps.size()> steps_;
  std::size_t count_ = 0;
  std::set<std::string> brought_;  ///< "size/key"
  std::atomic<std::size_t> done_{0};
  std::atomic<std::int64_t> objects_{0}, bytes_{0}, there_{0};
};

/// A copy below its source would be copied with it.
void refuse_within(const StoreLocation& from, const StoreLocation& to) {
  const auto is_within = [](const StoreLocation& inner, const StoreLocation& outer) {
    if (inner.is_local() != outer.is_local()) return false;
    const auto text = [](const StoreLocation& place) {
      return place.is_local() ? std::filesystem::weakly_canonical(place.folder()).string()
                              : place.text();
    };
    const auto with_slash = [](const std::string& path) {
      return path.ends_with('/') ? path : path + '/';
    };
    return with_slash(text(inner)).starts_with(with_slash(text(outer)));
  };
  if (!is_within(to, from) && !is_within(from, to)) return;
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' and '{}' lie one in the other; give a place beside the source",
                          to.text(), from.text()));
}

}  // namespace

CopyReport copy_repository(const CopyRequest& request) {
  refuse_within(request.from, request.to);
  const Repository from = Repository::open(request.from);
  const auto to = open_store(request.to);
  CopyReport report;
  Copy(request, from, *to)(report);
  report.check = check_repository({request.to, request.threads, request.progress});
  if (report.check.damages.empty()) to->remove(kUnderWay);
  return report;
}

json to_json(const CopyReport& report) {
  return {{"objects", report.objects},
          {"bytes", report.bytes},
          {"there", report.there},
          {"check", to_json(report.check)}};
}

}  // namespace forecart
