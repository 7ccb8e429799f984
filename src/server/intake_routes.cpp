#include "pipeline/inbox.h"
#include "pipeline/store_events.h"
#include "server/intake.h"
#include "server/json_body.h"
#include "table/record_source.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

namespace forecart {

namespace {

constexpr std::int64_t kMostEventBytes = 1024 * 1024;
constexpr std::size_t kMostNameBytes = 200;
constexpr std::size_t kHashBytes = 16;

Answer take_file(const RouteServices& services, const Call& call) {
  const std::string& dataset = call.values[0];
  const std::string& name = call.values[1];
  check_dataset_name(dataset);
  check_file_name(name);
  const Request& request = call.request;
  if (request.file_bytes == 0) {
    throw Error(ErrorCode::invalid_value,
                "the body is empty; send the bytes of the file: curl -T FILE ADDRESS, or curl "
                "--data-binary @FILE ADDRESS");
  }
  const bool known = put_in_inbox(
      services, {dataset, name, request.file->path(), request.file_bytes, request.file_hash});
  const nlohmann::json told{{"dataset", dataset},
                            {"name", name},
                            {"bytes", request.file_bytes},
                            {"sha256", request.file_hash},
                            {"known", known}};
  return json_answer(told, known ? 200 : 201);
}

/// Rings for the data sets whose inboxes the events speak of, and tells them, as far as who asks
/// sees them; others are no concern of theirs or ours.
Answer take_events(const RouteServices& services, const Call& call) {
  std::set<std::string> datasets;
  const StoreLocation location(services.location);
  for (const StoreEvent& event : parse_store_events(call.request.body)) {
    const auto dataset = inbox_of(event, location);
    if (dataset && call.who.sees(*dataset)) datasets.insert(*dataset);
  }
  for (const std::string& dataset : datasets) services.ring(dataset);
  return {.status = 202, .body = nlohmann::json{{"datasets", datasets}}.dump() + "\n"};
}

}  // namespace

void check_file_name(const std::string& name) {
  const bool plain = name.find('/') == std::string::npos && name.size() <= kMostNameBytes;
  if (plain && is_inbox_file("inbox/" + name)) return;
  throw Error(ErrorCode::invalid_value,
              "the name of the file is not allowed; use at most 200 bytes without '/', not "
              "beginning with '.' and not ending as files do that are still written (.part, .tmp)");
}

/// Throws Error bad_data for what is no file of orders by its first bytes: who sends it is there to
/// hear that.
void require_records(const ArrivedFile& file) {
  try {
    open_records(file.path);
  } catch (const Error& error) {
    std::string text = error.what();
    const std::string path = file.path.string();
    if (const auto at = text.find(path); at != std::string::npos) {
      text.replace(at, path.size(), file.name);
    }
    throw Error(error.code(), text);
  }
}

bool put_in_inbox(const RouteServices& services, const ArrivedFile& file) {
  require_records(file);
  ObjectStore& store = services.repository.store();
  const std::string key =
      fmt::format("inbox/{}/{}/{}", file.dataset, file.sha256.substr(0, kHashBytes), file.name);
  const bool waits = store.exists(key);
  const bool taken = store.exists(Repository::sales_key(file.dataset, file.sha256));
  // What was taken in half is not known by its record: it goes in again, which does no harm.
  if (!waits) store.put_file(key, file.path);
  services.ring(file.dataset);
  return waits || taken;
}

void add_intake_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Heard", object_schema(R"({"datasets": {"type": "array",
    "items": {"type": "string"}}})"));
  table.add_schema("Intake", object_schema(R"({"dataset": {"type": "string"},
    "name": {"type": "string"}, "bytes": {"type": "integer"}, "sha256": {"type": "string"},
    "known": {"type": "boolean"}})"));
  table.add_schema("StoreEvents", R"({"type": "object"})");
  table.add({.method = "POST",
             .pattern = "/api/v1/events",
             .summary = "A store tells that something has come (S3 events, EventBridge).",
             .clearance = Clearance::intake,
             .body = BodyPlace::memory,
             .most_bytes = kMostEventBytes,
             .body_schema = "StoreEvents",
             .status = 202,
             .answer_schema = "Heard",
             .handle = [services](const Call& call) { return take_events(services, call); }});
  for (const char* const method : {"PUT", "POST"}) {
    table.add({.method = method,
               .pattern = "/api/v1/datasets/{dataset}/files/{name}",
               .summary =
                   "A file of orders, as its bytes are: csv, csv.gz, csv.zst or parquet. 201, "
                   "or 200 where that content is there already.",
               .clearance = Clearance::intake,
               .body = BodyPlace::file,
               .most_bytes = services.most_upload_bytes,
               .status = 201,
               .other_status = 200,
               .answer_schema = "Intake",
               .audit = "file.upload",
               .lane = Lane::intake,
               .handle = [services](const Call& call) { return take_file(services, call); }});
  }
}

}  // namespace forecart
