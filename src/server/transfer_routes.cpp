#include "base/error.h"
#include "pipeline/repository.h"
#include "server/intake.h"
#include "server/json_body.h"
#include "server/transfer_delivery.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::int64_t kMostPieceBytes = std::int64_t{64} * 1024 * 1024;
constexpr int kLocked = 423;  // RFC 4918
constexpr const char* kVersionOfTus = "1.0.0";
constexpr const char* kPieceType = "application/offset+octet-stream";
constexpr const char* kRoom = "/api/v1/datasets/{dataset}/transfers";
constexpr const char* kOne = "/api/v1/datasets/{dataset}/transfers/{transfer}";

std::string owner_of(const Call& call) {
  return call.who.principal ? call.who.principal->name() : "";
}

Transfer transfer_of(const Transfers& transfers, const Call& call) {
  return transfers.find(call.values[1], call.values[0], owner_of(call));
}

std::int64_t number_header(const Call& call, const char* name) {
  const auto number = parse_integer(call.request.header(name));
  if (number && *number >= 0) return *number;
  throw Error(ErrorCode::invalid_value,
              fmt::format("the header {} is missing or no whole number; see docs/api.md", name));
}

/// "filename YXByaWwuY3N2,filetype ..." (tus 1.0.0, Upload-Metadata): the name alone counts.
std::string name_in(std::string_view metadata) {
  while (!metadata.empty()) {
    std::string_view pair = metadata.substr(0, metadata.find(','));
    metadata.remove_prefix(std::min(pair.size() + 1, metadata.size()));
    pair = trim(pair);
    const std::size_t blank = std::min(pair.find(' '), pair.size());
    if (pair.substr(0, blank) != "filename" || blank == pair.size()) continue;
    if (const auto name = decode_base64(trim(pair.substr(blank)))) return *name;
  }
  throw Error(ErrorCode::invalid_value,
              "the header Upload-Metadata names no file; send: filename BASE64_OF_THE_NAME");
}

Transfers::Deliver delivery_of(const RouteServices& services, const Call& call) {
  return delivery(services, actor_of(*call.who.principal, call.who.address));
}

Answer tus(Answer answer, const Transfer& transfer) {
  answer.headers.emplace_back("upload-offset", std::to_string(transfer.offset));
  answer.headers.emplace_back("upload-length", std::to_string(transfer.bytes));
  return answer;
}

Answer discover(const RouteServices& services, const Call& call) {
  check_dataset_name(call.values[0]);
  Answer answer = no_content();
  answer.headers = {{"tus-version", kVersionOfTus},
                    {"tus-extension", "creation,termination"},
                    {"tus-max-size", std::to_string(services.most_upload_bytes)}};
  return answer;
}

Answer begin(const RouteServices& services, const Call& call) {
  check_dataset_name(call.values[0]);
  const std::int64_t bytes = number_header(call, "upload-length");
  if (bytes == 0) throw Error(ErrorCode::invalid_value, "the file is empty; send one with orders");
  if (bytes > services.most_upload_bytes) return too_large(services.most_upload_bytes);
  const std::string name = name_in(call.request.header("upload-metadata"));
  check_file_name(name);
  const Transfer transfer = services.transfers->begin(call.values[0], name, owner_of(call), bytes);
  Answer answer = tus({.status = 201, .type = ""}, transfer);
  answer.headers.emplace_back(
      "location", fmt::format("/api/v1/datasets/{}/transfers/{}", call.values[0], transfer.id));
  return answer;
}

/// 423 for what is whole and not handed over: clients of tus take other refusals of HEAD for the
/// loss of all that they have sent.
Answer not_yet(const Error& error) {
  Answer answer = error_answer(error);
  if (answer.status != status_of(ErrorCode::conflict) &&
      answer.status != status_of(ErrorCode::unavailable)) {
    return answer;
  }
  answer.status = kLocked;
  answer.headers = {{"retry-after", "5"}};
  return answer;
}

Answer show(const RouteServices& services, const Call& call) {
  const Transfer found = transfer_of(*services.transfers, call);
  try {
    const Transfer transfer = services.transfers->settle(found, delivery_of(services, call));
    return tus(json_answer({{"transfer", transfer.id},
                            {"name", transfer.name},
                            {"offset", transfer.offset},
                            {"bytes", transfer.bytes},
                            {"sha256", transfer.done ? json(transfer.sha256) : json()},
                            {"known", transfer.done ? json(transfer.known) : json()}}),
               transfer);
  } catch (const Error& error) {
    return not_yet(error);
  }
}

