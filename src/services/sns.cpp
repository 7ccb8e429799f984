#include "services/sns.h"

#include "base/error.h"
#include "base/hash.h"
#include "net/aws_profile.h"
#include "net/sigv4.h"

#include <fmt/format.h>

#include <thread>

namespace forecart {

namespace {

constexpr int kTries = 3;
constexpr std::chrono::milliseconds kPause{300};
constexpr std::chrono::seconds kTimeout{10};
constexpr std::size_t kMostSubject = 99;

/// The fourth part of arn:aws:sns:REGION:ACCOUNT:NAME.
std::string region_of(const std::string& topic) {
  std::size_t at = 0;
  for (int i = 0; i < 3 && at != std::string::npos; ++i) at = topic.find(':', at + (i > 0));
  const std::size_t end = at == std::string::npos ? at : topic.find(':', at + 1);
  if (end == std::string::npos || end == at + 1) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("'{}' is no ARN of a topic; use e.g. "
                            "arn:aws:sns:eu-central-1:123456789012:alerts",
                            topic));
  }
  return topic.substr(at + 1, end - at - 1);
}

Url address_of(const Environment& environment, const std::string& region) {
  const std::string given = aws_endpoint(environment, "sns");
  const char* const china = region.starts_with("cn-") ? ".cn" : "";
  return parse_url(given.empty() ? fmt::format("https://sns.{}.amazonaws.com{}/", region, china)
                                 : given);
}

std::string subject_of(const std::string& text) {
  std::string subject = text.substr(0, kMostSubject);
  for (char& c : subject) c = c < ' ' || c > '~' ? '?' : c;
  return subject;
}

std::string form_of(const SnsMessage& message) {
  return fmt::format("Action=Publish&Message={}&Subject={}&TopicArn={}&Version=2010-03-31",
                     uri_encode(message.text), uri_encode(subject_of(message.subject)),
                     uri_encode(message.topic));
}

}  // namespace

void publish(HttpClient& client, CredentialChain& credentials, const Environment& environment,
             const SnsMessage& message) {
  const std::string region = region_of(message.topic);
  const Url address = address_of(environment, region);
  const std::string form = form_of(message);
  HttpResponse response;
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) std::this_thread::sleep_for(kPause * i);
    HttpRequest request{.method = "POST",
                        .url = address,
                        .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                        .body = form,
                        .timeout = kTimeout};
    const auto now =
        std::chrono::time_point_cast<Instant::duration>(std::chrono::system_clock::now());
    sign(request, credentials.get(), {region, "sns", now}, sha256(form));
    response = client.send(request);
    if (response.ok()) return;
    if (response.complete() && response.status < 500) break;
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("SNS at {}: {}", address.host,
                          response.complete() ? fmt::format("answer {}", response.status)
                                              : response.failure));
}

}  // namespace forecart
