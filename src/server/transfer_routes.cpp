#include "base/error.h"
#include "base/hash.h"
#include "pipeline/repository.h"
#include "server/intake.h"
#include "server/json_body.h"
#include "server/transfers.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace forecart {

namespace {

constexpr std::int64_t kMostPieceBytes = std::int64_t{64} * 1024 * 1024;
constexpr const char* kRoom = "/api/v1/datasets/{dataset}/transfers";
constexpr const char* kOne = "/api/v1/datasets/{dataset}/transfers/{transfer}";

using TransfersPtr = std::shared_ptr<Transfers>;

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

/// What every answer of the protocol says.
Answer tus(Answer answer, const Transfer& transfer) {
  answer.headers.emplace_back("tus-resumable", "1.0.0");
  answer.headers.emplace_back("upload-offset", std::to_string(transfer.offset));
  answer.headers.emplace_back("upload-length", std::to_string(transfer.bytes));
  return answer;
}

Answer begin(const RouteServices& services, Transfers& transfers, const Call& call) {
  check_dataset_name(call.values[0]);
  const std::int64_t bytes = number_header(call, "upload-length");
  if (bytes == 0) throw Error(ErrorCode::invalid_value, "the file is empty; send one with orders");
  if (bytes > services.most_upload_bytes) return too_large(services.most_upload_bytes);
  const std::string name = name_in(call.request.header("upload-metadata"));
  check_file_name(name);
  const Transfer transfer = transfers.begin(call.values[0], name, owner_of(call), bytes);
  Answer answer = tus({.status = 201, .type = ""}, transfer);
  answer.headers.emplace_back(
      "location", fmt::format("/api/v1/datasets/{}/transfers/{}", call.values[0], transfer.id));
  return answer;
}

Answer show(const Transfers& transfers, const Call& call) {
  const Transfer transfer = transfer_of(transfers, call);
  return tus(json_answer({{"transfer", transfer.id},
                          {"name", transfer.name},
                          {"offset", transfer.offset},
                          {"bytes", transfer.bytes}}),
             transfer);
}

Answer add(const RouteServices& services, Transfers& transfers, const Call& call) {
  const Request& request = call.request;
  if (request.header("content-type") != "application/offset+octet-stream") {
    return error_answer(415, "invalid_value", "the piece has another type",
                        "send Content-Type: application/offset+octet-stream");
  }
  const Transfer now =
      transfers.add(transfer_of(transfers, call), number_header(call, "upload-offset"),
                    request.file->path(), request.file_bytes);
  if (now.offset == now.bytes) {
    put_in_inbox(services, {now.dataset, now.name, now.file, now.bytes, sha256_file(now.file)});
    transfers.remove(now.id);
  }
  return tus(no_content(), now);
}

}  // namespace

void add_transfer_routes(RouteTable& table, const RouteServices& services) {
  const auto transfers =
      std::make_shared<Transfers>(services.repository.store().work_folder() / "transfers");
  table.add_schema("Transfer", object_schema(R"({"transfer": {"type": "string"},
    "name": {"type": "string"}, "offset": {"type": "integer"}, "bytes": {"type": "integer"}})"));
  table.add({.method = "POST",
             .pattern = kRoom,
             .summary = "Begins a file that comes in pieces (tus 1.0.0): headers Upload-Length and "
                        "Upload-Metadata; Location is where its pieces go.",
             .clearance = Clearance::analyst,
             .status = 201,
             .handle = [services, transfers](const Call& call) {
               return begin(services, *transfers, call);
             }});
  table.add({.method = "GET",
             .pattern = kOne,
             .summary = "How much of it is here: Upload-Offset.",
             .clearance = Clearance::analyst,
             .answer_schema = "Transfer",
             .handle = [transfers](const Call& call) { return show(*transfers, call); }});
  table.add({.method = "PATCH",
             .pattern = kOne,
             .summary =
                 "The next piece, of 64 MB at most, from Upload-Offset on; with the last one "
                 "the file goes to the inbox.",
             .clearance = Clearance::analyst,
             .body = BodyPlace::file,
             .most_bytes = kMostPieceBytes,
             .status = 204,
             .audit = "file.upload",
             .lane = Lane::intake,
             .handle = [services, transfers](const Call& call) {
               return add(services, *transfers, call);
             }});
  table.add({.method = "DELETE",
             .pattern = kOne,
             .summary = "Gives it up.",
             .clearance = Clearance::analyst,
             .status = 204,
             .handle = [transfers](const Call& call) {
               transfers->remove(transfer_of(*transfers, call).id);
               return no_content();
             }});
}

}  // namespace forecart
