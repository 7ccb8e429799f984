#pragma once

#include "server/identity.h"

#include "http/message.h"
#include "http/service.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace forecart {

/// Who may use a route.
enum class Clearance {
  open,       ///< anybody
  intake,     ///< who shows the server's token, and analysts
  service,    ///< who shows the server's token, and admins
  signed_in,  ///< any user
  viewer,     ///< who has that role, or a higher one, and where the path has {dataset} sees that
  analyst,
  admin,
};

/// A parameter of the query or a header, as OpenAPI tells of it.
struct Parameter {
  std::string name;
  std::string description;
  std::string schema = R"({"type":"string","maxLength":1000})";  ///< JSON Schema
  bool required = false;
};

/// A request together with what its path and query say, and who sends it.
struct Call {
  const Request& request;
  std::vector<std::string> values;  ///< of the "{name}" segments of the pattern, in their order
  NamedValues query;
  const Identity& who;

  /// The first value of that name in the query; empty where there is none.
  std::string_view parameter(std::string_view name) const;
};

/// One thing that can be asked. The same words make the answer, the document of the API and the
/// tests of who may what.
struct Route {
  std::string method;
  std::string pattern;       ///< "/api/v1/datasets/{dataset}/files/{name}"
  std::string summary = {};  ///< one line
  Clearance clearance = Clearance::open;
  std::vector<Parameter> query = {};
  bool any_query = false;        ///< other names may stand there too; else they are refused
  std::string other_query = {};  ///< what these say
  std::vector<Parameter> request_headers = {};  ///< that the handler reads
  BodyPlace body = BodyPlace::none;
  std::int64_t most_bytes = 0;                         ///< of the body
  std::string body_type = "application/octet-stream";  ///< of a body that is a file
  std::string body_schema = {};    ///< name of one; of a body in memory that is JSON
  int status = 200;                ///< of success
  int other_status = 0;            ///< of a success of another kind, with the same answer; 0: none
  std::string answer_schema = {};  ///< name of one; "": not JSON, or nothing
  std::vector<std::string> types = {};  ///< of answers that are no JSON
  bool tagged = false;                  ///< an answer may have an ETag, and who knows it gets 304
  bool ranged = false;                  ///< and parts of it may be asked for
  std::vector<Parameter> answer_headers = {};  ///< of a success
  NamedValues headers = {};                    ///< of each answer, those too that refuse
  /// What the audit calls a change that this makes; "" where it makes none, or tells itself.
  std::string audit = {};
  /// Whether it only looks at memory; else it is answered by a thread that may wait for the store.
  bool instant = false;
  Lane lane = Lane::quick;  ///< of threads that may wait
  /// Throws Error for what cannot be met.
  std::function<Answer(const Call&)> handle = nullptr;
  /// The same where that can be had without waiting, else nothing. May be missing.
  std::function<std::optional<Answer>(const Call&)> at_once = nullptr;
};

}  // namespace forecart
