#include "pipeline/work_queue.h"

#include "base/durable_file.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/random.h"
#include "base/utc_text.h"
#include "pipeline/inbox.h"
#include "pipeline/unread.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <map>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::string_view kAsk = "ask-";
constexpr std::string_view kFailure = "failure.json";

std::string work_key(const std::string& dataset, std::string_view name) {
  return fmt::format("work/{}/{}", dataset, name);
}

/// The data set of "work/<dataset>/<name>" and the name; nothing where the key has another form.
std::optional<std::pair<std::string, std::string>> split(const std::string& key) {
  const std::size_t first = key.find('/');
  const std::size_t second = first == std::string::npos ? first : key.find('/', first + 1);
  if (second == std::string::npos) return std::nullopt;
  return std::pair{key.substr(first + 1, second - first - 1), key.substr(second + 1)};
}

using WorkByDataset = std::map<std::string, WaitingWork>;

WaitingWork& work_of(WorkByDataset& all, const std::string& dataset) {
  WaitingWork& work = all[dataset];
  work.dataset = dataset;
  return work;
}

void look_into_inbox(const Repository& repository, const std::string& prefix, WorkByDataset& all,
                     std::set<std::string>* strays) {
  repository.store().list_objects({prefix, ""}, [&](const ObjectInfo& object) {
    if (!is_inbox_file(object.key)) return true;
    const auto parts = split(object.key);
    if (!parts || !is_dataset_name(parts->first)) {
      if (strays != nullptr) {
        strays->insert(parts ? parts->first + "/" : object.key.substr(object.key.find('/') + 1));
      }
      return true;
    }
    const auto known = all.find(parts->first);
    const bool left = known != all.end() && !known->second.unread.empty() &&
                      known->second.unread.contains(unread_name(object));
    if (left) return true;
    WaitingWork& work = work_of(all, parts->first);
    ++work.files;
    work.newest = std::max(work.newest, object.modified);
    work.oldest = std::min(work.oldest, object.modified);
    return true;
  });
}

void look_into_work(const Repository& repository, const std::string& prefix, WorkByDataset& all) {
  repository.store().list_objects({prefix, ""}, [&](const ObjectInfo& object) {
    const auto parts = split(object.key);
    if (!parts) return true;
    const bool asked = parts->second.starts_with(kAsk);
    const bool owed = parts->second == kFollowUp;
    const bool unread = parts->second.starts_with(kUnread);
    if (!asked && !owed && !unread && parts->second != kFailure) return true;
    WaitingWork& work = work_of(all, parts->first);
    if (asked) {
      work.asked.push_back(object.key);
      work.newest = std::max(work.newest, object.modified);
      work.oldest = std::min(work.oldest, object.modified);
    } else if (unread) {
      work.unread.insert(parts->second);
    } else {
      (owed ? work.follow_up : work.failed) = true;
    }
    return true;
  });
}

}  // namespace

bool is_waiting(const WaitingWork& work) {
  return work.files > 0 || !work.asked.empty() || work.follow_up;
}

std::string stray_text(const std::string& stray) {
  if (!stray.ends_with('/')) {
    return fmt::format(
        "'inbox/{0}' is taken in by nobody, as it lies in no data set's folder; move it to "
        "inbox/DATASET/{0}",
        stray);
  }
  return fmt::format(
      "what lies in 'inbox/{}' is taken in by nobody, as no data set can have that name; rename "
      "the folder: up to 64 letters, digits, - and _, beginning with a letter or digit",
      stray);
}

std::vector<WaitingWork> waiting_work(const Repository& repository, std::set<std::string>* strays) {
  WorkByDataset all;
  look_into_work(repository, "work/", all);  // which files of the inbox are left alone
  look_into_inbox(repository, "inbox/", all, strays);
  std::vector<WaitingWork> waiting;
  for (auto& [dataset, work] : all) {
    if (is_waiting(work)) waiting.push_back(std::move(work));
  }
  return waiting;
}

WaitingWork waiting_work(const Repository& repository, const std::string& dataset) {
  WorkByDataset all;
  look_into_work(repository, fmt::format("work/{}/", dataset), all);
  look_into_inbox(repository, fmt::format("inbox/{}/", dataset), all, nullptr);
  return work_of(all, dataset);
}

RunMode parse_run_mode(std::string_view name) {
  if (name == "warm") return RunMode::warm;
  if (name == "anew") return RunMode::anew;
  throw Error(ErrorCode::invalid_value,
              fmt::format("no run is made '{}'; it is warm or anew", name.substr(0, 50)));
}

std::string ask_for_run(Repository& repository, const std::string& dataset, std::string_view why,
                        RunMode mode) {
  check_dataset_name(dataset);
  static std::atomic<unsigned> counter{0};
  const std::string unique = sha256(fmt::format("{}-{}-{}", dataset, process_name(), counter++));
  const std::string key = work_key(dataset, fmt::format("{}{}.json", kAsk, make_stamp(unique)));
  json request{{"why", why}};
  if (mode == RunMode::anew) request["anew"] = true;
  repository.write_json(key, request);
  return key;
}

std::optional<WorkFailure> last_failure(const Repository& repository, const std::string& dataset) {
  const auto bytes = repository.store().read(work_key(dataset, kFailure));
  if (!bytes) return std::nullopt;
  const json value = json::parse(*bytes, nullptr, false);
  if (!value.is_object()) return std::nullopt;  // as if it had not failed: it is tried again
  const auto instant = [&value](const char* name) {
    return parse_instant(value.value(name, ""), {}).value_or(Instant{});
  };
  return WorkFailure{value.value("code", ""), value.value("message", ""),
                     value.value("attempts", 0), instant("at"), instant("due")};
}

void keep_failure(Repository& repository, const std::string& dataset, const WorkFailure& failure) {
  repository.write_json(work_key(dataset, kFailure), {{"code", failure.code},
                                                      {"message", failure.message},
                                                      {"attempts", failure.attempts},
                                                      {"at", utc_text(failure.at)},
                                                      {"due", utc_text(failure.due)}});
}

void forget_failure(Repository& repository, const std::string& dataset) {
  repository.store().remove(work_key(dataset, kFailure));
}

std::chrono::seconds backoff(int attempts, std::uint64_t seed) {
  constexpr std::int64_t kFirst = 30;
  constexpr std::int64_t kLongest = 3600;
  constexpr int kDoublings = 7;
  const std::int64_t full = std::min(kFirst << std::clamp(attempts - 1, 0, kDoublings), kLongest);
  Generator generator(seed);
  return std::chrono::seconds(
      full - static_cast<std::int64_t>(static_cast<double>(full) / 4 * generator.uniform()));
}

bool is_due(const WaitingWork& waiting, const WorkFailure& failure, Instant now) {
  return now >= failure.due || waiting.newest > failure.at;
}

}  // namespace forecart
