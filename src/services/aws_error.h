#pragma once

#include "base/error.h"
#include "net/aws_service.h"
#include "net/http.h"

#include <cstddef>
#include <string>

namespace forecart {

/// What a service of AWS says where it refuses. Empty where it does not say.
struct AwsRefusal {
  std::string code;     ///< as in "ResourceNotFoundException": letters, digits, ".", "-" and "_"
  std::string message;  ///< may repeat parts of the request: not for logs of its own accord
};

/// Of an answer in JSON, by its headers or its body, or in XML.
AwsRefusal parse_aws_refusal(const HttpResponse& response);

/// A call to AWS that was refused, or that got no good answer before its deadline. The message
/// names service, operation, status and code; what the service says only where AwsService::tells.
class AwsError : public Error {
 public:
  /// `code` of Error by that of the service: not_found, conflict, invalid_value, no_space for
  /// quotas, unavailable for what may pass, unreadable for missing rights and all else.
  AwsError(const AwsService& service, const std::string& operation, const HttpResponse& response);
  /// Some entries of a call of many were not taken, the first with that code.
  AwsError(const AwsService& service, const std::string& operation, const std::string& code,
           std::size_t entries);
  AwsError(ErrorCode code, const std::string& message) : Error(code, message) {}

  /// Of the service; empty where no answer came.
  const std::string& aws_code() const { return refusal_.code; }
  /// 0 where no answer came.
  int status() const { return status_; }
  /// What the service says (AwsRefusal::message).
  const std::string& told() const { return refusal_.message; }

 private:
  AwsError(const AwsService& service, const std::string& operation, const HttpResponse& response,
           AwsRefusal refusal);

  AwsRefusal refusal_;
  int status_ = 0;
};

}  // namespace forecart
