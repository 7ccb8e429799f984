#include "pipeline/inbox.h"

#include "base/durable_file.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/utc_text.h"
#include "pipeline/lasting.h"
#include "pipeline/unread.h"
#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>

namespace forecart {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// A file of the inbox and the copy of it that is read.
struct InboxFile {
  ObjectInfo object;
  OrderFile file;
};

std::string prefix_of(const std::string& dataset) {
  return fmt::format("inbox/{}/", dataset);
}

/// Without those that are left alone, as nobody can read them.
std::vector<ObjectInfo> listed(const Repository& repository, const std::string& dataset) {
  const auto unread = waiting_work(repository, dataset).unread;
  std::vector<ObjectInfo> objects;
  repository.store().list_objects({prefix_of(dataset), ""}, [&](const ObjectInfo& object) {
    const bool left = !unread.empty() && unread.contains(unread_name(object));
    if (is_inbox_file(object.key) && !left) objects.push_back(object);
    return objects.size() < kInboxBatch;
  });
  return objects;
}

/// Copies an object as it was listed; false where it has changed since or somebody writes to it.
bool copy_as_listed(const ObjectStore& store, const ObjectInfo& object, const fs::path& to) {
  if (!store.is_settled(object.key)) return false;
  fs::copy_file(FetchedFile(store, object.key).path(), to, fs::copy_options::overwrite_existing);
  const auto now = store.info(object.key);
  return now && now->version == object.version && store.is_settled(object.key);
}

/// Copies of files of the inbox in the work folder, gone when this is.
class Staging {
 public:
  Staging(const ObjectStore& store, const std::string& dataset)
      : folder_(store.work_folder() / fmt::format("inbox-{}-{}", dataset, process_name())) {
    fs::create_directories(folder_);
  }
  ~Staging() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  fs::path path(std::size_t number, const fs::path& name) const {
    return folder_ / fmt::format("{}{}", number, name.extension().string());
  }

 private:
  fs::path folder_;
};

/// Whether an error is that of one object, which others may not have.
bool is_of_one(ErrorCode code) {
  return code == ErrorCode::unreadable || code == ErrorCode::not_found;
}

/// At the last try of one that cannot be read it is left alone from now on.
void tell_unread(Repository& repository, const InboxRequest& request, const ObjectInfo& object,
                 FileFailure failure, InboxOutcome& outcome) {
  if (request.last_try) {
    leave_unread(repository, request.dataset, object, to_string(failure.code), failure.message);
  }
  (request.last_try ? outcome.dead : outcome.failures).push_back(std::move(failure));
}

/// The files that nobody writes to, copied so that they stay as they are. One that cannot be read
/// holds up no other.
std::vector<InboxFile> settled(Repository& repository, const InboxRequest& request,
                               const Staging& staging, InboxOutcome& outcome) {
  const ObjectStore& store = repository.store();
  std::vector<InboxFile> files;
  for (const ObjectInfo& object : listed(repository, request.dataset)) {
    const std::string name = object.key.substr(prefix_of(request.dataset).size());
    const fs::path copy = staging.path(files.size(), name);
    try {
      if (copy_as_listed(store, object, copy)) {
        files.push_back({object, OrderFile(copy, name)});
      } else {
        ++outcome.unsettled;
      }
    } catch (const Error& error) {
      if (!is_of_one(error.code())) throw;
      tell_unread(repository, request, object, {name, error.code(), error.what()}, outcome);
    }
  }
  return files;
}

/// A name with room for what is put around it: the end of a long one, at a whole character.
std::string dead_name(const std::string& name) {
  constexpr std::size_t kLongest = 200;
  if (name.size() <= kLongest) return name;
  const auto begins = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U && c != '.' && c != '/';
  };
  return {std::find_if(name.end() - kLongest, name.end(), begins), name.end()};
}

