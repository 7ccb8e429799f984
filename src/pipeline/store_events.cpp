#include "pipeline/store_events.h"

#include "base/error.h"
#include "net/uri.h"
#include "pipeline/inbox.h"
#include "pipeline/repository.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

[[noreturn]] void refuse(const char* what) {
  throw Error(ErrorCode::bad_data, std::string("a notification of the store ") + what);
}

/// Text under a name; empty where there is none, as of null.
std::string text(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// What stands under a name, or null.
const json& part(const json& object, const char* name) {
  static const json nothing;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found == object.end() ? nothing : *found;
}

/// Undoes the encoding of HTML forms: "+" is a space.
std::string form_decode(std::string key) {
  std::replace(key.begin(), key.end(), '+', ' ');
  return uri_decode(key);
}

StoreEvent checked(StoreEvent event) {
  if (event.bucket.empty() || event.key.empty()) refuse("names no bucket or no key");
  return event;
}

/// One of "Records": S3 and Minio encode keys, Ceph does not.
StoreEvent event_of(const json& record) {
  const json& s3 = part(record, "s3");
  const json& object = part(s3, "object");
  const bool raw = text(record, "eventSource").starts_with("ceph");
  const std::string key = text(object, "key");
  return checked({text(part(s3, "bucket"), "name"), raw ? key : form_decode(key),
                  text(object, "versionId"), text(object, "eTag")});
}

bool is_made(const std::string& name) {
  return name.starts_with("ObjectCreated:") || name.starts_with("s3:ObjectCreated:");
}

std::vector<StoreEvent> of_records(const json& records) {
  if (!records.is_array()) refuse("has Records that are no list");
  std::vector<StoreEvent> events;
  for (const json& record : records) {
    if (is_made(text(record, "eventName"))) events.push_back(event_of(record));
  }
  return events;
}

std::vector<StoreEvent> of_event_bridge(const json& notice) {
  if (text(notice, "detail-type") != "Object Created") return {};
  const json& detail = part(notice, "detail");
  const json& object = part(detail, "object");
  return {checked({text(part(detail, "bucket"), "name"), text(object, "key"),
                   text(object, "version-id"), text(object, "etag")})};
}

json parsed(std::string_view bytes) {
  json notice = json::parse(bytes, nullptr, false);
  if (!notice.is_object()) refuse("is no JSON object");
  return notice;
}

}  // namespace

std::vector<StoreEvent> parse_store_events(std::string_view bytes) {
  json notice = parsed(bytes);
  if (text(notice, "Type") == "Notification") notice = parsed(text(notice, "Message"));
  if (notice.contains("Records")) return of_records(notice["Records"]);
  if (notice.contains("detail-type")) return of_event_bridge(notice);
  if (text(notice, "Event") == "s3:TestEvent" || notice.contains("Type")) return {};
  refuse("has neither Records nor detail");
}

std::optional<std::string> inbox_of(const StoreEvent& event, const StoreLocation& location) {
  if (location.is_local() || event.bucket != location.bucket()) return std::nullopt;
  const std::string prefix = location.prefix().empty() ? "inbox/" : location.prefix() + "/inbox/";
  if (!event.key.starts_with(prefix)) return std::nullopt;
  const std::string rest = event.key.substr(prefix.size());
  const std::string dataset = rest.substr(0, rest.find('/'));
  if (dataset.size() == rest.size() || !is_dataset_name(dataset)) return std::nullopt;
  return is_inbox_file("inbox/" + rest) ? std::optional(dataset) : std::nullopt;
}

}  // namespace forecart
