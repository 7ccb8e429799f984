#pragma once

#include "net/aws_service.h"
#include "net/credentials.h"
#include "net/http.h"
#include "net/server_clock.h"
#include "services/aws_error.h"

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

namespace forecart {

/// Who asks AWS, and where. Several clients may share one.
struct AwsAccess {
  Environment environment = {};
  std::shared_ptr<CredentialChain> credentials = {};
  std::string region = {};           ///< empty for that of the environment or the profile
  std::optional<Url> endpoint = {};  ///< in place of what the environment says
};

/// With the credentials that the AWS command line would use.
AwsAccess aws_access(const Environment& environment);

/// How a call is made.
struct AwsPatience {
  /// What was not answered well is tried again until so long after the first try.
  std::chrono::milliseconds deadline{30'000};
  std::chrono::milliseconds answer_time{10'000};  ///< of one try
  std::stop_token stop = {};
};

/// A request of any of the protocols; the client adds host, signature and time.
struct AwsRequest {
  std::string operation = {};  ///< as AWS names it, for messages
  std::string method = "POST";
  std::string path = "/";  ///< below that of the endpoint
  NamedValues query = {};
  NamedValues headers = {};
  std::string body = {};
  AwsPatience patience = {};
  std::size_t most_bytes = 8 << 20;  ///< of the answer
};

/// One service of AWS in one region: finds its host, signs, tries again with growing random waits
/// what throttling, trouble at the service or a cut connection stopped (so that a call may be
/// carried out twice), follows the server's clock, and loads credentials anew that have expired.
/// Safe for several threads. Calls throw AwsError, or Error unavailable without credentials.
class AwsClient {
 public:
  /// Throws Error invalid_value where no region is known, or it is none.
  AwsClient(const AwsService& service, const AwsAccess& access);

  /// An operation of the protocols JSON 1.0 and 1.1; the answer is an object of at most so many
  /// bytes.
  nlohmann::json call(const std::string& operation, const nlohmann::json& input,
                      const AwsPatience& patience = {},
                      std::size_t most_bytes = AwsRequest{}.most_bytes);
  /// An operation that takes a form, with the XML it answers.
  std::string call_form(const std::string& operation, NamedValues form,
                        const AwsPatience& patience = {});
  /// Any successful answer.
  HttpResponse send(const AwsRequest& request);

  const std::string& region() const { return region_; }
  const Url& endpoint() const { return endpoint_; }

 private:
  /// Cures that help once or never.
  struct Cures {
    bool clock = false;
    bool credentials = false;
  };

  HttpResponse attempt(const AwsRequest& request, const Credentials& credentials,
                       std::chrono::milliseconds time);
  bool cure(const HttpResponse& response, const std::string& code, const Credentials& credentials,
            Cures& cures);

  AwsService service_;
  std::string region_;
  Url endpoint_;
  std::shared_ptr<CredentialChain> credentials_;
  HttpClient http_;
  ServerClock clock_;
};

/// An answer that is an object of JSON; nothing in it where it is empty. Throws AwsError bad_data.
nlohmann::json parse_aws_object(const AwsService& service, const std::string& operation,
                                const std::string& body);

/// The text of an element of XML by its path, as in "A/B/C"; empty where there is none.
std::string xml_text(const std::string& xml, const std::string& path);

/// The fourth part of arn:aws:sns:REGION:ACCOUNT:NAME; empty where it is none of these.
std::string region_of_arn(const std::string& arn);

}  // namespace forecart