Answer add(const RouteServices& services, const Call& call) {
  const Request& request = call.request;
  if (request.header("content-type") != kPieceType) {
    return error_answer(415, "invalid_value", "the piece has another type",
                        fmt::format("send Content-Type: {}", kPieceType));
  }
  Transfers& transfers = *services.transfers;
  return tus(no_content(),
             transfers.add(transfer_of(transfers, call), number_header(call, "upload-offset"),
                           request.file->path(), request.file_bytes, delivery_of(services, call)));
}

Route route(const char* method, const char* pattern, const char* summary) {
  return {.method = method,
          .pattern = pattern,
          .summary = summary,
          .clearance = Clearance::analyst,
          .headers = {{"tus-resumable", kVersionOfTus}}};
}

std::vector<Parameter> progress_headers() {
  const char* const number = R"({"type":"integer","minimum":0})";
  return {{"Upload-Offset", "bytes that are here", number},
          {"Upload-Length", "bytes of the whole file", number}};
}

void add_room_routes(RouteTable& table, const RouteServices& services) {
  Route discovery = route("OPTIONS", kRoom, "What of tus is spoken here, and the largest file.");
  discovery.clearance = Clearance::viewer;
  discovery.status = 204;
  discovery.answer_headers = {{"Tus-Version", "of the protocol"},
                              {"Tus-Extension", "what of it there is"},
                              {"Tus-Max-Size", "bytes of the largest file"}};
  discovery.instant = true;
  discovery.handle = [services](const Call& call) { return discover(services, call); };
  table.add(std::move(discovery));

  Route beginning = route("POST", kRoom,
                          "Begins a file that comes in pieces (tus 1.0.0): headers Upload-Length "
                          "and Upload-Metadata; Location is where its pieces go.");
  beginning.status = 201;
  beginning.request_headers = {
      {"Upload-Length", "bytes of the whole file",
       R"({"type":"integer","minimum":1,"maximum":21474836480,"examples":[10]})", true},
      {"Upload-Metadata", "filename and its name in base64; other pairs are passed over",
       R"({"type":"string","maxLength":1000,"examples":["filename YXByaWwuY3N2"]})", true}};
  beginning.answer_headers = progress_headers();
  beginning.answer_headers.push_back({"Location", "where its pieces go"});
  beginning.audit = "file.begin";
  beginning.handle = [services](const Call& call) { return begin(services, call); };
  table.add(std::move(beginning));
}

}  // namespace

void add_transfer_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Transfer", object_schema(R"({"transfer": {"type": "string"},
    "name": {"type": "string"}, "offset": {"type": "integer"}, "bytes": {"type": "integer"},
    "sha256": {"type": ["string", "null"]}, "known": {"type": ["boolean", "null"]}})"));
  add_room_routes(table, services);

  Route showing = route("GET", kOne,
                        "How much of it is here: Upload-Offset; when all of it lies in the inbox, "
                        "its hash, and whether that was there before. 423 while it is whole and "
                        "waits to be handed over.");
  showing.answer_schema = "Transfer";
  showing.answer_headers = progress_headers();
  showing.lane = Lane::intake;
  showing.handle = [services](const Call& call) { return show(services, call); };
  table.add(std::move(showing));

  Route adding = route("PATCH", kOne,
                       "The next piece, of 64 MB at most, from Upload-Offset on; with the last one "
                       "the file goes to the inbox.");
  adding.body = BodyPlace::file;
  adding.most_bytes = kMostPieceBytes;
  adding.body_type = kPieceType;
  adding.request_headers = {
      {"Upload-Offset", "where the piece begins: as many bytes as are here",
       R"({"type":"integer","minimum":0,"maximum":21474836480,"examples":[0]})", true}};
  adding.answer_headers = progress_headers();
  adding.status = 204;
  adding.lane = Lane::intake;
  adding.handle = [services](const Call& call) { return add(services, call); };
  table.add(std::move(adding));

  Route removing = route("DELETE", kOne, "Gives it up.");
  removing.status = 204;
  removing.audit = "file.delete";
  removing.handle = [services](const Call& call) {
    services.transfers->remove(transfer_of(*services.transfers, call).id);
    return no_content();
  };
  table.add(std::move(removing));
}

}  // namespace forecart