/// To dead/<dataset>/<hash>/<name>, the reason beside it as <name>.json: where it lay, code,
/// message, time.
void bury(Repository& repository, const std::string& dataset, const InboxFile& file,
          const std::string& code, const std::string& message) {
  ObjectStore& store = repository.store();
  const std::string key =
      fmt::format("dead/{}/{}/{}", dataset, sha256_file(file.file.path), dead_name(file.file.name));
  store.put_file(key, file.file.path);
  repository.write_json(key + ".json", {{"key", file.object.key},
                                        {"code", code},
                                        {"message", message},
                                        {"at", utc_text(store.now())}});
}

/// A message about staged copies, with the names that people know.
std::string with_names(std::string text, const std::vector<InboxFile>& files) {
  for (const InboxFile& file : files) {
    const std::string path = file.file.path.string();
    for (std::size_t at = text.find(path); at != std::string::npos; at = text.find(path, at)) {
      text.replace(at, path.size(), file.file.name);
      at += file.file.name.size();
    }
  }
  return text;
}

/// What cannot be taken in is told by the names of the inbox.
IngestReport take_in(const IngestRequest& request, const std::vector<InboxFile>& files) {
  try {
    IngestReport report = take_in_files(request);
    for (FileFailure& failure : report.failures) {
      failure.message = with_names(std::move(failure.message), files);
    }
    return report;
  } catch (const CollectorBusy&) {
    throw;  // it says nothing of files
  } catch (const Error& error) {
    throw Error(error.code(), with_names(error.what(), files));
  }
}

IngestRequest ingest_request(const std::string& location, const InboxRequest& request,
                             const std::vector<InboxFile>& files) {
  IngestRequest ingest;
  ingest.repository = location;
  ingest.dataset = request.dataset;
  ingest.threads = request.threads;
  ingest.progress = request.progress;
  for (const InboxFile& file : files) ingest.files.push_back(file.file);
  return ingest;
}

}  // namespace

bool is_inbox_file(std::string_view key) {
  if (!is_key(key) || key.size() > kLongestKey) return false;
  constexpr std::array<std::string_view, 5> kUnfinished{".part", ".tmp", ".crdownload", ".filepart",
                                                        "~"};
  return std::none_of(kUnfinished.begin(), kUnfinished.end(),
                      [key](std::string_view ending) { return key.ends_with(ending); });
}

bool is_passing(ErrorCode code) {
  return code == ErrorCode::unreadable || code == ErrorCode::no_space ||
         code == ErrorCode::conflict || code == ErrorCode::unavailable;
}

InboxOutcome take_in_inbox(Repository& repository, const std::string& location,
                           const InboxRequest& request) {
  check_dataset_name(request.dataset);
  InboxOutcome outcome;
  ObjectStore& store = repository.store();
  const Staging staging(store, request.dataset);
  const std::vector<InboxFile> files = settled(repository, request, staging, outcome);
  if (files.empty()) return outcome;

  outcome.ingest = take_in(ingest_request(location, request, files), files);
  std::map<std::string, FileFailure> failed;
  for (const FileFailure& failure : outcome.ingest.failures) failed.emplace(failure.file, failure);
  if (failed.size() < files.size()) ask_for_run(repository, request.dataset, "upload");
  for (const InboxFile& file : files) {
    const auto failure = failed.find(file.file.name);
    if (failure == failed.end()) {
      ++outcome.taken;
    } else if (request.last_try || !is_passing(failure->second.code)) {
      bury(repository, request.dataset, file, to_string(failure->second.code),
           failure->second.message);
      outcome.dead.push_back(failure->second);
    } else {
      outcome.failures.push_back(failure->second);
      continue;
    }
    store.remove_unchanged(file.object);
  }
  return outcome;
}

void bury_inbox(Repository& repository, const std::string& dataset, const GivenUp& reason) {
  InboxOutcome ignored;
  InboxRequest request;
  request.dataset = dataset;
  const Staging staging(repository.store(), dataset);
  for (const InboxFile& file : settled(repository, request, staging, ignored)) {
    if (file.object.modified >= reason.before) continue;
    bury(repository, dataset, file, reason.code, reason.message);
    repository.store().remove_unchanged(file.object);
  }
}

}  // namespace forecart
