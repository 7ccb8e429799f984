#include "pipeline/run_shelf.h"
#include "pipeline/sales_cache.h"
#include "server/json_body.h"
#include "server/routes.h"
#include "server/transfers.h"
#include "table/scratch_folder.h"

#include "access/test_access.h"
#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

using namespace forecart;  // NOLINT(google-build-using-namespace)
using nlohmann::json;

namespace {

AccessOptions cheap() {
  AccessOptions options;
  options.hash = {.passes = 1, .memory_bytes = 8192};
  return options;
}

/// The real routes over a repository of its own, and an admin.
struct Scene {
  Scene() {
    access.add_user({.name = "root", .role = Role::admin, .password = kGoodPassword}, kRoot);
    access.add_user({.name = "bob", .role = Role::viewer, .password = kGoodPassword}, kRoot);
    token = access.add_token({.user = "root", .name = "t", .scope = {.role = Role::admin}}, kRoot)
                .secret;
    const auto session = access.sign_in("root", kGoodPassword, kHere).session;
    cookie = "forecart-session=" + session->secret;
    csrf = session->csrf;
    add_all_routes(table, {.repository = repository,
                           .metrics = metrics,
                           .ring = [](const std::string&) {},
                           .location = (folder / "shop").string(),
                           .access = &access,
                           .guard = &guard,
                           .shelf = &shelf,
                           .hub = &hub,
                           .sales = &sales,
                           .transfers = &transfers});
    for (const Route& route : table.routes()) {
      if (!route.body_schema.empty()) routes.push_back(&route);
    }
  }

  Request request(const std::string& method, const std::string& target, bool by_session) const {
    Request request{.method = method, .target = target, .headers = {{"host", "localhost"}}};
    request.peer = "127.0.0.1";
    if (by_session) {
      request.headers.emplace_back("cookie", cookie);
      request.headers.emplace_back("x-csrf-token", csrf);
    } else {
      request.headers.emplace_back("authorization", "Bearer " + token);
    }
    return request;
  }

  ScratchFolder folder;
  Repository repository = Repository::open_or_create((folder / "shop").string());
  MetricSet metrics;
  EventHub hub;
  RunShelf shelf{repository};
  SalesCache sales{repository, {.threads = 1}};
  Access access{repository.store(), cheap()};
  Guard guard{{.requests_per_second = 0}, &access};
  Transfers transfers{folder / "transfers"};
  std::ostringstream lines;
  Log log{{}, lines};
  RouteTable table{guard, &log};
  std::string token;
  std::string cookie;
  std::string csrf;
  std::vector<const Route*> routes;  ///< that take JSON
};

/// Takes an input apart; zeros behind its end.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : left_(bytes) {}

  std::uint8_t next() {
    if (left_.empty()) return 0;
    const auto byte = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return byte;
  }
  std::string text(std::size_t most) {
    const std::string part(left_.substr(0, most));
    left_.remove_prefix(part.size());
    return part;
  }
  std::string rest() { return text(left_.size()); }

 private:
  std::string_view left_;
};

/// Any value, and now and then one that a field may have.
json value_of(Bytes& bytes, const json& schema, int depth = 0) {
  switch (bytes.next() % (depth < 3 ? 10 : 6)) {
    case 0:
      return nullptr;
    case 1:
      return bytes.next() % 2 == 0;
    case 2:
      return std::int64_t{bytes.next()} - 100;
    case 3:
      return 1e300 * bytes.next();
    case 4:
      return bytes.text(bytes.next() % 80);
    case 5:
      if (schema.contains("enum")) {
        return schema["enum"][bytes.next() % schema["enum"].size()];
      }
      return std::string(kGoodPassword);
    case 6:
      return json::array({value_of(bytes, schema, depth + 1), value_of(bytes, schema, depth + 1)});
    case 7:
      return json::object({{bytes.text(3), value_of(bytes, schema, depth + 1)}});
    default:
      return std::string("orders");
  }
}

/// By the fields of a route, or bytes as they are.
std::string body_of(Bytes& bytes, const RouteTable& table, const Route& route) {
  const json schema = json::parse(table.schemas().at(route.body_schema));
  if (bytes.next() % 4 == 0) return bytes.rest();
  json body = json::object();
  if (schema.contains("properties")) {
    for (const auto& [name, field] : schema["properties"].items()) {
      if (bytes.next() % 4 != 0) body[name] = value_of(bytes, field);
    }
  }
  if (bytes.next() % 8 == 0) body[bytes.text(10)] = value_of(bytes, {});
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

void check(const Request& request, const Answer& answer, const Scene& scene) {
  const bool well = answer.status >= 200 && answer.status < 500;
  if (well && (answer.status < 400 || json::accept(answer.body))) return;
  std::fprintf(stderr, "%s %s\n%s\n%d %s\n%s\n", request.method.c_str(), request.target.c_str(),
               request.body.c_str(), answer.status, answer.body.c_str(), scene.lines.str().c_str());
  std::abort();
}

std::string path_of(const Route& route) {
  std::string path = route.pattern;
  for (const std::string& name : path_parameters(route.pattern)) {
    path.replace(path.find('{' + name), name.size() + 2, name == "dataset" ? "orders" : "bob");
  }
  return path;
}

void ask_route(const Scene& scene, Bytes& bytes) {
  const Route& route = *scene.routes[bytes.next() % scene.routes.size()];
  Request request = scene.request(route.method, path_of(route), bytes.next() % 2 == 0);
  request.body = body_of(bytes, scene.table, route);
  // models take their time, and a new password of root would end its session
  if (request.body.find("\"model\"") != std::string::npos) return;
  if (route.pattern.ends_with("/password") &&
      request.body.find(kGoodPassword) != std::string::npos) {
    return;
  }
  check(request, scene.table.answer(request), scene);
}

/// Begins a file in pieces and gives it up, so that there is room for the next.
void begin_transfer(const Scene& scene, Bytes& bytes) {
  const std::string room = "/api/v1/datasets/orders/transfers";
  Request request = scene.request("POST", room, false);
  const bool plain = bytes.next() % 2 == 0;
  request.headers.emplace_back("upload-length", plain ? "10" : bytes.text(bytes.next() % 20));
  const std::string metadata = bytes.rest();
  request.headers.emplace_back("upload-metadata", plain ? "filename " + metadata : metadata);
  const Answer answer = scene.table.answer(request);
  check(request, answer, scene);
  for (const auto& [name, value] : answer.headers) {
    if (name != "location") continue;
    const Request away = scene.request("DELETE", value, false);
    if (scene.table.answer(away).status != 204) std::abort();
  }
}

}  // namespace

/// Whatever the body of a route of JSON is, or the headers of a file in pieces: it is answered, or
/// refused in words, and nothing goes wrong here.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Scene scene;
  Bytes bytes({reinterpret_cast<const char*>(data), size});
  bytes.next() % 4 == 0 ? begin_transfer(scene, bytes) : ask_route(scene, bytes);
  return 0;
}
