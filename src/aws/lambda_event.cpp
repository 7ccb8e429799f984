#include "aws/lambda_event.h"

#include "base/error.h"
#include "pipeline/repository.h"
#include "pipeline/store_events.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

std::string text(const json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::set<std::string> datasets_of(std::string_view notice, const StoreLocation& repository) {
  std::set<std::string> datasets;
  for (const StoreEvent& event : parse_store_events(notice)) {
    if (auto dataset = inbox_of(event, repository)) datasets.insert(std::move(*dataset));
  }
  return datasets;
}

/// A message that nobody can read is told and done with: it would come again for ever.
LambdaMessage message_of(const json& record, const StoreLocation& repository) {
  LambdaMessage message{.id = text(record, "messageId")};
  try {
    message.datasets = datasets_of(text(record, "body"), repository);
  } catch (const Error& error) {
    message.trouble = error.what();
  }
  return message;
}

/// Who has sent the records of an event: "aws:s3", "aws:sqs", "aws:sns", which alone writes the
/// name of the field large; "" where it has none.
std::string sender_of(const json& event) {
  const auto records = event.find("Records");
  if (records == event.end() || !records->is_array() || records->empty()) return "";
  const std::string sender = text(records->front(), "eventSource");
  return sender.empty() ? text(records->front(), "EventSource") : sender;
}

LambdaEvent of_queue(const json& event, const StoreLocation& repository) {
  LambdaEvent told{.from_queue = true};
  for (const json& record : event["Records"]) {
    told.messages.push_back(message_of(record, repository));
  }
  return told;
}

LambdaEvent of_topic(const json& event, const StoreLocation& repository) {
  LambdaEvent told;
  for (const json& record : event["Records"]) {
    const auto notice = record.find("Sns");
    const std::string body = notice == record.end() ? "" : text(*notice, "Message");
    told.messages.push_back({.datasets = datasets_of(body, repository)});
  }
  return told;
}

LambdaEvent of_state_machine(const json& event) {
  LambdaEvent told{.step = parse_step(event)};
  told.messages.push_back({.datasets = {told.step->dataset}});
  return told;
}

LambdaEvent by_hand(const json& dataset) {
  if (dataset.is_null()) return {.all = true};
  if (!dataset.is_string() || !is_dataset_name(dataset.get<std::string>())) {
    throw Error(ErrorCode::bad_data,
                "'dataset' is no name of a data set; use e.g. \"orders\", or "
                "null for all that waits");
  }
  return {.messages = {{.datasets = {dataset.get<std::string>()}}}};
}

}  // namespace

std::set<std::string> LambdaEvent::datasets() const {
  std::set<std::string> all_of_them;
  for (const LambdaMessage& message : messages) {
    all_of_them.insert(message.datasets.begin(), message.datasets.end());
  }
  return all_of_them;
}

LambdaEvent parse_lambda_event(std::string_view bytes, const StoreLocation& repository) {
  const json event = json::parse(bytes, nullptr, false);
  if (!event.is_object()) throw Error(ErrorCode::bad_data, "the event is no JSON object");
  if (event.contains("step")) return of_state_machine(event);
  if (event.contains("dataset")) return by_hand(event["dataset"]);
  if (text(event, "detail-type") == "Scheduled Event") return {.all = true};
  const std::string sender = sender_of(event);
  if (sender == "aws:sqs") return of_queue(event, repository);
  if (sender == "aws:kinesis") return {.stream = parse_stream_batch(event)};
  if (sender == "aws:sns") return of_topic(event, repository);
  return {.messages = {{.datasets = datasets_of(bytes, repository)}}};
}

}  // namespace forecart
