#include "services/aws_client.h"

#include "base/error.h"
#include "base/hash.h"
#include "net/aws_code.h"
#include "net/aws_profile.h"
#include "net/retry.h"
#include "net/sigv4.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <charconv>

namespace forecart {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr long kLongestRetryAfter = 86'400;  // seconds: longer than any deadline

/// Where a server of one's own is asked the name does not matter.
std::string region_for(const AwsService& service, const AwsAccess& access) {
  if (!access.region.empty()) return access.region;
  const std::string told = aws_region(access.environment);
  if (!told.empty()) return told;
  const bool own =
      access.endpoint || !aws_endpoint(access.environment, std::string(service.id)).empty();
  if (own) return "us-east-1";
  throw Error(ErrorCode::invalid_value,
              fmt::format("no region of AWS to ask {} in; set AWS_REGION", service.id));
}

/// How long the server asks to wait, in seconds or by a date.
milliseconds retry_after(const HttpResponse& response) {
  const std::string text = response.header("retry-after");
  long wait = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), wait);
  if (error == std::errc() && end == text.data() + text.size()) {
    return seconds(std::clamp(wait, 0L, kLongestRetryAfter));
  }
  const auto until = parse_http_date(text);
  const auto now = parse_http_date(response.header("date"));
  if (!until || !now) return milliseconds(0);
  return std::chrono::duration_cast<milliseconds>(
      std::clamp<Instant::duration>(*until - *now, seconds(0), seconds(kLongestRetryAfter)));
}

/// Takes a body of at most so many bytes.
HttpSink bounded(std::string& body, const AwsService& service, const AwsRequest& request) {
  return [&](const HttpResponse&, std::string_view bytes) {
    if (body.size() + bytes.size() > request.most_bytes) {
      throw AwsError(ErrorCode::bad_data,
                     fmt::format("{} {}: the answer is longer than {} bytes", service.id,
                                 request.operation, request.most_bytes));
    }
    body += bytes;
    return true;
  };
}

}  // namespace

AwsAccess aws_access(const Environment& environment) {
  return {environment, default_credentials(environment), ""};
}

AwsClient::AwsClient(const AwsService& service, const AwsAccess& access)
    : service_(service),
      region_(region_for(service, access)),
      endpoint_(access.endpoint ? *access.endpoint
                                : aws_address(service, region_, access.environment)),
      credentials_(access.credentials),
      // each try has a time of its own, in which nothing may move
      http_({.stall_timeout = seconds(0),
             .ca_bundle = access.environment("AWS_CA_BUNDLE").value_or("")}) {}

json AwsClient::call(const std::string& operation, const json& input, const AwsPatience& patience,
                     std::size_t most_bytes) {
  const std::string_view version = service_.version.empty() ? "1.1" : service_.version;
  const HttpResponse response =
      send({.operation = operation,
            .headers = {{"content-type", fmt::format("application/x-amz-json-{}", version)},
                        {"x-amz-target", fmt::format("{}.{}", service_.target, operation)}},
            .body = input.dump(-1, ' ', false, json::error_handler_t::replace),
            .patience = patience,
            .most_bytes = most_bytes});
  return parse_aws_object(service_, operation, response.body);
}

std::string AwsClient::call_form(const std::string& operation, NamedValues form,
                                 const AwsPatience& patience) {
  form.emplace_back("Action", operation);
  form.emplace_back("Version", service_.version);
  return send({.operation = operation,
               .headers = {{"content-type", "application/x-www-form-urlencoded"}},
               .body = encode_query(form),
               .patience = patience})
      .body;
}

HttpResponse AwsClient::send(const AwsRequest& request) {
  const AwsPatience& patience = request.patience;
  Retry retry(patience.deadline);
  Cures cures;
  while (true) {
    const Credentials credentials = credentials_->get();
    HttpResponse response =
        attempt(request, credentials, std::min(patience.answer_time, retry.left()));
    if (response.ok()) return response;
    const std::string code = response.complete() ? parse_aws_refusal(response).code : "";
    if (response.complete() && cure(response, code, credentials, cures)) continue;
    const bool passing =
        !response.complete() || is_passing_status(response.status) || is_passing_code(code);
    if (!passing || patience.stop.stop_requested() ||
        !retry.wait(retry_after(response), patience.stop)) {
      throw AwsError(service_, request.operation, response);
    }
  }
}

HttpResponse AwsClient::attempt(const AwsRequest& request, const Credentials& credentials,
                                milliseconds time) {
  HttpRequest http{.method = request.method, .url = endpoint_, .headers = request.headers};
  if (http.url.path.ends_with('/')) http.url.path.pop_back();
  http.url.path += request.path;
  http.url.query.insert(http.url.query.end(), request.query.begin(), request.query.end());
  http.body = request.body;
  http.timeout = time;
  http.stop = request.patience.stop;
  sign(http, credentials,
       {.region = region_, .service = std::string(service_.signs), .time = clock_.now()},
       sha256(request.body));
  std::string body;
  HttpResponse response = http_.send(http, bounded(body, service_, request));
  if (response.ok()) response.body = std::move(body);
  return response;
}

bool AwsClient::cure(const HttpResponse& response, const std::string& code,
                     const Credentials& credentials, Cures& cures) {
  const bool refused = response.status == 400 || response.status == 401 || response.status == 403;
  if (!refused) return false;
  if (!cures.clock && clock_.follow(response)) return cures.clock = true;
  if (!cures.credentials && !credentials.session_token.empty() && is_expired_credentials(code)) {
    credentials_->refused(credentials);
    return cures.credentials = true;
  }
  return false;
}

json parse_aws_object(const AwsService& service, const std::string& operation,
                      const std::string& body) {
  if (body.empty()) return json::object();
  json answer = json::parse(body, nullptr, false);
  if (answer.is_object()) return answer;
  throw AwsError(ErrorCode::bad_data,
                 fmt::format("{} {}: the answer is no object of JSON", service.id, operation));
}

std::string xml_text(const std::string& xml, const std::string& path) {
  pugi::xml_document document;
  document.load_buffer(xml.data(), xml.size());
  return document.first_element_by_path(path.c_str()).child_value();
}

std::string region_of_arn(const std::string& arn) {
  if (!arn.starts_with("arn:")) return {};
  std::size_t at = 0;
  for (int i = 0; i < 3 && at != std::string::npos; ++i) at = arn.find(':', at + (i > 0));
  const std::size_t end = at == std::string::npos ? at : arn.find(':', at + 1);
  return end == std::string::npos ? "" : arn.substr(at + 1, end - at - 1);
}

}  // namespace forecart
