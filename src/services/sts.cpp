#include "services/sts.h"

#include "net/credential_sources.h"

#include <fmt/format.h>

namespace forecart {

Sts::Sts(const AwsAccess& access) : client_(kSts, access) {}

CallerIdentity Sts::identity() {
  const std::string xml = client_.call_form("GetCallerIdentity", {});
  const std::string result = "GetCallerIdentityResponse/GetCallerIdentityResult/";
  return {xml_text(xml, result + "Account"), xml_text(xml, result + "Arn")};
}

Credentials Sts::assume(const RoleRequest& request) {
  NamedValues form{{"RoleArn", request.role},
                   {"RoleSessionName", request.session},
                   {"DurationSeconds", fmt::format("{}", request.lifetime.count())}};
  if (!request.external_id.empty()) form.emplace_back("ExternalId", request.external_id);
  return parse_sts_answer(client_.call_form("AssumeRole", std::move(form)), "AssumeRole");
}

}  // namespace forecart
